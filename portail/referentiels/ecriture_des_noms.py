"""Rapprocher deux façons d'écrire un nom de lieu : accents, traits d'union, casse, « St », articles.

« L’Haÿ-les-Roses », « l hay les roses » et « Hay-Roses » ont la même clé ; « Chalon s/ Saône »
et « Chalon-sur-Saône » aussi.
"""

from __future__ import annotations

import re
import unicodedata

LIGATURES = str.maketrans({"œ": "oe", "æ": "ae", "ß": "ss"})
SIGNES = re.compile(r"[^0-9a-z]+")
ABREGES = {"saint": "st", "sainte": "ste", "sts": "saints", "stes": "saintes"}
VIDES = frozenset(
    ["l", "le", "la", "les", "lez", "d", "de", "du", "des", "s", "ss", "sur", "sous", "en", "et", "a", "au", "aux"]
)
ORDINAL = re.compile(r"(\d{1,2})(?:er|ere|e|em|eme|ieme|nd|nde)")
CHIFFRES = re.compile(r"\d+|2[ab]\d*")
ARRONDISSEMENT = frozenset({"arrondissement", "arrondissements", "arrond", "arrdt", "arr", "ardt"})
CEDEX = re.compile(r"\bcedex\b(?: \d{1,2}\b)?")


def a_plat(texte: str) -> str:
    """Minuscules sans accent ni signe, mots séparés par une espace : « L’Haÿ » → « l hay »."""
    texte = texte.lower()
    if not texte.isascii():
        decompose = unicodedata.normalize("NFKD", texte.translate(LIGATURES))
        texte = "".join(signe for signe in decompose if not unicodedata.combining(signe))
    return SIGNES.sub(" ", texte).strip()


def mots(texte: str) -> list[str]:
    """Les mots d'un nom, à plat, « saint » et « sainte » abrégés."""
    return [ABREGES.get(mot, mot) for mot in a_plat(texte).split()]


def alleger(suite: list[str]) -> str:
    """La clé de recherche : les mots sans les petits mots (sauf si le nom n'a qu'eux)."""
    return " ".join([mot for mot in suite if mot not in VIDES] or suite)


def cle(nom: str) -> str:
    return alleger(mots(nom))


def est_debut_de_petit_mot(mot: str) -> bool:
    """« su » en cours de frappe : le début de « sur »."""
    return any(petit.startswith(mot) for petit in VIDES)
