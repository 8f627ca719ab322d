"""Fixtures pytest de PostgreSQL : une grappe par suite (partagée par les ouvriers), une base neuve par test."""

from __future__ import annotations

import os
from collections.abc import Iterator

import pytest
import sqlalchemy as sa

from tests.manques import manque
from tests.postgresql import Grappe, PostgresqlAbsent, ouvrir, tables_remplies, vider


@pytest.fixture(scope="session")
def grappe_postgresql() -> Iterator[Grappe]:
    """La grappe de la suite. PostgreSQL absent : le test est sauté, ou échoue avec `CI=true`."""
    try:
        grappe = ouvrir(os.environ.get("PYTEST_XDIST_TESTRUNUID"))
    except PostgresqlAbsent as absence:
        manque(f"PostgreSQL, {absence}", "apt install postgresql")
    yield grappe
    grappe.fermer()


@pytest.fixture(scope="session")
def modele_postgresql(grappe_postgresql: Grappe) -> str:
    """Le nom de la base modèle : migrée, référentiels importés, une fois pour tous les ouvriers."""
    from tests.base_modele import remplir

    return grappe_postgresql.modele("portail", remplir)


@pytest.fixture(scope="session")
def _moteur_a_vider(grappe_postgresql: Grappe, modele_postgresql: str) -> Iterator[tuple[sa.Engine, set[str]]]:
    """La base de l'ouvrier, et les tables que le modèle fournit (référentiels)."""
    with grappe_postgresql.copie(modele_postgresql) as url:
        moteur = sa.create_engine(url, poolclass=sa.NullPool)
        yield moteur, tables_remplies(moteur)


@pytest.fixture
def base_postgresql(_moteur_a_vider: tuple[sa.Engine, set[str]]) -> Iterator[str]:
    """L'adresse SQLAlchemy de la base de l'ouvrier, revidée (sauf les référentiels) après chaque test.

    Un test qui touche aux référentiels ou au schéma emploie `copie_postgresql`. Les connexions doivent être rendues
    à la fin du test : une transaction restée ouverte fait échouer le TRUNCATE au lieu de l'attendre sans fin.
    """
    moteur, referentiels = _moteur_a_vider
    yield moteur.url.render_as_string(hide_password=False)
    vider(moteur, sauf=referentiels)


@pytest.fixture
def copie_postgresql(grappe_postgresql: Grappe, modele_postgresql: str) -> Iterator[str]:
    """L'adresse SQLAlchemy d'une base à soi, copiée du modèle et supprimée après le test : tout y est permis."""
    with grappe_postgresql.copie(modele_postgresql) as url:
        yield url
