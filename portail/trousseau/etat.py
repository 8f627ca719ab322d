"""Combien de lignes et de fichiers dépendent encore de chaque clé, et si l'une peut se retirer."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from portail import inventaire
from portail.chiffrement import Sorte, coffre
from portail.db import ecriture, lecture
from portail.horloge import maintenant
from portail.stockage import FichierAbsent, FichierAltere, stockage
from portail.trousseau import colonnes, registre
from portail.trousseau.colonnes import Colonne

FICHIERS = "fichiers"
ILLISIBLE = 0


class RetraitRefuse(Exception):
    """Des données dépendent encore de cette clé, ou elle n'est pas à retirer. `str()` se lit par un exploitant."""


@dataclass(frozen=True)
class Compte:
    """`versions` : de la version de clé au nombre de valeurs ; 0 pour ce qui est vide ou abîmé."""

    quoi: str
    versions: dict[int, int]
    colonne: Colonne | None = None


def comptes(sorte: Sorte) -> Iterator[Compte]:
    """Ce que les clés de cette sorte ont écrit, colonne par colonne, puis les fichiers. Lève `StockageIndisponible`."""
    with lecture() as session:
        for colonne in colonnes.de_sorte(sorte):
            yield Compte(colonnes.nom(colonne), colonnes.compter(session, colonne), colonne)
    if sorte is Sorte.CHIFFREMENT:
        yield Compte(FICHIERS, _fichiers())


def retirer(sorte: Sorte, version: int, *, pertes_acceptees: bool = False) -> None:
    """Note que la base ne dépend plus de cette clé. Lève `RetraitRefuse`."""
    versions = coffre().versions(sorte)
    if version == versions[-1]:
        raise RetraitRefuse(
            "Cette clé est celle qui écrit aujourd’hui : ajoutez-en une de version plus grande d’abord."
        )
    if version not in versions:
        raise RetraitRefuse("Cette clé n’est pas dans les réglages : elle doit y être encore pour être vérifiée.")
    restes = [(compte, compte.versions[version]) for compte in comptes(sorte) if compte.versions.get(version)]
    bloquants = [f"{compte.quoi} ({nombre})" for compte, nombre in restes if not _perte(compte)]
    pertes = [f"{_perte(compte)} ({nombre})" for compte, nombre in restes if _perte(compte)]
    # Un dossier pas monté paraît vide : plus rien n'y dépendrait de cette clé, et toutes les pièces avec elle.
    if sorte is Sorte.CHIFFREMENT and (absents := inventaire.sans_contenu()):
        pertes.append(f"{len(absents)} fichier(s) introuvables (« portail verifier-fichiers » les nomme)")
    if bloquants:
        raise RetraitRefuse("Des données en dépendent encore : " + ", ".join(bloquants) + ".")
    if pertes and not pertes_acceptees:
        raise RetraitRefuse(
            "Retirer cette clé coûterait : " + " ; ".join(pertes) + ". Pour l’accepter : --accepter-les-pertes."
        )
    with ecriture() as session:
        registre.retirer(session, sorte, version, maintenant())


def _perte(compte: Compte) -> str:
    return getattr(compte.colonne.type, "perte", "") if compte.colonne is not None else ""


def _fichiers() -> dict[int, int]:
    versions: dict[int, int] = {}
    for cle, _ecrit_le in stockage().inventaire():
        try:
            version = stockage().version(cle)
        except FichierAbsent:
            continue
        except FichierAltere:
            version = ILLISIBLE
        versions[version] = versions.get(version, 0) + 1
    return versions
