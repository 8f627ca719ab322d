"""Un texte saisi, tel qu'un document le dit : composé, en lignes, sans rien d'invisible qui le casserait."""

from __future__ import annotations

import re
import unicodedata

_LIGNES = re.compile("\r\n|[\r\v\f\x1c-\x1e\x85\u2028\u2029]")
_COMMANDES = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f]")
_DEMI_CARACTERES = re.compile("[\ud800-\udfff]")  # isolés, ils n'ont d'écriture dans aucun codage
_A_REPRENDRE = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]")  # sinon, le texte est déjà propre
_VIDES = re.compile(r"\n(?:[^\S\n]*\n){2,}")


def propre(texte: str) -> str:
    """Le texte en NFC, lignes séparées par « \\n » (une ligne vide au plus de suite), sans caractère de commande."""
    if not _A_REPRENDRE.search(texte) and unicodedata.is_normalized("NFC", texte):
        return texte.strip(" ")
    texte = _COMMANDES.sub("", _LIGNES.sub("\n", texte).replace("\t", " "))
    texte = unicodedata.normalize("NFC", _DEMI_CARACTERES.sub("\ufffd", texte))
    return _VIDES.sub("\n\n", texte).strip(" \n")
