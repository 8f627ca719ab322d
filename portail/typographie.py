"""Les espaces insécables de la ponctuation française. De quoi écrire dans des données sans y penser."""

from __future__ import annotations

import re
import unicodedata

INSECABLE = "\u00a0"
FINE = "\u202f"


def insecables(texte: str) -> str:
    """Espaces insécables de la ponctuation française : fine avant ; ? !, ordinaire avant : et dans « »."""
    texte = re.sub(r" ([;?!])", FINE + r"\1", texte)
    texte = re.sub(r" ([:»])", INSECABLE + r"\1", texte)
    return texte.replace("«" + " ", "«" + INSECABLE)


def de(nom: str) -> str:
    """« d’Ana », « d’Élise », « de Hugo », « de Léa » : devant un nom, « de » s'élide devant une voyelle."""
    initiale = unicodedata.normalize("NFD", nom[:1]).lower()[:1]
    return f"d’{nom}" if initiale and initiale in "aeiouœæ" else f"de {nom}"
