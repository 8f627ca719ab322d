"""Ce qui reste d'une personne : dans la base, dans le stockage."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

from portail.conservation.modeles import Effacement
from portail.db import Base, lecture
from portail.stockage import stockage


def restes(*mots: str) -> set[tuple[str, str]]:
    """Les (table, mot) où l'un des mots se lit encore, chaque colonne déchiffrée."""
    trouves = set()
    with lecture() as session:
        for table in Base.metadata.sorted_tables:
            if session.scalar(sa.select(sa.func.count()).select_from(table)) > 1000:
                continue  # un référentiel
            texte = repr([tuple(ligne) for ligne in session.execute(sa.select(table))])
            trouves |= {(table.name, mot) for mot in mots if mot in texte}
    return trouves


def nombre(table: Any) -> int:
    with lecture() as session:
        return session.scalar(sa.select(sa.func.count()).select_from(table)) or 0


def fichiers() -> int:
    return len(list(stockage().inventaire()))


def registre() -> list[Effacement]:
    with lecture() as session:
        return list(session.scalars(sa.select(Effacement).order_by(Effacement.id)))
