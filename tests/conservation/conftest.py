"""Fixtures de la conservation : l'application, deux guichets."""

import pytest

from tests.guichet.monde import Monde, monter
from tests.socle.applications import app, app_deux_moteurs, autre_client, client

__all__ = ["app", "app_deux_moteurs", "autre_client", "client"]


@pytest.fixture
def monde(app) -> Monde:
    return monter()
