"""Les demandes et les évènements que cite un fichier reçu : la seule façon de les charger."""

from __future__ import annotations

from collections.abc import Iterable

import sqlalchemy as sa
from sqlalchemy.orm import Session

from portail.db import ecriture
from portail.demande.modeles import Demande, Evenement
from portail.guichet.acces import dans_ses_territoires
from portail.guichet.journal import inscrire
from portail.guichet.modeles import ActeJournal, Agent


def demandes_citees(
    session: Session, agent: Agent, numeros: Iterable[str], *, verrou: bool = False
) -> dict[str, Demande]:
    """Par numéro unique, celles des territoires de l'agent. Verrouillées dans un ordre fixe."""
    requete = sa.select(Demande).where(Demande.numero_unique.in_(set(numeros)), dans_ses_territoires(agent))
    if verrou:
        requete = requete.order_by(Demande.id).with_for_update().execution_options(populate_existing=True)
    return {demande.numero_unique: demande for demande in session.scalars(requete) if demande.numero_unique}


def recus(session: Session, agent: Agent, references: Iterable[str]) -> dict[str, Evenement]:
    """Par référence, ce que le guichet de l'agent a déjà reçu."""
    requete = sa.select(Evenement).where(
        Evenement.guichet_id == agent.guichet_id, Evenement.reference.in_(set(references))
    )
    return {evenement.reference: evenement for evenement in session.scalars(requete) if evenement.reference}


def inscrire_les_refus(session: Session, agent: Agent, numeros: Iterable[str]) -> None:
    """Citer une demande d'un autre territoire s'inscrit, comme l'ouvrir.

    `numeros` : ceux que `demandes_citees` n'a pas rendus. À appeler quand rien n'est en cours d'écriture.
    """
    requete = sa.select(Demande.id).where(Demande.numero_unique.in_(set(numeros)), Demande.deposee_le.is_not(None))
    hors_territoire = session.scalars(requete.order_by(Demande.id)).all()
    session.rollback()
    if hors_territoire:
        with ecriture() as journal:
            for demande_id in hors_territoire:
                inscrire(journal, ActeJournal.LECTURE_REFUSEE, agent=agent, demande_id=demande_id, objet="par fichier")
