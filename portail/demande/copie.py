"""Copier une déclaration déposée dans un brouillon : corriger, mettre à jour, renouveler sans repartir de zéro.

Tout ce que la déclaration contient est copié par l'ORM lui-même : une colonne ajoutée demain suivra sans y penser.
La clé de chaque personne est conservée : ses pièces restent les siennes. D'une année civile à l'autre, les revenus
glissent (annees.py).
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import inspect

from portail.demande.annees import glisser
from portail.demande.modeles import Declaration
from portail.demande.parcours import PARCOURS
from portail.demande.requetes import SUJETS, SUJETS_D_UNE_PERSONNE
from portail.horloge import a_paris

LIGNES = ("motifs_declares", "communes", "annexes")
# Ce qui est propre à une version : son numéro, ses dates, ses révisions.
PROPRES = {
    "id",
    "declaration_id",
    "personne_id",
    "demande_id",
    "cree_le",
    "modifiee_le",
    "deposee_le",
    "recue_le",
    "revisions",
}


def copier(deposee: Declaration, instant: datetime, *, meme_jour: bool = False) -> Declaration:
    """Un brouillon pareil à `deposee`, pas encore rattaché à la session ni à la demande.

    `meme_jour` : ses revenus se comptent encore du jour de `deposee`, que personne ne redemande.
    """
    # Une page ouverte sur un autre brouillon ne s'enregistre pas dans celui-ci, dont les lignes ont d'autres numéros.
    revisions = {etape.slug: [int(instant.timestamp()), ""] for etape in PARCOURS.etapes}
    brouillon = Declaration(cree_le=instant, modifiee_le=instant, revisions=revisions, **_valeurs(deposee))
    for sujet in SUJETS:
        setattr(brouillon, sujet, _jumeau(getattr(deposee, sujet)))
    for lignes in LIGNES:
        getattr(brouillon, lignes).extend(_jumeau(ligne) for ligne in getattr(deposee, lignes))
    for personne in deposee.personnes:
        jumelle = _jumeau(personne)
        for sujet in SUJETS_D_UNE_PERSONNE:
            setattr(jumelle, sujet, _jumeau(getattr(personne, sujet)))
        brouillon.personnes.append(jumelle)
    if deposee.deposee_le is not None:
        jour = deposee.recue_le or a_paris(deposee.deposee_le).date()
        if meme_jour:
            brouillon.recue_le = jour
        else:
            glisser(brouillon, a_paris(instant).year - jour.year)
    return brouillon


def _valeurs(objet: Any) -> dict[str, Any]:
    colonnes = inspect(type(objet)).column_attrs
    return {colonne.key: getattr(objet, colonne.key) for colonne in colonnes if colonne.key not in PROPRES}


def _jumeau(objet: Any) -> Any:
    return type(objet)(**_valeurs(objet))
