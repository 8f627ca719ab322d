"""La porte par laquelle un agent remplit une demande papier, et la saisie ouverte sur son écran.

Un brouillon papier n'est qu'aux agents du guichet qui l'a commencé. Il ne se lit que s'il est ouvert sur cet écran :
une fois refermé, ni « Retour », ni une adresse gardée ne le remontrent. L'ouvrir s'inscrit au journal.
"""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from flask import abort, g, redirect
from flask_login import current_user
from sqlalchemy.orm import Session
from werkzeug.exceptions import NotFound

from portail.db import ecriture
from portail.demande.modeles import Demande
from portail.demande.porte import Cote, Mots, Porte
from portail.demande.requetes import CONDITIONS
from portail.guichet.journal import inscrire
from portail.guichet.modeles import ActeJournal, Agent, SessionAgent

FERMEE = "/guichet/saisie/fermee"
MOTS = Mots(
    poursuivre="Enregistrer et continuer",
    plus_tard="Reprendre plus tard",
    soumettre="Vérifier et déposer",
    verifier="Vérifier et déposer la demande papier",
    revenir="la demande papier",
)


def porte(agent: Agent, demande_id: int) -> Porte:
    """Sans rien charger : c'est en chargeant que la porte s'ouvre, ou répond 404."""
    racine = f"/guichet/saisie/{demande_id}"
    return Porte(
        cote=Cote.GUICHET,
        demande_id=demande_id,
        titulaire_id=agent.guichet_id,
        racine=racine,
        base="guichet/saisie/base.html",
        tableau=FERMEE,
        deposee=FERMEE,
        frein=f"agent {agent.id}",
        mots=MOTS,
    )


def pour_lire(demande_id: int) -> Porte:
    """La porte, si cette saisie est ouverte sur cet écran ; sinon la requête s'arrête sur la page « fermée »."""
    if ouverte() != demande_id:
        abort(redirect(FERMEE, 303))
    return porte(current_user, demande_id)


def pour_ecrire(demande_id: int) -> Porte:
    """La porte. Un envoi d'une page encore affichée rouvre sa saisie : ce qui vient d'être écrit n'est pas perdu."""
    if ouverte() != demande_id:
        with ecriture() as session:
            ouvrir(session, current_user, demande_id)
    return porte(current_user, demande_id)


def ouverte() -> int | None:
    """Le numéro de la demande papier ouverte sur cet écran."""
    return g.session_agent.saisie_id


def ouvrir(session: Session, agent: Agent, demande_id: int, *, neuve: bool = False) -> None:
    """Ouvre cette saisie sur cet écran, à la place d'une autre. 404 si elle n'est pas à ce guichet."""
    if not est_de_ce_guichet(session, agent, demande_id):
        raise NotFound
    objet = "commencée" if neuve else "rouverte"
    inscrire(session, ActeJournal.SAISIE, agent=agent, demande_id=demande_id, objet=objet)
    _retenir(session, demande_id)


def fermer(session: Session) -> None:
    """Plus aucune saisie n'est ouverte sur cet écran."""
    _retenir(session, None)


def est_de_ce_guichet(session: Session, agent: Agent, demande_id: int) -> bool:
    return session.scalar(du_guichet(agent, demande_id).with_only_columns(Demande.id)) is not None


def du_guichet(agent: Agent, demande_id: int) -> sa.Select[Any]:
    """La demande papier de ce numéro, si ce guichet peut encore la remplir."""
    requete = sa.select(Demande).where(Demande.id == demande_id, CONDITIONS[Cote.GUICHET]())
    return requete.params(titulaire=agent.guichet_id)


def _retenir(session: Session, demande_id: int | None) -> None:
    requete = sa.update(SessionAgent).where(SessionAgent.id == g.session_agent.id).values(saisie_id=demande_id)
    session.execute(requete.execution_options(synchronize_session=False))
    g.session_agent.saisie_id = demande_id
