"""Les agents d'un guichet, tels que les voit leur responsable : état, dernière connexion."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from portail.choix import Choix
from portail.guichet import acces
from portail.guichet.modeles import Agent, Guichet, Invitation, RoleAgent, SessionAgent
from portail.horloge import maintenant


class EtatAgent(Choix):
    ACTIF = "actif", "Actif"
    SANS_FACTEUR = "sans_facteur", "Mot de passe choisi, second facteur à enrôler"
    INVITE = "invite", "Lien envoyé, mot de passe à choisir"
    INVITATION_PERIMEE = "invitation_perimee", "Lien périmé : envoyez-en un nouveau"
    DESACTIVE = "desactive", "Accès coupé"


@dataclass(frozen=True)
class Membre:
    """Un agent, son état, et ce qui le date (fin de l'invitation, dernière connexion complète)."""

    agent: Agent
    etat: EtatAgent
    invitation_expire_le: datetime | None
    connecte_le: datetime | None


def membres(session: Session, responsable: Agent) -> list[Membre]:
    """Tout le guichet, en trois requêtes."""
    return _decrire(session, acces.agents_du_guichet(session, responsable))


def membre(session: Session, agent: Agent) -> Membre:
    return _decrire(session, [agent])[0]


def _decrire(session: Session, agents: list[Agent]) -> list[Membre]:
    numeros = [agent.id for agent in agents]
    invitations = _derniers(session, Invitation.agent_id, Invitation.expire_le, numeros)
    connexions = _derniers(session, SessionAgent.agent_id, SessionAgent.second_facteur_le, numeros)
    return [
        Membre(agent, _etat(agent, invitations.get(agent.id)), invitations.get(agent.id), connexions.get(agent.id))
        for agent in agents
    ]


def _derniers(session: Session, agent_id, date, numeros: list[int]) -> dict[int, datetime]:
    requete = sa.select(agent_id, sa.func.max(date)).where(agent_id.in_(numeros)).group_by(agent_id)
    return {numero: instant for numero, instant in session.execute(requete) if instant is not None}


def _etat(agent: Agent, expire_le: datetime | None) -> EtatAgent:
    if agent.desactive_le is not None:
        return EtatAgent.DESACTIVE
    if agent.mot_de_passe is None:
        perimee = expire_le is None or expire_le <= maintenant()
        return EtatAgent.INVITATION_PERIMEE if perimee else EtatAgent.INVITE
    return EtatAgent.ACTIF if agent.est_enrole else EtatAgent.SANS_FACTEUR


def deja_invite(session: Session, guichet: Guichet, *, prenom: str, nom: str, courriel: str, role: RoleAgent) -> bool:
    """La même invitation, mot pour mot, attend déjà sa réponse."""
    pareille = sa.exists().where(
        Agent.guichet_id == guichet.id,
        Agent.courriel == courriel,
        Agent.prenom == prenom,
        Agent.nom == nom,
        Agent.role == role,
        Agent.mot_de_passe.is_(None),
        Agent.desactive_le.is_(None),
    )
    return bool(session.scalar(sa.select(pareille)))
