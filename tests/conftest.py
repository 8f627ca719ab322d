"""Fixtures communes : une application par test, sur une base neuve copiée d'un modèle déjà importé."""

from __future__ import annotations

import base64
import gc
import re
import shutil
import tempfile
from collections.abc import Iterator
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from jinja2.bccache import Bucket, BytecodeCache
from werkzeug.routing import Rule, rules

from portail import create_app
from portail.config import Config
from portail.identite import Identite
from portail.trousseau.fabrique import nouvelles_cles
from tests.base_modele import modele_sqlite
from tests.horloge import HorlogeReglable

pytest_plugins = ["tests.fixtures_postgresql", "tests.navigateur_reel", "tests.examen"]


def _retenir_les_adresses() -> None:
    """Werkzeug compile une fonction par adresse et par application, 0,1 s : le quart d'un test. La même adresse donne
    la même fonction, liée ensuite à sa règle : elle est gardée d'un test à l'autre."""
    compiler = Rule._compile_builder
    gardees: dict[tuple[Any, ...], Any] = {}

    def retenir(regle: Rule, append_unknown: bool = True):
        cle = (regle.rule, tuple(regle._trace), append_unknown, repr(regle.defaults))
        if cle not in gardees:
            gardees[cle] = compiler(regle, append_unknown)
        return gardees[cle]

    Rule._compile_builder = retenir  # type: ignore[method-assign]


class GabaritsRetenus(BytecodeCache):
    """Le code des gabarits, compilé une fois par processus et non une fois par application. Jinja le vérifie contre
    leur texte."""

    def __init__(self) -> None:
        self._gardes: dict[str, bytes] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        if bucket.key in self._gardes:
            bucket.bytecode_from_string(self._gardes[bucket.key])

    def dump_bytecode(self, bucket: Bucket) -> None:
        self._gardes[bucket.key] = bucket.bytecode_to_string()


class _MotifRetenu:
    """Werkzeug découpe les mêmes adresses, par la même expression, à chaque application : le tiers de son montage."""

    def __init__(self, motif: re.Pattern[str]) -> None:
        self.match = cache(motif.match)


_retenir_les_adresses()
rules._part_re = _MotifRetenu(rules._part_re)  # type: ignore[attr-defined]
Flask.jinja_options = {**Flask.jinja_options, "bytecode_cache": GabaritsRetenus()}


def pytest_collection_finish() -> None:
    """Tests et bibliothèques ne bougent plus : le ramasse-miettes cesse de les reparcourir (un sixième de la suite)."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 50)


INSTANT = datetime(2026, 11, 24, 10, 0, tzinfo=UTC)
MEMOIRE = Path("/dev/shm") if Path("/dev/shm").is_dir() else Path(tempfile.gettempdir())


@pytest.fixture
def dossier() -> Iterator[Path]:
    """Un dossier d'instance en mémoire vive : synchronous=FULL n'y coûte rien."""
    chemin = Path(tempfile.mkdtemp(prefix="portail-", dir=MEMOIRE))
    yield chemin
    shutil.rmtree(chemin)


@pytest.fixture
def horloge() -> HorlogeReglable:
    return HorlogeReglable(INSTANT)


def config_de_test(dossier: Path, base: str, url: str = "http://127.0.0.1") -> Config:
    cles = nouvelles_cles()
    return Config(
        mode="local",
        url=url,
        base=base,
        dossier=dossier,
        cle_secrete=base64.b64decode(cles["PORTAIL_CLE_SECRETE"]),
        cles_chiffrement={1: base64.b64decode(cles["PORTAIL_CLES_CHIFFREMENT"].removeprefix("1:"))},
        cles_empreinte={1: base64.b64decode(cles["PORTAIL_CLE_EMPREINTE"])},
        courriel_serveur="dossier",
        courriel_expediteur="ne-pas-repondre@portail.test",
        identite=Identite(courriel="aide@portail.test"),
        taches_internes=False,
    )


@pytest.fixture
def app(dossier: Path, horloge: HorlogeReglable) -> Iterator[Flask]:
    shutil.copyfile(modele_sqlite(), dossier / "portail.sqlite")
    application = create_app(
        config_de_test(dossier, f"sqlite:///{dossier / 'portail.sqlite'}"), HORLOGE=horloge, TESTING=True
    )
    with application.app_context():
        yield application
        from portail.db import db

        db.session.close()
        db.engine.dispose()


@pytest.fixture
def client(app: Flask):
    return app.test_client()
