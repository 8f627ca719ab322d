"""Des applications de test, sur SQLite ou PostgreSQL, dont chaque requête vit dans son propre contexte."""

from __future__ import annotations

import contextvars
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient

from portail import create_app
from portail.db import db
from portail.franceconnect.reglages import ReglagesFranceConnect
from tests.base_modele import modele_sqlite
from tests.conftest import config_de_test

__all__ = ["ClientIsole", "app", "app_deux_moteurs", "autre_client", "client", "compter", "ouvrir"]


class ClientIsole(FlaskClient):
    """Un navigateur vu par un vrai serveur : rien ne passe d'une requête à l'autre.

    Sans cela, le contexte d'application ouvert par le test sert aussi aux requêtes : `g` (la personne connectée) et
    `db.session` y survivraient d'une requête à la suivante.
    """

    def open(self, *args: Any, **kwargs: Any) -> Any:
        kwargs.setdefault("base_url", self.application.extensions["portail"].url)
        return contextvars.Context().run(super().open, *args, **kwargs)


@contextmanager
def ouvrir(
    dossier: Path,
    horloge: Any,
    *,
    base: str = "",
    url: str = "http://127.0.0.1",
    franceconnect: ReglagesFranceConnect | None = None,
    **reglages: Any,
) -> Iterator[Flask]:
    """Une application prête, son contexte ouvert. Sans `base` : une copie neuve du modèle SQLite dans `dossier`."""
    if not base:
        shutil.copyfile(modele_sqlite(), dossier / "portail.sqlite")
        base = f"sqlite:///{dossier / 'portail.sqlite'}"
    reglages = {"TESTING": True, "HORLOGE": horloge, **reglages}
    application = create_app(replace(config_de_test(dossier, base, url), franceconnect=franceconnect), **reglages)
    application.test_client_class = ClientIsole
    with application.app_context():
        try:
            yield application
        finally:
            db.session.close()
            db.engine.dispose()


@pytest.fixture
def app(dossier, horloge) -> Iterator[Flask]:
    with ouvrir(dossier, horloge) as application:
        yield application


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgresql)])
def app_deux_moteurs(request, dossier, horloge) -> Iterator[Flask]:
    """La même application, sur chacun des deux moteurs."""
    base = "" if request.param == "sqlite" else request.getfixturevalue("base_postgresql")
    with ouvrir(dossier, horloge, base=base) as application:
        yield application


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    return app.test_client()


@pytest.fixture
def autre_client(app: Flask) -> FlaskClient:
    """Un second navigateur, avec ses propres cookies."""
    return app.test_client()


@contextmanager
def compter(moteur: sa.Engine) -> Iterator[list[str]]:
    """Les ordres SQL exécutés pendant le bloc, sans ce qui dépend de l'heure (fraîcheur des référentiels)."""
    ordres: list[str] = []

    def noter(_connexion, _curseur, ordre, _parametres, _contexte, _plusieurs) -> None:
        if "FROM import_referentiels" not in ordre and not ordre.startswith("SET TRANSACTION"):
            ordres.append(ordre)

    sa.event.listen(moteur, "before_cursor_execute", noter)
    try:
        yield ordres
    finally:
        sa.event.remove(moteur, "before_cursor_execute", noter)
