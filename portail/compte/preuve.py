"""Redire qui l'on est avant un geste grave : une session ouverte depuis longtemps peut être dans d'autres mains.

Dix minutes après l'entrée, ou après la dernière preuve, le mot de passe est redemandé (un code par courriel pour qui
n'en a pas). Ce qui venait d'être envoyé est gardé, et attend sous un bouton (ASVS 7.5.1, 7.5.3).
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from functools import wraps

import sqlalchemy as sa
from flask import g, request, url_for
from flask_login import current_user
from sqlalchemy.orm import Session
from werkzeug import Response

from portail.compte import reprise
from portail.compte.modeles import SessionOuverte
from portail.horloge import maintenant
from portail.htmx import rediriger

RECENTE = timedelta(minutes=10)


def est_recente() -> bool:
    ligne = g.session_ouverte
    return maintenant() - (ligne.prouvee_le or ligne.ouverte_le) < RECENTE


def exiger(suite: str = "") -> Response | None:
    """None si la preuve est récente ; sinon la page qui la demande, après avoir gardé l'envoi en cours.

    `suite` : où revenir, pour un envoi qui ne se garde pas (il n'a rien d'écrit, ou ne vaut qu'un instant).
    """
    if est_recente():
        return None
    if suite:
        return rediriger(url_for("compte.prouver", suite=suite))
    garde = request.method == "POST" and reprise.garder(current_user.id)
    suite = url_for("compte.reprendre") if garde else request.path
    return rediriger(url_for("compte.prouver", suite=suite))


def exigee(vue: Callable[..., Response]) -> Callable[..., Response]:
    """Une vue qui ne répond qu'à une preuve récente, à mettre sous `@droit`. Avant elle, rien n'est verrouillé."""

    @wraps(vue)
    def prouvee(**arguments: object) -> Response:
        return exiger() or vue(**arguments)

    return prouvee


def noter(base: Session) -> None:
    """La personne vient de prouver qui elle est."""
    base.execute(
        sa.update(SessionOuverte).where(SessionOuverte.id == g.session_ouverte.id).values(prouvee_le=maintenant())
    )
