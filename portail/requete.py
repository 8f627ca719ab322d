"""Ce qui arrive, sans caractère nul : il n'est le texte de personne, et PostgreSQL ne sait pas l'écrire.

Ôté des formulaires et des questions, comme les champs ôtent les autres caractères de commande ; dans le chemin d'une
adresse, elle n'est celle de rien.
"""

from __future__ import annotations

import re
from typing import Any

from flask import Flask, Request
from werkzeug.datastructures import ImmutableMultiDict, MultiDict
from werkzeug.routing import Map, UnicodeConverter
from werkzeug.utils import cached_property

NUL = "\0"
NUMERO = re.compile(r"[0-9]{1,10}")
NUMERO_MAX = 2**31 - 1  # au-delà, la base ne saurait pas le lire


def numero(texte: str) -> int:
    """Le numéro d'une ligne, pour `request.args.get(…, type=numero)`. Lève `ValueError` si ce n'en est pas un."""
    lu = int(texte) if NUMERO.fullmatch(texte) else -1
    if not 0 <= lu <= NUMERO_MAX:
        raise ValueError("Ce n’est pas un numéro.")
    return lu


class Requete(Request):
    @cached_property
    def args(self) -> MultiDict[str, str]:
        return _sans_nul(super().args)

    def _load_form_data(self) -> None:
        super()._load_form_data()
        self.__dict__["form"] = _sans_nul(self.__dict__["form"])


class Mot(UnicodeConverter):
    """Un morceau d'adresse."""

    def __init__(self, carte: Map, *arguments: Any, **options: Any) -> None:
        super().__init__(carte, *arguments, **options)
        self.regex = self.regex.replace("[^/]", r"[^/\x00]")


def installer(app: Flask) -> None:
    app.request_class = Requete
    app.url_map.converters["default"] = app.url_map.converters["string"] = Mot


def _sans_nul(recu: MultiDict[str, str]) -> MultiDict[str, str]:
    if not any(NUL in nom or NUL in valeur for nom, valeur in recu.items(multi=True)):
        return recu
    return ImmutableMultiDict(
        [(nom.replace(NUL, ""), valeur.replace(NUL, "")) for nom, valeur in recu.items(multi=True)]
    )
