"""Préparer la base avant de servir : migrations, référentiels, sauvegarde."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import sqlalchemy as sa
from flask import Flask, current_app

from portail import memoire
from portail.config import RACINE
from portail.db import db
from portail.horloge import maintenant

Dire = Callable[[str], object]
MIGRATIONS = RACINE / "migrations"


def preparer(dire: Dire) -> None:
    migrer(dire)
    importer_les_referentiels(dire)


def tete() -> str:
    """Le numéro de la dernière migration, lu dans le nom des fichiers (« 0003_guichet.py »)."""
    return max(chemin.name.split("_")[0] for chemin in (MIGRATIONS / "versions").glob("[0-9]*_*.py"))


def niveau() -> str | None:
    """Le niveau de la base, ou None si elle est vide."""
    with db.engine.connect() as connexion:
        if not sa.inspect(connexion).has_table("alembic_version"):
            return None
        return connexion.scalar(sa.text("SELECT version_num FROM alembic_version"))


def migrer(dire: Dire) -> None:
    """Met la base au niveau du code. Déjà à jour : Alembic n'est même pas chargé."""
    if niveau() == tete():
        return
    from alembic import command

    dire("Mise à niveau de la base…")
    command.upgrade(configuration_alembic(), "head")


def configuration_alembic():
    from alembic.config import Config

    configuration = Config()
    configuration.set_main_option("script_location", str(MIGRATIONS))
    configuration.attributes["moteur"] = db.engine
    return configuration


def importer_les_referentiels(dire: Dire) -> None:
    from portail.referentiels import importation

    with db.sessionmaker() as session:
        if importation.a_jour(session):
            return
        session.rollback()
        dire("Import des référentiels (communes, plafonds, offres)…")
        importation.importer(session, maintenant=maintenant())
        session.commit()


def chauffer(app: Flask) -> None:
    """Charge, pendant que le site ouvre, ce que la première page attendrait : index des lieux, chiffres de la loi."""
    from portail.referentiels import parametres, recherche

    with app.app_context():
        recherche.lieu("75056")
        parametres.catalogue_pieces()
    memoire.figer_ce_qui_ne_bouge_plus()


def sauvegarder(destination: Path) -> None:
    """Copie cohérente d'une base SQLite en service. PostgreSQL : `pg_dump`."""
    if db.engine.dialect.name != "sqlite":
        raise NotImplementedError("Avec PostgreSQL, utilisez pg_dump.")
    with db.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connexion:
        connexion.exec_driver_sql("VACUUM INTO ?", (str(destination),))
    current_app.logger.info("base sauvegardée")
