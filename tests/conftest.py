"""Fixtures communes : une application par test, sur une base neuve copiée d'un modèle déjà importé."""

from __future__ import annotations

import base64
import shutil
import tempfile
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from flask import Flask

from portail import create_app
from portail.config import Config, nouvelles_cles
from tests.base_modele import modele_sqlite
from tests.horloge import HorlogeReglable

pytest_plugins = ["tests.fixtures_postgresql", "tests.navigateur_reel"]

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
        cle_empreinte=base64.b64decode(cles["PORTAIL_CLE_EMPREINTE"]),
        courriel_serveur="dossier",
        courriel_expediteur="ne-pas-repondre@portail.test",
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
