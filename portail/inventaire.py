"""La vérification de la nuit : ce que la base croit gardé, et ce que le stockage garde vraiment.

Un fichier que plus rien ne désigne (panne entre l'écriture et la base) s'efface. Une ligne sans fichier ne se répare
pas : elle se dit, avec son numéro, à qui s'occupe du site. Une écriture coupée au milieu ne laisse rien non plus.
"""

from __future__ import annotations

from collections.abc import Container
from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa
from flask import current_app
from sqlalchemy.orm import Session

from portail.compte.modeles import ExportDonnees
from portail.db import lecture
from portail.documents.modeles import DocumentEmis
from portail.pieces.modeles import Fichier
from portail.stockage import StockageIndisponible, stockage

REPIT = timedelta(days=1)  # un fichier s'écrit avant sa ligne : ce qui est récent est peut-être en chemin
ORPHELINS_MAX = 20
PART_MAX = 0.05  # au-delà, c'est plutôt la base qui est une ancienne copie : rien n'est effacé


@dataclass(frozen=True)
class Constat:
    """`sans_contenu` : « fichier 12 », « document 3 ». `effaces`, `laisses` : fichiers sans ligne."""

    gardes: int
    sans_contenu: tuple[str, ...]
    effaces: int
    laisses: int

    def __str__(self) -> str:
        return (
            f"{self.gardes} fichier(s) gardé(s), {len(self.sans_contenu)} ligne(s) sans fichier, "
            f"{self.effaces} fichier(s) sans ligne effacé(s), {self.laisses} laissé(s)"
        )


def verifier(instant: datetime) -> Constat:
    """Compare, répare ce qui se répare, rapporte le reste au journal. Lève `StockageIndisponible`."""
    presents = dict(stockage().inventaire())  # d'abord : une ligne suit toujours son fichier
    with lecture() as session:
        connues = _connues(session)
    sans_contenu = _absents(connues, presents)
    orphelins = [cle for cle, ecrit_le in presents.items() if cle not in connues and ecrit_le < instant - REPIT]
    trop = len(orphelins) > max(ORPHELINS_MAX, PART_MAX * len(presents))
    for cle in () if trop else orphelins:
        stockage().supprimer(cle)
    stockage().balayer(instant - REPIT)
    constat = Constat(len(presents), sans_contenu, 0 if trop else len(orphelins), len(orphelins) if trop else 0)
    if sans_contenu or trop:
        current_app.logger.error("vérification des fichiers : %s ; %s", constat, ", ".join(sans_contenu[:50]))
    else:
        current_app.logger.info("vérification des fichiers : %s", constat)
    return constat


def sans_contenu() -> tuple[str, ...]:
    """« fichier 12 » : ce que la base désigne et que le stockage n’a pas. Lève `StockageIndisponible`."""
    presents = {cle for cle, _ecrit_le in stockage().inventaire()}
    with lecture() as session:
        connues = _connues(session)
    return _absents(connues, presents)


def _absents(connues: dict[str, str], presents: Container[str]) -> tuple[str, ...]:
    """Sans doublon : un document a deux contenus. Ce qui est arrivé depuis l'inventaire n'est pas absent."""
    manquent = (nom for cle, nom in connues.items() if cle not in presents and not stockage().existe(cle))
    return tuple(dict.fromkeys(manquent))


def verifier_si_possible(instant: datetime) -> None:
    """Pour le travail de fond : un stockage qui ne répond pas se dit, et se revérifie la nuit suivante."""
    try:
        verifier(instant)
    except StockageIndisponible as panne:
        current_app.logger.error("vérification des fichiers remise : %s", panne)


def _connues(session: Session) -> dict[str, str]:
    """Chaque clé que la base désigne, et comment nommer sa ligne."""
    connues = {cle: f"fichier {numero}" for numero, cle in session.execute(sa.select(Fichier.id, Fichier.cle))}
    documents = sa.select(DocumentEmis.id, DocumentEmis.cle_pdf, DocumentEmis.cle_contenu)
    for numero, *cles in session.execute(documents):
        connues |= dict.fromkeys(cles, f"document {numero}")
    for export in session.scalars(sa.select(ExportDonnees).where(ExportDonnees.cle.is_not(None))):
        connues[export.cle or ""] = f"export {export.id}"
    return connues
