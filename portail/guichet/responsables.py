"""Prévenir les responsables d'un guichet d'un acte qui mérite un autre regard, même quand il est de l'un d'eux."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from portail import courriel
from portail.guichet.modeles import Agent, RoleAgent


def alerter(session: Session, guichet_id: int, cle: str, sujet: str, gabarit: str, **contexte: Any) -> None:
    """Un courriel à chacun, dans la transaction de l'acte. Deux alertes de même `cle` n'en font qu'une."""
    requete = sa.select(Agent).where(
        Agent.guichet_id == guichet_id, Agent.role == RoleAgent.RESPONSABLE, Agent.desactive_le.is_(None)
    )
    for responsable in session.scalars(requete.order_by(Agent.id)):
        courriel.mettre_en_boite(
            session, f"{cle}-agent-{responsable.id}", responsable.courriel, sujet, gabarit, **contexte
        )
