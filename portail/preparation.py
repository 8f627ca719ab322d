"""Préparer la base avant de servir : migrations, référentiels, sauvegarde."""

from __future__ import annotations

import fcntl
import os
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import sqlalchemy as sa
from flask import Flask
from sqlalchemy.exc import OperationalError

from portail import memoire, pannes
from portail.config import RACINE
from portail.db import db
from portail.horloge import maintenant

Dire = Callable[[str], object]
MIGRATIONS = RACINE / "migrations"
VERROU_POSTGRESQL = 0x706D69


def preparer(dire: Dire) -> None:
    migrer(dire)
    exiger_les_cles()
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


class ActeRefuse(Exception):
    """Le faire casserait quelque chose. `str(erreur)` dit pourquoi, à un exploitant."""


def migrer(dire: Dire) -> None:
    """Met la base au niveau du code. Déjà à jour : Alembic n'est même pas chargé.

    Lève `ActeRefuse` devant une base migrée par une version plus récente du portail.
    """
    actuel = niveau()
    if actuel == tete():
        return
    if actuel is not None and actuel > tete():
        raise ActeRefuse(
            f"La base est plus récente que ce code (niveau {actuel}, attendu {tete()}) : installez la bonne version."
        )
    from alembic import command

    with _chacun_son_tour():
        if niveau() == tete():
            return  # un autre processus démarrait aussi, et l'a fait
        dire("Mise à niveau de la base…")
        command.upgrade(configuration_alembic(), "head")


@contextmanager
def _chacun_son_tour() -> Iterator[None]:
    """Chaque migration se valide à part : deux processus mêlés referaient les mêmes. Tué, son tour se libère."""
    chemin = db.engine.url.database
    if db.engine.dialect.name == "postgresql":
        with db.engine.connect() as garde:
            garde.execute(sa.select(sa.func.pg_advisory_lock(VERROU_POSTGRESQL)))
            try:
                yield
            finally:
                garde.execute(sa.select(sa.func.pg_advisory_unlock(VERROU_POSTGRESQL)))
        return
    dossier = os.open(Path(chemin or ".").parent, os.O_RDONLY | os.O_DIRECTORY)
    try:
        fcntl.flock(dossier, fcntl.LOCK_EX)
        yield
    finally:
        os.close(dossier)


def exiger_le_niveau() -> None:
    """Lève `ActeRefuse` si la base attend ses migrations."""
    if (niveau() or "") < tete():
        raise ActeRefuse("La base n’est pas au niveau de ce code : « portail migrer » d’abord.")


def exiger_les_cles() -> None:
    """Lève `ActeRefuse` si une clé dont cette base dépend manque, ou a été remplacée. Inscrit les clés neuves."""
    from portail.trousseau import registre

    exiger_le_niveau()
    if fautes := registre.inscrire():
        raise ActeRefuse("\n".join(fautes))


def avant_de_servir(app: Flask) -> None:
    """Pour un serveur WSGI, qui ne prépare pas la base : refuse de servir sans les clés qu'elle attend.

    Une base qui ne répond pas n'empêche pas de démarrer : les pages disent « service occupé », puis reviennent.
    """
    with app.app_context():
        try:
            exiger_les_cles()
        except OperationalError as erreur:
            app.logger.warning("clés pas encore vérifiées, la base ne répond pas : %s", pannes.pour_le_journal(erreur))
        finally:
            db.engine.dispose()  # le serveur se divise ensuite en plusieurs processus


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
    """Copie cohérente d'une base SQLite en service, sans gêner ses écritures. N'écrase jamais rien.

    La copie prend son nom une fois complète. Lève `ActeRefuse`.
    """
    chemin = db.engine.url.database
    if db.engine.dialect.name != "sqlite" or chemin is None:
        raise ActeRefuse("Avec PostgreSQL, utilisez pg_dump.")
    provisoire = destination.with_name(f"{destination.name}.partielle")
    provisoire.unlink(missing_ok=True)
    os.close(os.open(provisoire, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
    try:
        with closing(sqlite3.connect(chemin)) as source, closing(sqlite3.connect(provisoire)) as copie:
            if not source.execute("SELECT count(*) FROM sqlite_master").fetchone()[0]:
                raise ActeRefuse(f"{chemin} est vide : vérifiez PORTAIL_DOSSIER et PORTAIL_BASE.")
            source.backup(copie)
        os.link(provisoire, destination)
    except sqlite3.Error as erreur:
        raise ActeRefuse(f"La copie s’est arrêtée, et rien n’en reste : {pannes.du_moteur(erreur)}.") from erreur
    except FileExistsError:
        raise ActeRefuse(f"{destination} existe déjà : choisissez un autre nom.") from None
    finally:
        provisoire.unlink()
