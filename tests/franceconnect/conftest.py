"""Le portail relié à un vrai fournisseur sur la boucle locale, à l'heure qu'il est : le fournisseur a la sienne."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from flask import Flask

from portail.franceconnect.reglages import ReglagesFranceConnect
from tests.franceconnect.fournisseurs import port_libre, reglages, vrai_fournisseur
from tests.horloge import HorlogeReglable
from tests.navigateur import Navigateur
from tests.socle.applications import autre_client, client, ouvrir

__all__ = ["autre_client", "client"]


@pytest.fixture(scope="session")
def franceconnect() -> Iterator[ReglagesFranceConnect]:
    reglages_du_jour = reglages(port_libre())
    with vrai_fournisseur(reglages_du_jour, "http://127.0.0.1"):
        yield reglages_du_jour


@pytest.fixture
def horloge() -> HorlogeReglable:
    return HorlogeReglable(datetime.now(UTC))


@pytest.fixture
def app(dossier, horloge, franceconnect) -> Iterator[Flask]:
    with ouvrir(dossier, horloge, franceconnect=franceconnect) as application:
        yield application


@pytest.fixture
def navigateur(client) -> Navigateur:
    return Navigateur(client)
