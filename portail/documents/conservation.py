"""Un contenu en octets, et retour : ce que la page jumelle d'un document émis dira, même si tout a changé depuis."""

from __future__ import annotations

import json
from dataclasses import fields, is_dataclass
from datetime import datetime
from typing import Any

from portail.documents import contenu as blocs
from portail.documents.contenu import Contenu

GENRES = {
    classe.__name__: classe
    for classe in (
        blocs.CodeQR,
        blocs.Contenu,
        blocs.Definition,
        blocs.Definitions,
        blocs.Encart,
        blocs.Lien,
        blocs.Liste,
        blocs.Paragraphe,
        blocs.Partie,
        blocs.Tableau,
        blocs.Titre,
        blocs.Vignette,
    )
}
GENRE = "genre"


def en_octets(contenu: Contenu) -> bytes:
    """Du JSON, en UTF-8."""
    return json.dumps(_plat(contenu), ensure_ascii=False, separators=(",", ":")).encode(errors="surrogatepass")


def de_octets(octets: bytes) -> Contenu:
    """Le contenu écrit par `en_octets`, égal à l'original. Lève `ValueError` ou `KeyError` si ce n'en est pas un."""
    contenu = _releve(json.loads(octets.decode(errors="surrogatepass")))
    if not isinstance(contenu, Contenu):
        raise ValueError("Ces octets ne sont pas ceux d’un contenu.")
    return contenu


def _plat(valeur: Any) -> Any:
    if is_dataclass(valeur):
        return {GENRE: type(valeur).__name__} | {c.name: _plat(getattr(valeur, c.name)) for c in fields(valeur)}
    if isinstance(valeur, tuple):
        return [_plat(element) for element in valeur]
    return valeur.isoformat() if isinstance(valeur, datetime) else valeur


def _releve(valeur: Any) -> Any:
    if isinstance(valeur, list):
        return tuple(_releve(element) for element in valeur)
    if not isinstance(valeur, dict):
        return valeur
    classe = GENRES[valeur.pop(GENRE)]
    champs = {nom: _releve(element) for nom, element in valeur.items()}
    if classe is Contenu:
        champs["etabli_le"] = datetime.fromisoformat(champs["etabli_le"])
    return classe(**champs)
