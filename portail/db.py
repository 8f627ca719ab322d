"""Base de données : la classe mère des modèles, les types maison, et ce que chaque moteur doit promettre.

SQLite : WAL, synchronous=FULL, clés étrangères, et `BEGIN IMMEDIATE` pour toute transaction qui
écrira (une lecture promue en écriture échoue aussitôt sur un verrou, sans attendre).
Une requête GET ouvre une transaction **en lecture seule** sur les deux moteurs : « GET n'écrit
jamais » est tenu par la base, pas seulement par l'habitude. `ecriture()` est la seule exception.
"""

from __future__ import annotations

import inspect
import os
import sqlite3
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from contextvars import ContextVar
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from flask import Flask, has_request_context, request
from flask_sqlalchemy_lite import SQLAlchemy
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import DeclarativeBase, Session
from sqlalchemy.pool import ConnectionPoolEntry

CONVENTION = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}
LECTURES = {"GET", "HEAD", "OPTIONS"}
LECTURE = "lecture"  # ce qu'une connexion SQLite sait d'elle-même : lit-elle seulement ?
ATTENTE_MAXIMALE = 10.0  # secondes


class Instant(sa.types.TypeDecorator[datetime]):
    """Un instant, toujours avec fuseau en Python, toujours en temps universel en base."""

    impl = sa.DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value, dialect):
        if value is not None and value.tzinfo is None:
            raise ValueError("Un instant sans fuseau n’a pas de sens : passez une heure de l’horloge du portail.")
        return None if value is None else value.astimezone(UTC)

    def process_result_value(self, value, dialect):
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class Euros(sa.types.TypeDecorator[Decimal]):
    """Un montant en euros, exact : des centimes entiers en base, un Decimal en Python."""

    impl = sa.BigInteger
    cache_ok = True

    def process_bind_param(self, value, dialect):
        return None if value is None else int((value * 100).to_integral_value())

    def process_result_value(self, value, dialect):
        return None if value is None else Decimal(value) / 100


class Base(DeclarativeBase):
    """Mère des modèles : contraintes nommées, instants avec fuseau, montants exacts."""

    metadata = sa.MetaData(naming_convention=CONVENTION)
    type_annotation_map = {datetime: Instant(), Decimal: Euros()}


db = SQLAlchemy(session_options={"expire_on_commit": False})


def installer(app: Flask) -> None:
    """Branche la base sur l'application.

    Flask-SQLAlchemy-Lite inscrit aussi une fermeture asynchrone, pour des sessions que nous n'ouvrons pas : elle
    monte une boucle d'événements à la fin de chaque requête (1,7 ms, un tiers d'une page). Nous l'ôtons.
    """
    db.init_app(app)
    app.teardown_appcontext_funcs = [f for f in app.teardown_appcontext_funcs if not inspect.iscoroutinefunction(f)]
    with app.app_context():
        preparer_moteur(db.engine)


_mode: ContextVar[str | None] = ContextVar("mode_de_transaction", default=None)


def est_lecture() -> bool:
    """Vrai pendant un GET, ou dans `lecture()` : la transaction qui s'ouvre ne pourra rien écrire."""
    mode = _mode.get()
    if mode is not None:
        return mode == "lecture"
    return has_request_context() and request.method in LECTURES


@contextmanager
def _en_mode(mode: str) -> Iterator[None]:
    jeton = _mode.set(mode)
    try:
        yield
    finally:
        _mode.reset(jeton)


@contextmanager
def ecriture() -> Iterator[Session]:
    """Une session à part, validée en sortie : les rares écritures d'un GET (dernière activité), ou un frein."""
    with _en_mode("ecriture"), db.sessionmaker() as session, session.begin():
        yield session


@contextmanager
def lecture() -> Iterator[Session]:
    """Une session à part, en lecture : pendant un POST, elle ne prend pas le verrou d'écriture.

    Les objets lus sont détachés en sortie. À employer avant un travail long (mot de passe, fichier).
    """
    with _en_mode("lecture"), db.sessionmaker() as session:
        yield session


