"""Une grappe PostgreSQL jetable, partagée par les ouvriers d'une même suite de tests.

`ouvrir()` rend la grappe ; elle dure tant que ce processus vit et que `fermer()` n'est pas appelé, puis un gardien
(`tests/gardien_postgresql.py`) l'arrête et l'efface, même après un SIGKILL. Deux façons d'avoir une base neuve :

- `copie(modele)` : une base de plus, copiée d'un modèle rempli une fois (`modele(…)`) ; tout y est permis ;
- `vider(moteur, sauf=…)` : TRUNCATE de toutes les tables sauf quelques-unes, les séquences repartant de 1 ;
  cinq fois plus rapide qu'une copie.
"""

from __future__ import annotations

import fcntl
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from typing import TextIO

import psycopg
import sqlalchemy as sa
from psycopg import sql

RACINE = Path(__file__).resolve().parent.parent
NUMEROS = count(1)


class PostgresqlAbsent(Exception):
    """PostgreSQL n'est pas installé, ou n'a pas pu démarrer. `str(erreur)` dit pourquoi."""


def binaires() -> Path | None:
    """Le dossier d'`initdb` : dans PATH, sinon la version la plus récente que Debian range à part."""
    if trouve := shutil.which("initdb"):
        return Path(trouve).resolve().parent
    versions = [chemin.parent for chemin in Path("/usr/lib/postgresql").glob("*/bin/initdb")]
    return max(versions, key=lambda chemin: int(chemin.parent.name), default=None)


@dataclass
class Grappe:
    """Une grappe ouverte. Les bases créées portent un nom propre au processus : les ouvriers ne se gênent pas."""

    dossier: Path
    _occupation: TextIO
    _fin_du_gardien: int | None = None  # bout de tube fermé par la mort du gardien, chez qui l'a lancé

    def url(self, base: str = "postgres") -> str:
        """L'adresse SQLAlchemy d'une base de la grappe."""
        return f"postgresql+psycopg://portail@/{base}?host={self.dossier}"

    def executer(self, ordre: sql.Composed, base: str = "postgres") -> list[tuple]:
        """Exécute un ordre d'administration hors transaction ; rend ses lignes s'il en a."""
        with psycopg.connect(dbname=base, host=str(self.dossier), user="portail", autocommit=True) as connexion:
            curseur = connexion.execute(ordre)
            return curseur.fetchall() if curseur.description else []

    def creer(self, base: str, modele: str = "template1") -> str:
        """Crée `base` par copie de `modele` et rend son adresse. Personne ne doit être connecté au modèle."""
        # FILE_COPY copie les fichiers du modèle sans passer par le journal.
        ordre = sql.SQL("CREATE DATABASE {} TEMPLATE {} STRATEGY {}")
        self.executer(ordre.format(sql.Identifier(base), sql.Identifier(modele), sql.Identifier("file_copy")))
        return self.url(base)

    def supprimer(self, base: str) -> None:
        """Supprime `base`, connexions comprises ; sans effet si elle n'existe pas."""
        self.executer(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(base)))

    def modele(self, nom: str, remplir: Callable[[str], None]) -> str:
        """Le nom d'une base modèle, remplie par `remplir(url)` une fois pour tous les ouvriers (les autres attendent)."""
        with (self.dossier / f"{nom}.verrou").open("a") as verrou:
            fcntl.flock(verrou, fcntl.LOCK_EX)
            connues = self.executer(sql.SQL("SELECT 1 FROM pg_database WHERE datname = {}").format(nom))
            if not connues:
                provisoire = f"{nom}_provisoire"
                self.supprimer(provisoire)
                remplir(self.creer(provisoire))
                renommer = sql.SQL("ALTER DATABASE {} RENAME TO {}")
                self.executer(renommer.format(sql.Identifier(provisoire), sql.Identifier(nom)))
        return nom

    @contextmanager
    def copie(self, modele: str = "template1") -> Iterator[str]:
        """L'adresse d'une base neuve copiée de `modele`, supprimée en sortie."""
        base = f"{modele}_{os.getpid()}_{next(NUMEROS)}"
        url = self.creer(base, modele)
        try:
            yield url
        finally:
            self.supprimer(base)

    def fermer(self) -> None:
        """Quitte la grappe ; le dernier parti la fait effacer. Qui l'a créée attend que ce soit fait."""
        self._occupation.close()
        if self._fin_du_gardien is not None:
            os.read(self._fin_du_gardien, 1)
            os.close(self._fin_du_gardien)


