"""Pourquoi une pièce est demandée (quelle réponse, quel texte), et un exemple de ce qui ne convient pas. Des données.

Voir `donnees/SOURCES.md`. Ce qui convient est au référentiel (`referentiels/donnees/pieces.csv`).
"""

from __future__ import annotations

import csv
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from portail.typographie import insecables

NATURES = Path(__file__).parent / "donnees" / "natures.csv"
A_VERIFIER = "à vérifier"


@dataclass(frozen=True)
class Explication:
    """`reponse` : ce qui, dans la demande, appelle cette pièce ; `texte` : la règle qui la permet ; vide si
    elle reste à vérifier (la note en reste dans les données, pas sur la page)."""

    reponse: str
    contre_exemple: str
    texte: str


@cache
def explications() -> dict[str, Explication]:
    """Par code de pièce."""
    with NATURES.open(encoding="utf-8", newline="") as fichier:
        return {
            ligne["code"]: Explication(
                insecables(ligne["reponse"]),
                insecables(ligne["contre_exemple"]),
                "" if ligne["texte"].startswith(A_VERIFIER) else insecables(ligne["texte"]),
            )
            for ligne in csv.DictReader(fichier)
        }
