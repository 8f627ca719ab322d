"""Le code de vérification d'une attestation : seize signes sans jumeaux, en quatre groupes, à lire au téléphone.

Ni 0 ni O, ni 1, I ou L. Quinze signes au hasard (74 bits : mille milliards d'essais n'en trouvent pas un), le
seizième les contrôle : un signe faux, ou deux signes voisins échangés, se voient avant même de chercher.
"""

from __future__ import annotations

import re
import secrets

ALPHABET = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"  # 31 signes : un nombre premier, ce dont dépend le contrôle
LONGUEUR = 16
GROUPE = 4


def tirer() -> str:
    """Un code neuf, sans tirets."""
    hasard = "".join(secrets.choice(ALPHABET) for _ in range(LONGUEUR - 1))
    return hasard + _controle(hasard)


def normaliser(saisie: str) -> str:
    """Ce que la personne a voulu taper : majuscules, sans espaces ni tirets. À contrôler par `est_valide`."""
    return re.sub(r"[\s.\-‐‑–—_]", "", saisie).upper()


def est_valide(code: str) -> bool:
    """Vrai si le code a la bonne forme ; il n'a pas pour autant été donné."""
    return len(code) == LONGUEUR and set(code) <= set(ALPHABET) and _controle(code[:-1]) == code[-1]


def lisible(code: str) -> str:
    """« ABCD-EFGH-JKMN-PQRS »."""
    return "-".join(code[debut : debut + GROUPE] for debut in range(0, len(code), GROUPE))


def _controle(hasard: str) -> str:
    somme = sum(poids * ALPHABET.index(signe) for poids, signe in enumerate(hasard, 1))
    return ALPHABET[somme % len(ALPHABET)]