def ouvrir(partage: str | None = None, *, durable: bool = False) -> Grappe:
    """Ouvre une grappe neuve, ou celle que les autres processus de même nom `partage` ont déjà ouverte.

    `durable` garde fsync et la validation synchrone, pour une mesure ou un essai de panne.
    Lève `PostgresqlAbsent` si PostgreSQL manque ou refuse de démarrer.
    """
    if (programmes := binaires()) is None:
        raise PostgresqlAbsent("initdb est introuvable")
    racine = Path(tempfile.gettempdir())
    dossier = racine / f"portail-pg-{partage}" if partage else Path(tempfile.mkdtemp(prefix="portail-pg-", dir=racine))
    grappe = Grappe(dossier, _occuper(dossier))
    with (dossier / "demarrage").open("a") as verrou:
        fcntl.flock(verrou, fcntl.LOCK_EX)
        if not (dossier / "prete").exists():
            try:
                grappe._fin_du_gardien = _lancer_le_gardien(dossier, programmes, durable)
            except PostgresqlAbsent:
                grappe._occupation.close()
                raise
            (dossier / "prete").touch()
    return grappe


def _occuper(dossier: Path) -> TextIO:
    """Prend le verrou partagé des occupants, en s'assurant que le gardien n'efface pas le dossier à ce moment."""
    while True:
        dossier.mkdir(mode=0o700, exist_ok=True)
        try:
            occupants = (dossier / "occupants").open("a")
            fcntl.flock(occupants, fcntl.LOCK_SH)
            if os.fstat(occupants.fileno()).st_nlink:
                return occupants
            occupants.close()
        except FileNotFoundError:
            continue


def _lancer_le_gardien(dossier: Path, programmes: Path, durable: bool) -> int:
    """Démarre la grappe et son gardien ; rend le tube dont la fermeture dira que tout est effacé."""
    lecture, ecriture = os.pipe()
    commande = [sys.executable, "-m", "tests.gardien_postgresql", str(dossier), str(programmes)]
    try:
        essai = subprocess.run(
            [*commande, *(["durable"] if durable else [])],
            cwd=RACINE,
            pass_fds=[ecriture],
            start_new_session=True,  # Ctrl-C ne doit pas interrompre le ménage
            capture_output=True,
            text=True,
        )
    finally:
        os.close(ecriture)
    if essai.returncode != 0:
        os.close(lecture)
        raise PostgresqlAbsent(essai.stderr.strip())
    return lecture


def vider(moteur: sa.Engine, sauf: Collection[str] = (), *, attente_ms: int = 5000) -> None:
    """Vide en un seul ordre toutes les tables du schéma public sauf `sauf` (et le niveau des migrations)."""
    gardees = {"alembic_version", *sauf}
    with moteur.begin() as connexion:
        # Une transaction oubliée par un test doit se voir tout de suite, pas bloquer la suite.
        connexion.execute(sa.text(f"SET LOCAL lock_timeout = {attente_ms}"))
        # Le journal refuse d'être vidé (migration 0003) ; ce réglage, réservé au propriétaire de la grappe, passe outre.
        connexion.execute(sa.text("SET LOCAL session_replication_role = replica"))
        tables = connexion.scalars(sa.text("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")).all()
        citer = moteur.dialect.identifier_preparer.quote
        if a_vider := [citer(table) for table in tables if table not in gardees]:
            connexion.execute(sa.text(f"TRUNCATE {', '.join(a_vider)} RESTART IDENTITY CASCADE"))


def tables_remplies(moteur: sa.Engine) -> set[str]:
    """Les tables du schéma public qui ont au moins une ligne : celles qu'un modèle fournit, à ne pas vider."""
    with moteur.connect() as connexion:
        tables = connexion.scalars(sa.text("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")).all()
        citer = moteur.dialect.identifier_preparer.quote
        return {nom for nom in tables if connexion.scalar(sa.text(f"SELECT EXISTS (SELECT 1 FROM {citer(nom)})"))}
