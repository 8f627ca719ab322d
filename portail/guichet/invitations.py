"""Le lien par lequel un agent choisit son mot de passe : à l'arrivée, ou quand un responsable l'a remis à zéro.

Tiré au hasard, gardé par son empreinte, bon sept jours, une seule fois. L'ouvrir n'use rien ; l'accepter, si.
"""

from __future__ import annotations

import hashlib
import secrets
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload

from portail.courriel import config_url
from portail.guichet.modeles import Agent, Invitation
from portail.horloge import maintenant

DUREE = timedelta(days=7)
MEMOIRE = timedelta(days=30)
DOUBLE_CLIC = timedelta(seconds=10)


def creer(session: Session, agent: Agent) -> tuple[Invitation, str]:
    """L'invitation et son lien (le secret n'est gardé nulle part). Les liens précédents ne valent plus rien."""
    annuler(session, agent.id)
    secret, instant = secrets.token_urlsafe(32), maintenant()
    invitation = Invitation(
        agent_id=agent.id, empreinte=_empreinte(secret), creee_le=instant, expire_le=instant + DUREE
    )
    session.add(invitation)
    return invitation, f"{config_url()}/guichet/invitation/{secret}"


def trouver(session: Session, secret: str, *, verrou: bool = False) -> Invitation | None:
    """L'invitation encore valable, ou None. Pour l'accepter : `accepter`."""
    requete = (
        sa.select(Invitation)
        .options(joinedload(Invitation.agent, innerjoin=True).joinedload(Agent.guichet, innerjoin=True))
        .where(
            Invitation.empreinte == _empreinte(secret),
            Invitation.acceptee_le.is_(None),
            Invitation.expire_le > maintenant(),
        )
    )
    if verrou:
        requete = requete.with_for_update(of=Invitation).execution_options(populate_existing=True)
    invitation = session.scalar(requete)
    if invitation is None or invitation.agent.desactive_le is not None or invitation.agent.guichet.ferme_le is not None:
        return None
    return invitation


def vient_de_servir(session: Session, secret: str) -> bool:
    """Un double clic : ce lien a servi il y a un instant, à qui le tient."""
    recente = sa.exists().where(
        Invitation.empreinte == _empreinte(secret), Invitation.acceptee_le > maintenant() - DOUBLE_CLIC
    )
    return bool(session.scalar(sa.select(recente)))


def accepter(session: Session, secret: str, mot_de_passe_hache: str) -> Agent | None:
    """Consomme le lien et pose le mot de passe. None si le lien ne vaut plus rien.

    L'agent se verrouille d'abord, son lien ensuite, comme qui coupe son accès ou lui en envoie un autre.
    """
    vue = trouver(session, secret)
    if vue is None:
        return None
    session.execute(sa.select(Agent.id).where(Agent.id == vue.agent_id).with_for_update())
    invitation = trouver(session, secret, verrou=True)
    if invitation is None:
        return None
    invitation.acceptee_le = maintenant()
    invitation.agent.mot_de_passe = mot_de_passe_hache
    return invitation.agent


def annuler(session: Session, agent_id: int) -> None:
    """Rend inutiles les liens encore en route."""
    session.execute(
        sa.update(Invitation)
        .where(Invitation.agent_id == agent_id, Invitation.acceptee_le.is_(None))
        .values(expire_le=maintenant())
    )


def purger(session: Session, instant: datetime) -> None:
    session.execute(sa.delete(Invitation).where(Invitation.creee_le < instant - MEMOIRE))


def _empreinte(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()
