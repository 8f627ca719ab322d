"""La base modèle : migrée et importée une fois par version du code et des données, puis copiée par chaque test."""

from __future__ import annotations

import fcntl
import hashlib
import os
import tempfile
from datetime import UTC, datetime
from pathlib import Path

import sqlalchemy as sa

from portail.config import RACINE

MEMOIRE = Path("/dev/shm") if Path("/dev/shm").is_dir() else Path(tempfile.gettempdir())


def _empreinte() -> str:
    """Change dès qu'une migration, un modèle de référentiel ou une donnée change."""
    calcul = hashlib.sha256(str(os.getuid()).encode())
    dossiers = (RACINE / "migrations" / "versions", RACINE / "portail" / "referentiels")
    for chemin in sorted(
        chemin for dossier in dossiers for chemin in dossier.rglob("*") if chemin.suffix in {".py", ".csv"}
    ):
        calcul.update(f"{chemin.name}{chemin.stat().st_size}".encode())
        if chemin.suffix == ".py":
            calcul.update(chemin.read_bytes())
    return calcul.hexdigest()[:16]


def modele_sqlite() -> Path:
    """Le fichier modèle, fabriqué par le premier arrivé (les autres attendent son verrou)."""
    chemin = MEMOIRE / f"portail-modele-{_empreinte()}.sqlite"
    if chemin.exists():
        return chemin
    with open(f"{chemin}.verrou", "w") as verrou:
        fcntl.flock(verrou, fcntl.LOCK_EX)
        if not chemin.exists():
            provisoire = chemin.with_suffix(".tmp")
            provisoire.unlink(missing_ok=True)
            remplir(f"sqlite:///{provisoire}")
            provisoire.rename(chemin)
    return chemin


def remplir(url: str) -> None:
    """Crée les tables par les migrations, puis importe les référentiels."""
    from alembic import command
    from alembic.config import Config

    from portail.db import preparer_moteur
    from portail.referentiels import importation

    moteur = sa.create_engine(url)
    preparer_moteur(moteur)
    configuration = Config()
    configuration.set_main_option("script_location", str(RACINE / "migrations"))
    configuration.attributes["moteur"] = moteur
    command.upgrade(configuration, "head")
    with sa.orm.Session(moteur) as session:
        importation.importer(session, maintenant=datetime(2026, 11, 24, tzinfo=UTC))
        session.commit()
    if moteur.dialect.name == "sqlite":
        with moteur.connect() as connexion:
            connexion.connection.dbapi_connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    moteur.dispose()
