"""Fixtures des clés d'accès : un site qui a un nom (une clé ne se lie pas à un nombre)."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from flask import Flask

from tests.cles_acces.gestes import connecter
from tests.compte.gestes import creer_compte
from tests.navigateur import Navigateur
from tests.socle.applications import autre_client, client, ouvrir

__all__ = ["autre_client", "client"]
URL = "http://localhost"


@pytest.fixture
def app(dossier, horloge) -> Iterator[Flask]:
    with ouvrir(dossier, horloge, url=URL) as application:
        yield application


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgresql)])
def app_deux_moteurs(request, dossier, horloge) -> Iterator[Flask]:
    base = "" if request.param == "sqlite" else request.getfixturevalue("base_postgresql")
    with ouvrir(dossier, horloge, base=base, url=URL) as application:
        yield application


@pytest.fixture
def ana(app) -> int:
    return creer_compte()


@pytest.fixture
def nav(app, client, ana) -> Navigateur:
    """Ana, connectée sur son appareil."""
    return connecter(app, client, ana)
