"""« Qui a consulté mon dossier » : ce que les guichets ont lu et fait sur les demandes d'une personne.

La personne voit la date, le guichet, l'acte et sa raison, pas le nom de l'agent (décision 0006).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import groupby

import sqlalchemy as sa
from sqlalchemy.orm import Session

from portail.demande.modeles import Demande
from portail.guichet.modeles import ActeJournal, EcritureJournal, Guichet
from portail.horloge import a_paris

MEMOIRE = timedelta(days=365)  # fiche sûreté, P8 : un an pour la personne
PAGE = 200  # écritures
NUMERO_MAX = 2**31 - 1  # au-delà, la base ne saurait pas le lire


@dataclass(frozen=True)
class Consultation:
    """Un guichet, un jour, un acte : répété, il ne fait qu'une ligne."""

    jour: date
    guichet: str
    acte: ActeJournal
    raison: str | None
    fois: int


@dataclass(frozen=True)
class Page:
    """Les plus récentes d'abord. `suivante` : le numéro après lequel reprendre, None à la fin."""

    consultations: list[Consultation]
    suivante: int | None


def de_la_personne(session: Session, compte_id: int, instant: datetime, apres: int | None = None) -> Page:
    """Ce qui s'est passé en un an sur ses demandes."""
    E = EcritureJournal
    requete = (
        sa.select(E.id, E.faite_le, E.acte, E.raison, Guichet.nom)
        .join(Demande, Demande.id == E.demande_id)
        .join(Guichet, Guichet.code == E.guichet_code)
        .where(Demande.compte_id == compte_id, E.faite_le > instant - MEMOIRE)
        .order_by(E.id.desc())
        .limit(PAGE + 1)
    )
    if apres is not None:
        requete = requete.where(E.id < min(apres, NUMERO_MAX))
    lignes = session.execute(requete).all()
    montrees = lignes[:PAGE]
    return Page(list(_grouper(montrees)), montrees[-1].id if len(lignes) > PAGE else None)


def _grouper(lignes) -> Iterator[Consultation]:
    def cle(ligne) -> tuple:
        return a_paris(ligne.faite_le).date(), ligne.nom, ligne.acte, ligne.raison

    # Dans un même jour, les lectures de deux guichets peuvent se mêler : rassembler avant de compter.
    for jour, du_jour in groupby(lignes, key=lambda ligne: a_paris(ligne.faite_le).date()):
        comptes: dict[tuple, int] = {}
        for ligne in du_jour:
            comptes[cle(ligne)] = comptes.get(cle(ligne), 0) + 1
        for (_, nom, acte, raison), fois in comptes.items():
            yield Consultation(jour, nom, acte, raison, fois)
