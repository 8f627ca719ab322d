"""Redonner son second facteur avant d'y toucher : une session laissée ouverte ne suffit pas à s'en donner un autre.

L'entrée elle-même ne compte pas : qui trouve un poste ouvert depuis une minute n'a rien prouvé.
"""

from __future__ import annotations

from datetime import timedelta

import sqlalchemy as sa
from flask import g, url_for
from sqlalchemy.orm import Session
from werkzeug import Response

from portail.guichet.modeles import SessionAgent
from portail.horloge import maintenant
from portail.htmx import rediriger

RECENTE = timedelta(minutes=10)


def est_recente() -> bool:
    prouvee_le = g.session_agent.prouvee_le
    return prouvee_le is not None and maintenant() - prouvee_le < RECENTE


def exiger(suite: str) -> Response | None:
    """None si la preuve est récente ; sinon la page qui la demande, et qui mène ensuite à `suite`."""
    return None if est_recente() else rediriger(url_for("guichet.redire", suite=suite))


def noter(session: Session) -> None:
    """L'agent vient de redonner son second facteur."""
    session.execute(
        sa.update(SessionAgent).where(SessionAgent.id == g.session_agent.id).values(prouvee_le=maintenant())
    )
