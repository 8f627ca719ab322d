"""Emplir toutes les tables : chaque valeur de chaque choix, chaque colonne facultative pleine et vide ; et les relire.

La ligne n d'une table désigne la ligne n de celles dont elle dépend : toutes les contraintes tiennent.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zlib import crc32

import sqlalchemy as sa

from portail.choix import ListeDeChoix
from portail.db import Base

LIGNES = 40  # assez pour chaque valeur du plus long des choix
DEPART = datetime(2026, 3, 1, 9, 30, tzinfo=UTC)
AVIS = ("AIS2024", "AIS2025", "AIS2026", "ID")
# Un compte dont une session s'est ouverte a confirmé son adresse ; un papier en cours de saisie fait refuser.
TOUJOURS = {("compte", "courriel_confirme_le"), ("demande", "compte_id")}

Ligne = dict[str, Any]
Contenu = dict[str, list[Ligne]]


def deja_pleines(moteur: sa.Engine) -> set[str]:
    """Les référentiels, importés avec le modèle."""
    with moteur.connect() as connexion:
        return {
            nom
            for nom, table in Base.metadata.tables.items()
            if connexion.scalar(sa.select(sa.exists(sa.select(table))))
        }


def emplir(connexion: sa.Connection, sauf: Iterable[str], exclus: dict[tuple[str, str], set[str]]) -> None:
    """`sauf` : les tables déjà pleines (référentiels). `exclus` : les valeurs qu'une colonne ne prendra pas."""
    tables = [table for table in Base.metadata.sorted_tables if table.name not in set(sauf)]
    plus_tard: list[tuple[sa.Table, int, Ligne]] = []
    remplies: set[str] = set(sauf)
    for table in tables:
        brute = sa.Table(table.name, sa.MetaData(), autoload_with=connexion)
        for rang in range(1, LIGNES + 1):
            ligne, suite = _ligne(table, rang, remplies | {table.name}, exclus)
            connexion.execute(sa.insert(brute).values(**ligne))
            if suite:
                plus_tard.append((brute, rang, suite))
        remplies.add(table.name)
        _reprendre_la_numerotation(connexion, brute)
    for brute, rang, suite in plus_tard:
        connexion.execute(sa.update(brute).where(brute.c.id == rang).values(**suite))


def _reprendre_la_numerotation(connexion: sa.Connection, table: sa.Table) -> None:
    if connexion.dialect.name == "postgresql" and isinstance(table.c.get("id", sa.Column()).type, sa.Integer):
        connexion.execute(sa.text(f"SELECT setval(pg_get_serial_sequence('{table.name}', 'id'), {LIGNES})"))


def _ligne(
    table: sa.Table, rang: int, remplies: set[str], exclus: dict[tuple[str, str], set[str]]
) -> tuple[Ligne, Ligne]:
    """Ce qui s'écrit d'abord, et ce qui attend qu'une table suivante soit pleine. La première ligne a tout ; les autres, une
    colonne facultative sur deux, jamais les mêmes."""
    ligne: Ligne = {}
    suite: Ligne = {}
    for colonne in table.columns:
        facultative = colonne.nullable and (table.name, colonne.name) not in TOUJOURS
        if facultative and rang > 1 and crc32(f"{table.name}.{colonne.name} {rang}".encode()) % 2:
            continue
        if colonne.foreign_keys:
            visee = next(iter(colonne.foreign_keys)).column
            valeur: Any = rang if isinstance(visee.type, sa.Integer) else _valeur(visee, rang, set())
            (ligne if visee.table.name in remplies else suite)[colonne.name] = valeur
        elif colonne.primary_key and isinstance(colonne.type, sa.Integer) and colonne.name == "id":
            ligne[colonne.name] = rang
        else:
            ligne[colonne.name] = _valeur(colonne, rang, exclus.get((table.name, colonne.name), set()))
    return ligne, suite


def _valeur(colonne: sa.Column[Any], rang: int, exclues: set[str]) -> Any:
    genre = colonne.type
    if (colonne.table.name, colonne.name) in {("piece_fournie", "code"), ("televersement", "code")}:
        return AVIS[rang % len(AVIS)]
    if isinstance(genre, sa.Enum):
        valeurs = [valeur for valeur in genre.enums if valeur not in exclues]
        return valeurs[rang % len(valeurs)]
    if isinstance(genre, ListeDeChoix):
        membres = list(genre.choix)
        return f",{membres[rang % len(membres)].value},"
    if isinstance(genre, sa.types.TypeDecorator):
        genre = genre.impl_instance
    if isinstance(genre, sa.LargeBinary):
        return f"{colonne.name} {rang}".encode()
    if isinstance(genre, sa.DateTime):
        return DEPART + timedelta(days=rang, hours=colonne.table.columns.keys().index(colonne.name))
    if isinstance(genre, sa.Date):
        return date(2026, 1, 1) + timedelta(days=rang)
    if isinstance(genre, sa.Boolean):
        return rang % 2 == 0
    if isinstance(genre, sa.Numeric | sa.Float):
        return rang
    if isinstance(genre, sa.Integer):
        return rang
    if isinstance(genre, sa.JSON):
        return {colonne.name: rang}
    assert isinstance(genre, sa.String), colonne
    return f"{colonne.name}{rang:03}"[-(genre.length or 30) :]


def relire(moteur: sa.Engine, sauf: Iterable[str] = ()) -> Contenu:
    """Toutes les lignes, triées ; les instants, quel que soit le moteur, au même fuseau."""
    with moteur.connect() as connexion:
        meta = sa.MetaData()
        meta.reflect(connexion)
        contenu: Contenu = {}
        for table in meta.tables.values():
            if table.name not in {*sauf, "alembic_version"}:
                lues = connexion.execute(sa.select(table)).mappings()
                lignes = [{nom: _comparable(valeur) for nom, valeur in ligne.items()} for ligne in lues]
                contenu[table.name] = sorted(lignes, key=repr)
        return contenu


def _comparable(valeur: Any) -> Any:
    if isinstance(valeur, datetime):
        return (valeur if valeur.tzinfo else valeur.replace(tzinfo=UTC)).astimezone(UTC)
    return bytes(valeur) if isinstance(valeur, memoryview) else valeur


def orphelines(moteur: sa.Engine) -> list[Any]:
    """Ce qui désigne une ligne absente. Pendant une migration, SQLite ne le voit pas ; PostgreSQL, toujours."""
    if moteur.dialect.name != "sqlite":
        return []
    with moteur.connect() as connexion:
        return list(connexion.execute(sa.text("PRAGMA foreign_key_check")).all())
