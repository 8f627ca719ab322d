"""Fixtures de l'espace des agents."""

from __future__ import annotations

import pytest
from flask import Flask

from tests.guichet.monde import Monde, entrer, monter
from tests.navigateur import Navigateur
from tests.socle.applications import app, app_deux_moteurs, autre_client, client

__all__ = ["app", "app_deux_moteurs", "autre_client", "client"]


@pytest.fixture
def monde(app: Flask) -> Monde:
    return monter()


@pytest.fixture
def naviguer(app: Flask):
    """Un navigateur de poche neuf, déjà connecté si un agent est nommé."""
    rang = iter(range(1, 100))

    def ouvrir(agent_id: int | None = None, *, facteur: bool = True) -> Navigateur:
        client = app.test_client()
        if agent_id is not None:
            entrer(app, client, agent_id, facteur=facteur, jeton=f"{next(rang):043d}")
        return Navigateur(client)

    return ouvrir


@pytest.fixture
def nav(naviguer) -> Navigateur:
    return naviguer()
