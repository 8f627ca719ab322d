"""Un nom de l'état civil s'écrit-il ainsi ? Des lettres latines, et ce qui les relie.

Avertit, n'empêche rien : un acte étranger, une transcription ancienne peuvent surprendre.
"""

from __future__ import annotations

import re
import unicodedata

LIAISONS = " -‐‑–.,·'’‘ʼʻʹʾʿ`´"
COURANT = re.compile(r"[A-Za-zÀ-ÖØ-öø-ÿ][A-Za-zÀ-ÖØ-öø-ÿ' -]*")  # presque tous : le reste s'examine signe à signe
SI_C_EST_VRAI = "Si c’est bien écrit ainsi sur la pièce d’identité, vous pouvez continuer."


def nom_a_relire(nom: str | None) -> str:
    """Ce qui surprend dans un nom ou un prénom, en une phrase ; vide si rien."""
    if not nom or COURANT.fullmatch(nom):
        return ""
    for signe in nom:
        if signe in LIAISONS or unicodedata.category(signe) == "Mn" or _est_latine(signe):
            continue
        if signe.isalpha():
            return "Écrivez en lettres latines, comme sur la pièce d’identité."
        return f"« {signe} » n’est pas une lettre. {SI_C_EST_VRAI}"
    return "" if any(map(str.isalpha, nom)) else f"« {nom} » n’a aucune lettre. {SI_C_EST_VRAI}"


def _est_latine(signe: str) -> bool:
    return signe.isalpha() and "LATIN" in unicodedata.name(signe, "")
