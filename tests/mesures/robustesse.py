"""Vingt mille envois quelconques, à chaque formulaire, par qui peut l'envoyer : aucun ne fait tomber le portail.

    make bench ARGS=robustesse

Les envois sont ceux de tests/robustesse, tirés au hasard (hypothesis) ; le monde est refait tous les deux mille, car certains
l'abîment : comptes supprimés, demandes abandonnées. Sont comptés les statuts, et dites les pannes, une par endroit : une
réponse 5xx, une trace montrée, une saisie rendue sans être échappée. Comptez dix minutes.
"""

from __future__ import annotations

import logging
import tempfile
import time
import traceback
from collections import Counter
from pathlib import Path
from unittest.mock import patch

from flask import Flask, got_request_exception
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from portail import freins
from tests.conftest import INSTANT, MEMOIRE
from tests.horloge import HorlogeReglable
from tests.robustesse.cibles import Cible, Terrain, cibles, terrain
from tests.robustesse.envois import envois, faute, jouer
from tests.socle.applications import ouvrir

TOTAL, PAR_MONDE = 20_000, 2_000


def principal() -> bool:
    logging.disable(logging.CRITICAL)  # chaque panne est dite plus bas, une fois
    debut, statuts, pannes, recus = time.perf_counter(), Counter[int](), dict[str, str](), 0
    for _ in range(TOTAL // PAR_MONDE):
        with (
            tempfile.TemporaryDirectory(prefix="portail-mesure-", dir=MEMOIRE) as dossier,
            patch.object(freins, "_verser", lambda *_: 0),
            ouvrir(Path(dossier), HorlogeReglable(INSTANT), TESTING=False, PROPAGATE_EXCEPTIONS=False) as app,
        ):
            sur = terrain(app)
            recus += _envoyer(sur, cibles(sur), statuts, pannes)
    print(
        f"{recus} envois en {time.perf_counter() - debut:.0f} s : "
        + ", ".join(f"{nombre} × {statut}" for statut, nombre in sorted(statuts.items()))
        + f" ; {len(pannes)} panne(s)  {'DÉPASSE' if pannes else 'tient'}"
    )
    for endroit, exemple in sorted(pannes.items()):
        print(f"  {endroit}\n    {exemple}")
    return not pannes


def _envoyer(sur: Terrain, toutes: list[Cible], statuts: Counter[int], pannes: dict[str, str]) -> int:
    levees: list[BaseException] = []

    def noter(_app: Flask, exception: BaseException, **_autres: object) -> None:
        levees.append(exception)

    recus = 0

    @settings(max_examples=PAR_MONDE, database=None, deadline=None, phases=[Phase.generate],
              suppress_health_check=list(HealthCheck))  # fmt: skip
    @given(cible=st.sampled_from(toutes), envoi=envois)
    def essayer(cible: Cible, envoi) -> None:
        nonlocal recus
        levees.clear()
        reponse = jouer(sur, cible, envoi)
        recus += 1
        statuts[reponse.status_code] += 1
        if dit := faute(reponse):
            ou = traceback.extract_tb(levees[-1].__traceback__)[-1] if levees else None
            cause = (
                f"{type(levees[-1]).__name__} en {ou.filename.rsplit('/', 2)[-1]}:{ou.lineno}" if levees and ou else dit
            )
            pannes.setdefault(f"{cible.endpoint} : {cause}", repr(envoi)[:600])

    with got_request_exception.connected_to(noter, sur.app):
        essayer()
    return recus
