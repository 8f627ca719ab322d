"""Le numéro unique d'enregistrement : `TTT MM AA NNNNNN GGGGG`, 18 caractères (fiche domaine § 3).

Territoire, mois et année du premier dépôt, ordre dans le territoire et le mois, guichet. Aucune clé de
contrôle connue. Il ne dit rien de la personne et n'est pas un secret.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date

# Territoire, mois, année, ordre, guichet.
FORME = re.compile(r"[0-9A-Z]{3}(?:0[1-9]|1[0-2])\d{2}\d{6}[0-9A-Z]{5}")
LONGUEUR = 18
ORDRE_MAXIMAL = 999_999


@dataclass(frozen=True)
class NumeroUnique:
    """Un numéro, en parties. `str()` le rend d'un bloc, `lisible` par groupes."""

    territoire: str
    mois: int
    annee: int  # quatre chiffres
    ordre: int
    guichet: str

    def __post_init__(self) -> None:
        if not 1 <= self.ordre <= ORDRE_MAXIMAL:
            raise ValueError(f"L’ordre va de 1 à {ORDRE_MAXIMAL} : {self.ordre}.")
        if not FORME.fullmatch(str(self)):
            raise ValueError(f"Numéro unique mal formé : {self}.")

    def __str__(self) -> str:
        return f"{self.territoire}{self.mois:02d}{self.annee % 100:02d}{self.ordre:06d}{self.guichet}"

    @property
    def lisible(self) -> str:
        """« 069 11 26 000042 69266 »."""
        return lisible(str(self))


def composer(territoire: str, premier_depot: date, ordre: int, guichet: str) -> NumeroUnique:
    """Le numéro d'une demande déposée pour la première fois à `premier_depot` (jour de Paris)."""
    return NumeroUnique(territoire, premier_depot.month, premier_depot.year, ordre, guichet)


def normaliser(saisie: str) -> str:
    """Ce que la personne a voulu taper : sans espaces ni tirets, en majuscules, la lettre O lue zéro avant le guichet.

    Le guichet (cinq derniers caractères) garde ses lettres (fiche § 3). Rend une chaîne de longueur quelconque : à
    contrôler par `est_valide`.
    """
    brut = re.sub(r"[\s.\-_/]", "", saisie).upper()
    tete, guichet = brut[:13], brut[13:]
    return re.sub("O", "0", tete) + guichet


def variantes(numero: str) -> list[str]:
    """Le numéro et ceux que l'on confond avec lui : O et 0, I et 1 dans le guichet (les cinq derniers)."""
    tete, guichet = numero[:13], numero[13:]
    possibles = [""]
    for signe in guichet:
        jumeaux = {"O": "O0", "0": "0O", "I": "I1", "1": "1I"}.get(signe, signe)
        possibles = [debut + jumeau for debut in possibles for jumeau in jumeaux]
    return [tete + fin for fin in possibles]


def est_valide(numero: str) -> bool:
    return FORME.fullmatch(numero) is not None


def lisible(numero: str) -> str:
    """« 069062018177269266 » → « 069 06 20 181772 69266 »."""
    return " ".join((numero[:3], numero[3:5], numero[5:7], numero[7:13], numero[13:]))
