"""Toutes les routes de l'application, avec de quoi les appeler, et l'état de la base pour comparer avant et après."""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass
from pathlib import Path

from flask import Flask

from portail.assistance import fils
from portail.db import ecriture
from portail.droits import Droit, droit_de
from tests import fabriques

# Ce qui peut bouger sans que rien n'ait été écrit par la page : la dernière activité, datée à part.
HORS_PHOTO = {"session_ouverte": {"vue_le"}}
ETAPE = "informations-generales"


@dataclass(frozen=True)
class Route:
    methode: str
    adresse: str
    endpoint: str
    droit: Droit | None

    def __str__(self) -> str:
        return f"{self.methode} {self.adresse}"


@dataclass(frozen=True)
class Dossier:
    """Ana et Léo ont un compte ; Ana a une demande commencée, et a posé une question ailleurs."""

    demande_id: int
    personne: str
    ana_id: int
    leo_id: int
    fil_id: int


def peupler() -> Dossier:
    with ecriture() as session:
        session.expire_on_commit = False
    from portail.db import db

    with db.sessionmaker() as session:
        ana = fabriques.compte(session)
        leo = fabriques.compte(session, "leo@exemple.fr", nom_naissance="Petit", prenoms="Léo", nir=None)
        declaration = fabriques.brouillon(session, ana)
        fil = fils.ouvrir(session, ana.id, "111", None, None, fabriques.INSTANT)
        fils.ajouter(session, fil, "Bonjour, Silva à l’appareil.", "cle", fabriques.INSTANT)
        session.commit()
        return Dossier(declaration.demande_id, declaration.personnes[0].cle, ana.id, leo.id, fil.id)


def routes(app: Flask, dossier: Dossier, methode: str) -> list[Route]:
    """Une adresse par règle qui accepte `methode`. Les règles d'une demande visent celle d'Ana."""
    valeurs = {
        "demande_id": dossier.demande_id, "personne": dossier.personne, "code": "ID", "slug": ETAPE,
        "fichier_id": 1, "session_id": 1, "jeton": "j" * 43, "agent_id": 1, "piece_id": 1, "televersement_id": 1,
        "fil_id": dossier.fil_id, "cle_id": 1,
    }  # fmt: skip
    trouvees = []
    for regle in app.url_map.iter_rules():
        if methode in (regle.methods or ()):
            arguments = {nom: valeurs[nom] for nom in regle.arguments}
            adresse = app.url_map.bind("127.0.0.1").build(regle.endpoint, arguments)
            trouvees.append(Route(methode, adresse, regle.endpoint, droit_de(app, regle.endpoint)))
    return sorted(set(trouvees), key=str)


def photo(dossier: Path) -> dict[str, list[tuple]]:
    """Le contenu de toutes les tables, lu par une connexion à part (SQLite)."""
    base = sqlite3.connect(dossier / "portail.sqlite")
    try:
        tables = [nom for (nom,) in base.execute("SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name")]
        return {table: _contenu(base, table) for table in tables}
    finally:
        base.close()


def _contenu(base: sqlite3.Connection, table: str) -> list[tuple]:
    (nombre,) = base.execute(f"SELECT count(*) FROM {table}").fetchone()
    if nombre > 100:  # un référentiel : son nombre de lignes suffit
        return [(nombre,)]
    colonnes = [ligne[1] for ligne in base.execute(f"PRAGMA table_info({table})")]
    gardees = [nom for nom in colonnes if nom not in HORS_PHOTO.get(table, ())]
    return sorted(base.execute(f"SELECT {', '.join(gardees)} FROM {table}").fetchall(), key=repr)


def differences(avant: dict[str, list[tuple]], apres: dict[str, list[tuple]]) -> set[str]:
    """Les tables dont le contenu a changé."""
    return {table for table in avant if avant[table] != apres[table]}
