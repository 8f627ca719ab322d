"""Les textes venus des données, écrits comme le reste du site."""

from __future__ import annotations

from portail.typographie import insecables


def propre(texte: str) -> str:
    """Apostrophes courbes et espaces insécables : « L'Île » → « L’Île »."""
    return insecables(texte.replace("'", "’"))
