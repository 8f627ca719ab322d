"""Des mots qu'on tape aux mots qu'on compare : sans accent, sans pluriel, sans terminaison, et à l'oreille."""

from __future__ import annotations

import re

from portail.config import RACINE
from portail.referentiels.ecriture_des_noms import a_plat

VIDES = frozenset((RACINE / "contenus" / "petits_mots.txt").read_text(encoding="utf-8").split())
TERMINAISONS = (
    "ement", "ation", "ition", "ateur", "able", "aient", "erai", "era", "ait", "dre", "ant", "ent", "ee", "er", "ez",
    "ir", "d", "e",
)  # fmt: skip
RACINE_MINIMALE = 4
DOUBLES = re.compile(r"([a-z])\1")


def decouper(texte: str) -> list[str]:
    """Les mots d'un texte, à plat et dans l'ordre, petits mots compris."""
    return a_plat(texte).split()


def racine(mot: str) -> str:
    """« renouvellement », « renouveler » et « renouvelé » ont la même : « renouvel ». Un mot court ne change pas."""
    if mot[-1:] in "sx" and len(mot) > RACINE_MINIMALE:
        mot = mot[:-1]
    for fin in TERMINAISONS:
        if mot.endswith(fin) and len(mot) - len(fin) >= RACINE_MINIMALE:
            mot = mot[: -len(fin)]
            break
    return DOUBLES.sub(r"\1", mot)


def racines(texte: str) -> list[str]:
    """Les racines des mots qui portent un sens ; tous les mots si aucun n'en porte."""
    suite = decouper(texte)
    return [racine(mot) for mot in suite if mot not in VIDES] or [racine(mot) for mot in suite]


SONS = (
    (r"ph", "f"), (r"(?:qu|q|ck|k|c(?=[aoulrtdnpmbc]|$))", "k"), (r"(?:sc(?=[eiy])|c(?=[eiy])|ss|ti(?=on))", "s"),
    (r"(?:eau|au)", "o"), (r"(?:ai|ei)", "e"), (r"(?:an|am|en|em)(?=[bcdfgjklmpqrstvxz]|$)", "1"),
    (r"(?:in|im|ain|ein|yn)(?=[bcdfgjklmpqrstvxz]|$)", "2"), (r"(?:on|om)(?=[bcdfgjklmpqrstvxz]|$)", "3"),
    (r"3p(?=t)", "3"), (r"ge", "je"), (r"gi", "ji"), (r"gu", "g"), (r"y", "i"), (r"z", "s"), (r"h", ""),
    (r"(.)\1", r"\1"), (r"(?:e|es|ent|s|t|d|x|p)$", ""), (r"(?:e|s|t|d)$", ""),
)  # fmt: skip
_SONS = tuple((re.compile(motif), remplacement) for motif, remplacement in SONS)


def son(mot: str) -> str:
    """Une approximation de ce qu'on entend : « idantite » et « identite » ont le même."""
    for motif, remplacement in _SONS:
        mot = motif.sub(remplacement, mot)
    return mot
