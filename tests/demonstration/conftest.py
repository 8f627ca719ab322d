"""La démonstration, peuplée une fois par ouvrier : ces tests la lisent, aucun ne la change."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest
from flask import Flask

from portail import create_app
from portail.db import db
from portail.demonstration import peuplement
from tests.base_modele import MEMOIRE, modele_sqlite
from tests.conftest import INSTANT, config_de_test
from tests.socle.applications import ClientIsole


@contextmanager
def demonstration(dossier: Path, base: str = "") -> Iterator[Flask]:
    """Une application de démonstration, pas encore peuplée, dans ce dossier (SQLite sans `base`)."""
    if not base:
        shutil.copyfile(modele_sqlite(), dossier / "portail.sqlite")
        base = f"sqlite:///{dossier / 'portail.sqlite'}"
    config = replace(config_de_test(dossier, base), demonstration=True)
    app = create_app(config, TESTING=True, HORLOGE=lambda: INSTANT)
    app.test_client_class = ClientIsole
    with app.app_context():
        try:
            yield app
        finally:
            db.session.close()
            db.engine.dispose()


@pytest.fixture(scope="session")
def peuplee() -> Iterator[Flask]:
    dossier = Path(tempfile.mkdtemp(prefix="portail-demonstration-", dir=MEMOIRE))
    try:
        with demonstration(dossier) as app:
            peuplement.peupler(lambda _phrase: None)
        yield app
    finally:
        shutil.rmtree(dossier)


@pytest.fixture
def app(peuplee: Flask) -> Iterator[Flask]:
    with peuplee.app_context():
        yield peuplee
        db.session.close()
        db.engine.dispose()
