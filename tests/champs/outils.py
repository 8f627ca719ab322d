"""Un formulaire d'une seule question, rempli comme le ferait un navigateur."""

from __future__ import annotations

from typing import Any

from werkzeug.datastructures import MultiDict

from portail.champs import Champ
from portail.formulaire import Facultatif, Formulaire


def remplir(
    genre: type[Champ], saisie: str | dict[str, str | list[str]] | None, *args: Any, valeur: Any = None, **options: Any
) -> Any:
    """Le champ « q », après lecture et contrôle de `saisie` (une chaîne, ou {nom: valeur})."""
    formulaire = type("Essai", (Formulaire,), {"q": genre("Question", [Facultatif()], *args, **options)})
    if isinstance(saisie, str):
        saisie = {"q": saisie}
    donnees = None if saisie is None else MultiDict(saisie)
    rempli = formulaire(donnees, data={"q": valeur})
    rempli.validate()
    return rempli.q


def mots(texte: str) -> str:
    """Espaces insécables devenues ordinaires, pour comparer."""
    return texte.replace("\u00a0", " ").replace("\u202f", " ")
