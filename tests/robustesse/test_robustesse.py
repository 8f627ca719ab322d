"""N'importe quoi, envoyé à chaque formulaire : ni panne, ni trace, ni saisie rendue telle quelle. La mesure en fait vingt mille."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from itertools import cycle
from pathlib import Path

import pytest
from hypothesis import HealthCheck, Phase, given, settings

from portail import freins
from tests.conftest import INSTANT, MEMOIRE
from tests.horloge import HorlogeReglable
from tests.robustesse.cibles import Cible, Terrain, cibles, terrain
from tests.robustesse.envois import Envoi, envois, faute, jouer
from tests.socle.applications import ouvrir

ENVOIS = 200  # plus que de cibles


@pytest.fixture(scope="module")
def sur() -> Iterator[Terrain]:
    with (
        tempfile.TemporaryDirectory(prefix="portail-", dir=MEMOIRE) as dossier,
        pytest.MonkeyPatch.context() as pose,
        ouvrir(Path(dossier), HorlogeReglable(INSTANT), TESTING=False, PROPAGATE_EXCEPTIONS=False) as app,
    ):
        pose.setattr(freins, "_verser", lambda *_: 0)  # sans frein : c'est lui que l'on éprouverait
        yield terrain(app)


@pytest.fixture(scope="module")
def toutes(sur: Terrain) -> list[Cible]:
    return cibles(sur)


def test_les_formulaires_des_pages_sont_trouves(toutes):
    """Une page changée où le relevé ne verrait plus de cases rendrait l'épreuve vide."""
    assert len(toutes) >= 130
    assert len([cible for cible in toutes if cible.champs]) >= 50
    assert len([cible for cible in toutes if cible.fichiers]) >= 5


@pytest.mark.asvs("1.2.1", "1.3.3", "16.5.1")
def test_n_importe_quoi_n_importe_ou(sur, toutes):
    """Chaque cible à son tour ; les fautes sont lues à la fin, pour que chacune soit nommée."""
    fautes, tour = {}, cycle(toutes)

    @settings(max_examples=ENVOIS, derandomize=True, database=None, deadline=None, phases=[Phase.generate],
              suppress_health_check=list(HealthCheck))  # fmt: skip
    @given(envoi=envois)
    def envoyer(envoi: Envoi) -> None:
        cible = next(tour)
        if dit := faute(jouer(sur, cible, envoi)):
            fautes[cible.endpoint] = (dit, envoi)

    envoyer()
    assert fautes == {}
