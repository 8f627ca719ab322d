"""Numéro d'inscription au répertoire (NIR, « numéro de sécurité sociale ») : lire, vérifier, masquer.

La clé et la Corse viennent de python-stdnum ; la cohérence avec l'identité est une règle pure
(portail/regles/nir.py). Format : domaine, fiche § 7.1 — S AA MM DDD CCC OOO KK.
"""

from __future__ import annotations

import re

from stdnum.exceptions import ValidationError
from stdnum.fr import nir as stdnum_nir

FORME = re.compile(r"[123478]\d{2}(0[1-9]|1[0-2]|[2-3]\d|4[0-2]|[5-9]\d)(2[AB]|\d{2})\d{8}", re.ASCII)
DANS_UN_TEXTE = re.compile(r"(?=(?<![0-9A-Za-z])([123478](?:[\s.\-/]?[0-9ABab]){14})(?![0-9A-Za-z]))", re.ASCII)
FICTIF = "269054958815780"  # l'exemple des documents de la Sécurité sociale : n'est à personne


def lire(brut: str) -> str:
    """De « 2 73 11 2a … » à 15 caractères. Lève `ValueError(phrase)` si la forme ou la clé est fausse."""
    numero = re.sub(r"[\s.\-/]", "", brut).upper()
    if re.fullmatch(r"[0-9AB]{13}", numero):
        raise ValueError("Il manque la clé : les deux derniers chiffres de votre numéro. Il a 15 caractères en tout.")
    if len(numero) == 15 and "O" in numero:
        raise ValueError("Ce numéro contient la lettre O. Écrivez le chiffre 0 (zéro).")
    if len(numero) != 15 or not FORME.fullmatch(numero):
        raise ValueError(
            "Un numéro de sécurité sociale a 15 caractères et commence par 1, 2, 3, 4, 7 ou 8. "
            "Recopiez-le depuis votre carte Vitale ou votre attestation."
        )
    try:
        stdnum_nir.validate(numero)
    except ValidationError:
        raise ValueError("Ce numéro contient une erreur : sa clé ne correspond pas. Vérifiez chaque chiffre.") from None
    if numero == FICTIF:
        raise ValueError("Ce numéro est un exemple : il n’est à personne. Recopiez le vôtre.")
    return numero


def masquer(numero: str) -> str:
    """« 2 73 11 •• ••• ••• •• » : ne montre que ce que l'identité dit déjà (sexe, année, mois)."""
    return f"{numero[0]} {numero[1:3]} {numero[3:5]} •• ••• ••• ••"


def est_dans(texte: str) -> bool:
    """Un numéro entier et juste, écrit d'un trait ou par groupes, est-il dans ce texte ?"""
    return any(_est_juste(trouve.group(1)) for trouve in DANS_UN_TEXTE.finditer(texte))


def _est_juste(brut: str) -> bool:
    try:
        lire(brut)
    except ValueError:
        return False
    return True
