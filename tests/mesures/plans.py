"""Lire les plans d'exécution : quelles tables une page lit-elle en entier ?"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from typing import Any

import sqlalchemy as sa
from flask import Flask

from portail.db import db

# Les tables qui grossissent avec les demandes. Les autres (référentiels, guichets, agents) restent petites.
GRANDES = frozenset(
    {
        "demande", "declaration", "personne", "piece_fournie", "fichier", "decision_piece", "renvoi", "evenement",
        "ecriture_journal", "compte", "coordonnees", "foyer", "logement_actuel", "motifs", "souhaits",
        "situation_professionnelle", "revenu_fiscal", "ressources", "motif_declare", "commune_souhaitee", "annexe_handicap",
    }
)  # fmt: skip


def parcourues(app: Flask, agir: Callable[[], object], *, petite: bool = False) -> frozenset[str]:
    """Les grandes tables que les requêtes de ce geste lisent du début à la fin.

    `petite` : sur une petite base, PostgreSQL préfère lire une table entière ; on lui demande de l'éviter s'il le peut.
    """
    vues: list[tuple[str, Any]] = []

    def noter(_connexion, _curseur, ordre, parametres, _contexte, _plusieurs) -> None:
        if ordre.lstrip().upper().startswith("SELECT"):
            vues.append((ordre, parametres))

    with app.app_context():
        moteur = db.engine
    sa.event.listen(moteur, "before_cursor_execute", noter)
    try:
        agir()
    finally:
        sa.event.remove(moteur, "before_cursor_execute", noter)
    with app.app_context(), moteur.connect() as connexion:
        if petite and connexion.dialect.name == "postgresql":
            connexion.exec_driver_sql("SET LOCAL enable_seqscan = off")
        lire = _lues_postgresql if connexion.dialect.name == "postgresql" else _lues_sqlite
        return frozenset(table for ordre, parametres in vues for table in lire(connexion, ordre, parametres))


def _lues_sqlite(connexion: sa.Connection, ordre: str, parametres: Any) -> Iterator[str]:
    """« SCAN demande » : du début à la fin, sauf pour prendre les premières lignes dans l'ordre de la table."""
    etapes = [ligne[3] for ligne in connexion.exec_driver_sql(f"EXPLAIN QUERY PLAN {ordre}", parametres)]
    s_arrete = "LIMIT" in ordre and "WHERE" not in ordre and not any("TEMP B-TREE" in etape for etape in etapes)
    for etape in etapes:
        trouve = re.match(r"SCAN (\w+)", etape)
        if trouve and trouve[1] in GRANDES and not s_arrete:
            yield trouve[1]


def _lues_postgresql(connexion: sa.Connection, ordre: str, parametres: Any) -> Iterator[str]:
    (plan,) = connexion.exec_driver_sql(f"EXPLAIN (FORMAT JSON) {ordre}", parametres).scalar_one()
    for noeud in _noeuds(plan["Plan"] if isinstance(plan, dict) else json.loads(plan)["Plan"]):
        if noeud["Node Type"].endswith("Seq Scan") and noeud["Relation Name"] in GRANDES:
            yield noeud["Relation Name"]


def _noeuds(plan: dict[str, Any]) -> Iterator[dict[str, Any]]:
    yield plan
    for dessous in plan.get("Plans", ()):
        yield from _noeuds(dessous)