def insertion(session: Session, table: type[Base]) -> Any:
    """Un INSERT qui sait dire « ON CONFLICT », dans les mots du moteur de la session."""
    return (postgresql if session.get_bind().dialect.name == "postgresql" else sqlite).insert(table)


def preparer_moteur(moteur: sa.Engine) -> None:
    """Branche sur un moteur les promesses décrites en tête de module."""
    if moteur.dialect.name == "sqlite":
        _fichier_prive(moteur.url.database)
        sa.event.listen(moteur, "connect", _connexion_sqlite)
        file = _FileDEcriture()
        sa.event.listen(moteur, "begin", lambda connexion: _debut_sqlite(connexion, file))
        sa.event.listen(moteur, "checkin", file.sortir)  # la connexion revient au réservoir : c'est validé ou annulé
    else:
        sa.event.listen(moteur, "begin", _debut_postgresql)


def _fichier_prive(chemin: str | None) -> None:
    """La base, et les fichiers -wal et -shm qui prennent ses droits, ne se lisent que par leur propriétaire.

    Une sauvegarde restaurée par `scp` ou depuis une archive revient souvent lisible de toute la machine.
    """
    if chemin and not chemin.startswith((":memory:", "file:")):
        Path(chemin).parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        os.close(os.open(chemin, os.O_CREAT | os.O_RDWR, 0o600))
        with suppress(PermissionError):  # à un autre compte : à lui de la fermer
            Path(chemin).chmod(0o600)


def _connexion_sqlite(connexion: DBAPIConnection, _entree: ConnectionPoolEntry) -> None:
    connexion.isolation_level = None  # le pilote n'ouvre pas de transaction de lui-même : nous le faisons
    for pragma in (
        "journal_mode=WAL",
        "synchronous=FULL",
        "foreign_keys=ON",
        "secure_delete=ON",  # ce qui est effacé est remplacé par des zéros : rien ne se relit dans le fichier
        f"busy_timeout={ATTENTE_MAXIMALE * 1000:.0f}",
    ):
        connexion.execute(f"PRAGMA {pragma}")


class _FileDEcriture:
    """Un seul écrivain à la fois dans ce processus.

    SQLite n'en admet qu'un de toute façon, mais qui attend son verrou dort par paliers (jusqu'à 100 ms) et
    se fait doubler ; ici chacun passe aussitôt que la place se libère. Entre processus, le verrou reste celui
    de SQLite.
    """

    def __init__(self) -> None:
        self._verrou = threading.Lock()

    def entrer(self, connexion: sa.Connection) -> None:
        if connexion.info.get("ecrit"):
            return  # une seconde transaction sur la même connexion, comme en ouvre une migration
        # Au-delà, on laisse SQLite dire « base occupée » : mieux qu'un fil arrêté pour toujours.
        if self._verrou.acquire(timeout=ATTENTE_MAXIMALE):
            connexion.info["ecrit"] = True

    def sortir(self, _dbapi: DBAPIConnection, entree: ConnectionPoolEntry) -> None:
        if entree.info.pop("ecrit", False):
            self._verrou.release()


def _debut_sqlite(connexion: sa.Connection, file: _FileDEcriture) -> None:
    lecture = est_lecture()
    if not lecture:
        file.entrer(connexion)
    brute = connexion.connection.dbapi_connection
    assert brute is not None
    debut = "BEGIN" if lecture else "BEGIN IMMEDIATE"
    try:
        if connexion.info.get(LECTURE) is not lecture:  # changer ce réglage fait tout préparer à nouveau (reservoir.py)
            brute.execute(f"PRAGMA query_only={int(lecture)}")
            connexion.info[LECTURE] = lecture
        brute.execute(debut)
    except sqlite3.Error as erreur:
        # Ces ordres passent sous SQLAlchemy : sans traduction, l'erreur échapperait à la page « service occupé ».
        raise OperationalError(debut, None, erreur) from erreur


def _debut_postgresql(connexion: sa.Connection) -> None:
    if est_lecture():
        connexion.exec_driver_sql("SET TRANSACTION READ ONLY")
