"""Ana et les agents du Rhône, chacun dans son navigateur."""

from __future__ import annotations

import pytest

from portail.compte.modeles import Compte
from portail.db import db
from tests import fabriques
from tests.guichet.conftest import app, app_deux_moteurs, autre_client, client, monde, naviguer
from tests.navigateur import Navigateur

__all__ = ["app", "app_deux_moteurs", "autre_client", "client", "monde", "naviguer"]


@pytest.fixture
def ana(app, monde) -> Navigateur:
    client = app.test_client()
    with db.sessionmaker() as session:
        fabriques.connecter(app, client, session, session.get_one(Compte, monde.ana))
    return Navigateur(client)
