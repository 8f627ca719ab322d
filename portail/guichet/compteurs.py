"""Où en est le guichet : ce qui attend d'être vérifié, ce qui est chez la personne, ce qui vient d'être enregistré."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session

from portail.demande.modeles import Demande
from portail.guichet.acces import dans_ses_territoires
from portail.guichet.modeles import Agent
from portail.horloge import PARIS


@dataclass(frozen=True)
class Compteurs:
    """Nombre de demandes des territoires du guichet."""

    a_verifier: int
    a_corriger: int
    enregistrees_cette_semaine: int


def renvoyee() -> sa.ColumnElement[bool]:
    """Renvoyée à la personne depuis son dernier dépôt : `Demande.est_a_corriger`, pour une liste."""
    depuis_le_depot = sa.or_(Demande.soumise_le.is_(None), Demande.renvoyee_le >= Demande.soumise_le)
    return sa.and_(Demande.renvoyee_le.is_not(None), depuis_le_depot)


def a_verifier() -> sa.ColumnElement[bool]:
    """Ni enregistrée ni radiée, et pas chez la personne. À joindre à `dans_ses_territoires`, qui exige le dépôt.

    Le dire deux fois (« deposee_le IS NOT NULL ») détournerait SQLite de l'index fait pour cette liste.
    """
    return sa.and_(_en_attente(), ~renvoyee())


def a_corriger() -> sa.ColumnElement[bool]:
    """Renvoyée à la personne, qui ne l'a pas encore redéposée."""
    return sa.and_(_en_attente(), renvoyee())


def compter(session: Session, agent: Agent, jour: date) -> Compteurs:
    """Trois nombres, une requête chacun. La semaine commence le lundi, à Paris."""

    def nombre(condition: sa.ColumnElement[bool]) -> int:
        requete = sa.select(sa.func.count()).select_from(Demande).where(dans_ses_territoires(agent), condition)
        return session.scalar(requete) or 0

    lundi = datetime.combine(jour - timedelta(days=jour.weekday()), time(), PARIS)
    return Compteurs(nombre(a_verifier()), nombre(a_corriger()), nombre(Demande.enregistree_le >= lundi))


def _en_attente() -> sa.ColumnElement[bool]:
    return sa.and_(Demande.enregistree_le.is_(None), Demande.radiee_le.is_(None))
