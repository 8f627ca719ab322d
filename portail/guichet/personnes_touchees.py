"""Qui prévenir après une fuite : les demandes qu'un accès d'agent a lues ou changées, d'après le journal.

Règlement (UE) 2016/679, art. 33 et 34 : dire à l'autorité combien de personnes, et à chacune ce qui est arrivé.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session

from portail.compte.modeles import Compte
from portail.demande.modeles import Demande
from portail.guichet.modeles import ActeJournal, Agent, EcritureJournal
from portail.horloge import PARIS, a_paris
from portail.regles.numero_unique import lisible

COLONNES = ("demande", "numéro unique", "titulaire", "adresse mail", "lectures", "autres gestes", "premier", "dernier")
LECTURES = (
    ActeJournal.LECTURE,
    ActeJournal.LECTURE_HORS_TERRITOIRE,
    ActeJournal.LECTURE_NIR,
    ActeJournal.LECTURE_PIECE,
    ActeJournal.EXPORT,
)


def touchees(session: Session, du: date, au: date, agent: Agent | None = None) -> Iterator[tuple[object, ...]]:
    """Une ligne de `COLONNES` par demande, du jour `du` au jour `au` compris (jours de Paris).

    Sans `agent`, ce que tous les agents ont fait. Une demande effacée depuis garde sa ligne, sans nom ; sans compte
    (papier), le nom est celui de la recherche, et une lettre remplace le mail.
    """
    quand = EcritureJournal.faite_le
    lectures = sa.func.count().filter(EcritureJournal.acte.in_(LECTURES))
    compte = (
        sa.select(
            EcritureJournal.demande_id,
            lectures.label("lectures"),
            (sa.func.count() - lectures).label("gestes"),
            sa.func.min(quand, type_=quand.type).label("premier"),
            sa.func.max(quand, type_=quand.type).label("dernier"),
        )
        .where(
            EcritureJournal.demande_id.is_not(None),
            EcritureJournal.agent_id.is_not(None) if agent is None else EcritureJournal.agent_id == agent.id,
            EcritureJournal.acte != ActeJournal.LECTURE_REFUSEE,
            quand >= _minuit(du),
            quand < _minuit(au + timedelta(days=1)),
        )
        .group_by(EcritureJournal.demande_id)
        .subquery()
    )
    requete = (
        sa.select(
            compte, Demande.numero_unique, Demande.nom_cherche, Compte.nom_naissance, Compte.prenoms, Compte.courriel
        )
        .select_from(compte)
        .outerjoin(Demande, Demande.id == compte.c.demande_id)
        .outerjoin(Compte, Compte.id == Demande.compte_id)
        .order_by(compte.c.demande_id)
    )
    for ligne in session.execute(requete):
        nom = f"{ligne.nom_naissance} {ligne.prenoms}" if ligne.nom_naissance else ligne.nom_cherche
        numero = lisible(ligne.numero_unique) if ligne.numero_unique else ""
        jours = (a_paris(instant).date() for instant in (ligne.premier, ligne.dernier))
        yield ligne.demande_id, numero, nom, ligne.courriel, ligne.lectures, ligne.gestes, *jours


def _minuit(jour: date) -> datetime:
    return datetime.combine(jour, time(), PARIS)
