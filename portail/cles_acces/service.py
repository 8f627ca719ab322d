"""Garder une clé, et noter qu'elle a servi : ce qui est pareil pour une personne et pour un agent."""

from __future__ import annotations

import itertools
from collections.abc import Iterable
from typing import Any, cast

import sqlalchemy as sa

from portail.cles_acces.ceremonie import CleNeuve, CleRefusee
from portail.cles_acces.modeles import CleAcces
from portail.db import ecriture
from portail.horloge import maintenant


class CompteurEnArriere(CleRefusee):
    """Le compteur de l'appareil n'avance pas : la clé a peut-être été copiée, et sert ailleurs."""


def colonnes(neuve: CleNeuve) -> dict[str, Any]:
    """Ce qui se garde d'une clé vérifiée."""
    return {
        "identifiant": neuve.identifiant,
        "cle_publique": neuve.cle_publique,
        "compteur": neuve.compteur,
        "sauvegardee": neuve.sauvegardee,
    }


def nom_libre(nom: str, gardees: Iterable[CleAcces]) -> str:
    """« Chrome sous Windows », puis « Chrome sous Windows (2) » : deux boutons « Retirer » ne se confondent pas."""
    pris = {cle.nom for cle in gardees}
    rangs = itertools.count(2)
    libre = nom
    while libre in pris:
        libre = f"{nom} ({next(rangs)})"
    return libre


def noter_l_usage(cle: CleAcces, compteur: int, sauvegardee: bool) -> None:
    """Dans sa propre transaction. Lève `CompteurEnArriere` ; `CleRefusee` si la clé vient d'être retirée.

    Un appareil sans compteur dit toujours zéro. La condition est dans l'ordre SQL : de deux envois de la même réponse,
    un seul passe.
    """
    table = type(cle)
    avance = sa.or_(table.compteur < compteur, sa.and_(table.compteur == 0, sa.literal(compteur) == 0))
    requete = (
        sa.update(table)
        .where(table.id == cle.id, avance)
        .values(compteur=compteur, sauvegardee=sauvegardee, utilisee_le=maintenant())
    )
    with ecriture() as base:
        pris = cast(sa.CursorResult[Any], base.execute(requete)).rowcount == 1
        reste = pris or base.scalar(sa.select(table.id).where(table.id == cle.id)) is not None
    if not reste:
        raise CleRefusee("clé retirée")
    if not pris:
        raise CompteurEnArriere("le compteur n’avance pas")
