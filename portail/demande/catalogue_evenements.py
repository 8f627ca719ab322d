"""Ce que la loi et le métier appellent un évènement : mots, règle de visibilité, listes. Des données, pas du code.

Voir `donnees/SOURCES.md` : une partie est de mémoire, et le dit.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from portail.typographie import insecables

DONNEES = Path(__file__).parent / "donnees"
MOTIFS_DE_RADIATION = "motifs_de_radiation"


@dataclass(frozen=True)
class FicheEvenement:
    """Une ligne du catalogue. `phrase` : ce que cela veut dire pour la personne, et ce qu'elle peut faire."""

    code: str
    libelle: str
    phrase: str
    liste: str
    avec_rang: bool
    visible: bool
    partage: bool  # de la gestion partagée, ajouté par un guichet ou un bailleur


@dataclass(frozen=True)
class MotifRadiation:
    """Un motif de la liste fermée (CCH, art. R441-2-8).

    `au_guichet` : un agent peut le prononcer lui-même ; un bail signé, lui, s'ajoute comme évènement.
    """

    code: str
    libelle: str
    code_sne: str
    avec_avertissement: bool
    au_guichet: bool


@cache
def catalogue() -> dict[str, FicheEvenement]:
    return {
        ligne["code"]: FicheEvenement(
            ligne["code"],
            ligne["libelle"],
            ligne["phrase"],
            ligne["liste"],
            ligne["avec_rang"] == "oui",
            ligne["visible"] == "oui",
            ligne["genre"] == "partage",
        )
        for ligne in _lignes("evenements.csv")
    }


@cache
def motifs_de_radiation() -> dict[str, MotifRadiation]:
    return {
        ligne["code"]: MotifRadiation(
            ligne["code"],
            ligne["libelle"],
            ligne["code_sne"],
            ligne["avec_avertissement"] == "oui",
            ligne["au_guichet"] == "oui",
        )
        for ligne in _lignes("motifs_de_radiation.csv")
    }


@cache
def liste(nom: str) -> dict[str, str]:
    """Les réponses d'une liste : {code: libellé}. Vide si ce nom n'en est pas une."""
    if nom == MOTIFS_DE_RADIATION:
        return {code: motif.libelle for code, motif in motifs_de_radiation().items()}
    return {ligne["code"]: ligne["libelle"] for ligne in _lignes("listes_evenements.csv") if ligne["liste"] == nom}


def _lignes(fichier: str) -> Iterator[dict[str, str]]:
    with (DONNEES / fichier).open(encoding="utf-8", newline="") as ouvert:
        for ligne in csv.DictReader(ouvert):
            yield {colonne: insecables(valeur) for colonne, valeur in ligne.items()}
