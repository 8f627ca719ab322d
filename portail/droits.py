"""Refusé par défaut : chaque route nomme le droit qu'il faut, et une route sans droit ne répond pas.

L'objet (« cette demande est-elle à vous ? ») se contrôle dans les modules `acces`, qui seuls chargent. Le côté d'où
l'on vient se lit dans l'adresse : sous /guichet, la personne connectée est un agent ; ailleurs, un compte.
"""

from __future__ import annotations

import enum
from collections.abc import Callable
from typing import TypeVar

from flask import Flask, current_app, request
from flask_login import current_user
from werkzeug.exceptions import Forbidden

Vue = TypeVar("Vue", bound=Callable)


class Droit(enum.Enum):
    """Qui peut appeler une route. La matrice complète est éprouvée par tests/matrice."""

    PUBLIC = "tout le monde"
    ANONYME = "seulement sans être connecté"
    COMPTE = "une personne connectée"
    AGENT_SANS_FACTEUR = "un agent dont le second facteur reste à donner"
    AGENT_ACCUEIL = "un agent"
    AGENT_INSTRUCTEUR = "un agent instructeur ou responsable"
    AGENT_RESPONSABLE = "un agent responsable"


AGENTS = frozenset({Droit.AGENT_SANS_FACTEUR, Droit.AGENT_ACCUEIL, Droit.AGENT_INSTRUCTEUR, Droit.AGENT_RESPONSABLE})


def droit(requis: Droit, *, fichier: bool = False) -> Callable[[Vue], Vue]:
    """Marque une vue : `@droit(Droit.COMPTE)`, sous le décorateur de route.

    `fichier` : elle rend autre chose qu'une page (PDF, image, archive) ; un autre site n'y mène pas (provenance.py).
    """

    def marquer(vue: Vue) -> Vue:
        vue.droit = requis  # type: ignore[attr-defined]
        vue.fichier = fichier  # type: ignore[attr-defined]
        return vue

    return marquer


def droit_de(app: Flask, endpoint: str) -> Droit | None:
    return getattr(app.view_functions[endpoint], "droit", None)


def est_un_fichier(app: Flask, endpoint: str | None) -> bool:
    return endpoint is not None and getattr(app.view_functions[endpoint], "fichier", False)


def cote_agents() -> bool:
    """Vrai si l'adresse demandée est de l'espace des agents (« /guichets », public, n'en est pas)."""
    return request.path == "/guichet" or request.path.startswith("/guichet/")


def installer(app: Flask) -> None:
    app.before_request(_controler)


def _controler():
    if request.endpoint is None or request.endpoint == "static":
        return None
    requis = droit_de(current_app, request.endpoint)
    if requis is None:
        raise Forbidden
    if requis in AGENTS:
        return current_app.extensions["controle_des_agents"](requis)
    if requis is Droit.COMPTE and (cote_agents() or not current_user.is_authenticated):
        return current_app.login_manager.unauthorized()  # type: ignore[attr-defined]
    if requis is Droit.ANONYME and current_user.is_authenticated:
        return current_app.extensions["accueil_connecte"]()
    return None
