"""Un code que l'on recopie d'un papier ou d'un message : sans les signes qui se confondent, par groupes de quatre."""

from __future__ import annotations

import re
import secrets

ALPHABET = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"  # sans 0, 1, I, L, O : près de cinq bits par signe
GROUPE = 4


def tirer(longueur: int) -> str:
    return "".join(secrets.choice(ALPHABET) for _ in range(longueur))


def lisible(code: str) -> str:
    """« 7K3M-QW8R »."""
    return "-".join(re.findall(f".{{1,{GROUPE}}}", code))


def normaliser(saisie: str) -> str:
    """Ce que la personne a voulu taper : majuscules et chiffres, sans espace ni tiret."""
    return re.sub(r"[^0-9A-Z]", "", saisie.upper())
