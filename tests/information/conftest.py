"""Un navigateur de poche sans JavaScript : les pages d'information n'en ont pas besoin."""

from __future__ import annotations

import pytest

from tests.navigateur import Navigateur


@pytest.fixture
def nav(client) -> Navigateur:
    return Navigateur(client)
