"""Ce que les clés ont écrit dans la base, trouvé par le type des colonnes : rien ne se tient à la main."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from portail.chiffrement import BlocChiffre, EmpreinteACle, Sorte, TexteChiffre
from portail.db import Base

Colonne = sa.Column[Any]


def chiffrees() -> list[Colonne]:
    return _de_type(TexteChiffre, BlocChiffre)


def empreintes() -> list[Colonne]:
    return _de_type(EmpreinteACle)


def de_sorte(sorte: Sorte) -> list[Colonne]:
    return chiffrees() if sorte is Sorte.CHIFFREMENT else empreintes()


def nom(colonne: Colonne) -> str:
    """« personne.nir »."""
    return f"{colonne.table.name}.{colonne.name}"


def brute(colonne: Colonne) -> sa.ColumnElement[Any]:
    """La colonne telle qu'elle est rangée : ni déchiffrée à la lecture, ni chiffrée à l'écriture."""
    return sa.type_coerce(colonne, sa.String() if isinstance(colonne.type, EmpreinteACle) else sa.LargeBinary())


def marque(colonne: Colonne) -> sa.ColumnElement[Any]:
    """Le début de la valeur, où se lit la version de sa clé."""
    if isinstance(colonne.type, EmpreinteACle):
        return sa.case((sa.func.substr(brute(colonne), 1, 1) == "v", sa.func.substr(brute(colonne), 1, 3)), else_="v01")
    return sa.func.substr(brute(colonne), 1, 1, type_=sa.LargeBinary())


def marque_de(colonne: Colonne, version: int) -> str | bytes:
    return f"v{version:02x}" if isinstance(colonne.type, EmpreinteACle) else bytes([version])


def compter(session: Session, colonne: Colonne) -> dict[int, int]:
    """De la version de clé au nombre de lignes. 0 : une valeur vide ou illisible."""
    debut = marque(colonne).label("debut")
    requete = sa.select(debut, sa.func.count()).select_from(colonne.table).where(colonne.is_not(None)).group_by(debut)
    comptes: dict[int, int] = {}
    for valeur, nombre in session.connection().execute(requete):
        version = _version(valeur)
        comptes[version] = comptes.get(version, 0) + nombre
    return comptes


def _version(valeur: str | bytes) -> int:
    if isinstance(valeur, str):
        chiffres = valeur[1:]
        return int(chiffres, 16) if len(chiffres) == 2 and set(chiffres) <= set("0123456789abcdef") else 1
    return bytes(valeur)[0] if valeur else 0


def _de_type(*types: type[Any]) -> list[Colonne]:
    tables: Sequence[sa.Table] = Base.metadata.sorted_tables
    return [colonne for table in tables for colonne in table.columns if isinstance(colonne.type, types)]
