"""Une petite application à nous : les seules tables de référence, importées une fois pour tous les tests."""

from __future__ import annotations

import csv
import shutil
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from flask import Flask

from portail.db import Base, db, installer
from portail.referentiels import importation, modeles
from portail.referentiels.empreinte import oublier

INSTANT = datetime(2026, 11, 24, 10, 0, tzinfo=UTC)
EXTRAIT = {"01", "2A", "30", "69", "75", "93"}  # départements gardés dans le petit jeu de données


def application(adresse: str) -> Flask:
    app = Flask("referentiels")
    app.config["SQLALCHEMY_ENGINES"] = {"default": {"url": adresse}}
    installer(app)
    with app.app_context():
        tables = [getattr(modeles, nom).__table__ for nom in modeles.__all__]
        Base.metadata.create_all(db.engine, tables=tables)
    return app


@pytest.fixture(scope="session")
def base_complete(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    """Toutes les données du dépôt. En lecture : elle est partagée."""
    app = application(f"sqlite:///{tmp_path_factory.mktemp('complete') / 'base.sqlite'}")
    with app.app_context():
        importation.importer(db.session, maintenant=INSTANT)
        db.session.commit()
    yield app
    with app.app_context():
        db.engine.dispose()


@pytest.fixture
def complete(base_complete: Flask) -> Iterator[Flask]:
    oublier()  # un autre test a pu lire ses propres données il y a moins de dix secondes
    with base_complete.app_context():
        yield base_complete


@pytest.fixture
def vide(tmp_path: Path) -> Iterator[Flask]:
    """Les tables, sans une ligne."""
    app = application(f"sqlite:///{tmp_path / 'base.sqlite'}")
    with app.app_context():
        yield app
        db.session.close()
        db.engine.dispose()


@pytest.fixture(scope="session")
def _extrait(tmp_path_factory: pytest.TempPathFactory) -> Path:
    dossier = tmp_path_factory.mktemp("extrait") / "donnees"
    shutil.copytree(importation.DONNEES, dossier)
    for chemin in dossier.glob("*.csv"):
        if chemin.stat().st_size > 200_000:
            _reduire(chemin)
    return dossier


def _reduire(chemin: Path) -> None:
    with chemin.open(encoding="utf-8", newline="") as fichier:
        entete, *lignes = csv.reader(fichier)
    with chemin.open("w", encoding="utf-8", newline="") as fichier:
        ecrivain = csv.writer(fichier, lineterminator="\n")
        ecrivain.writerow(entete)
        place = next(
            (
                entete.index(nom)
                for nom in ("code_commune_actuelle", "code_commune_parente", "code_insee")
                if nom in entete
            ),
            0,
        )
        code = entete.index("code_insee")
        ecrivain.writerows(ligne for ligne in lignes if (ligne[place] or ligne[code])[:2] in EXTRAIT)


@pytest.fixture
def donnees(_extrait: Path, tmp_path: Path) -> Path:
    """Un petit dossier de données valide, à abîmer."""
    return Path(shutil.copytree(_extrait, tmp_path / "donnees"))


def changer(chemin: Path, avant: str, apres: str) -> None:
    """Remplace une seule fois un texte qui doit être là."""
    texte = chemin.read_text(encoding="utf-8")
    assert avant in texte, f"{avant!r} n’est pas dans {chemin.name}"
    chemin.write_text(texte.replace(avant, apres, 1), encoding="utf-8")
