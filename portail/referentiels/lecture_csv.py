"""Lire un fichier de référence : des lignes typées comme les colonnes d'un modèle, ou une phrase qui dit l'erreur."""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from typing import Any, cast

import sqlalchemy as sa

from portail.db import Base

Lecteur = Callable[[str], Any]


class ReferentielInvalide(Exception):
    """Un fichier de données ne peut pas être importé. `str(erreur)` se lit par un exploitant."""

    def __init__(self, fichier: str, ligne: int | None, phrase: str) -> None:
        super().__init__(f"{fichier}, ligne {ligne} : {phrase}" if ligne else f"{fichier} : {phrase}")


def table(modele: type[Base]) -> sa.Table:
    return cast(sa.Table, modele.__table__)


def colonnes(modele: type[Base]) -> list[sa.Column[Any]]:
    """Les colonnes qu'un CSV doit fournir : toutes, sauf `id`, numéroté par l'import."""
    return [colonne for colonne in table(modele).columns if colonne.name != "id"]


def lire(chemin: Path, nom: str, modele: type[Base]) -> Iterator[tuple[int, list[Any]]]:
    """Numéro de ligne et valeurs (dans l'ordre de `colonnes(modele)`) de chaque ligne de `chemin`.

    Une colonne de trop est ignorée. Lève `ReferentielInvalide` : fichier absent ou illisible, colonne
    manquante, case vide à tort, valeur d'un mauvais type ou trop longue.
    """
    attendues = colonnes(modele)
    lecteurs = [_lecteur(colonne) for colonne in attendues]
    lignes = _lignes(chemin, nom)
    _, entete = next(lignes, (1, []))
    manquantes = [colonne.name for colonne in attendues if colonne.name not in entete]
    if manquantes:
        raise ReferentielInvalide(nom, 1, f"il manque {_pluriel(manquantes)}.")
    places = [entete.index(colonne.name) for colonne in attendues]
    pas = list(zip(attendues, places, lecteurs, strict=True))
    for numero, ligne in lignes:
        if len(ligne) != len(entete):
            raise ReferentielInvalide(nom, numero, f"{len(ligne)} cases au lieu de {len(entete)}.")
        valeurs: list[Any] = []
        for colonne, place, lecteur in pas:
            brut = ligne[place]
            if not brut:
                if not colonne.nullable:
                    raise ReferentielInvalide(nom, numero, f"la colonne « {colonne.name} » est vide.")
                valeurs.append(None)
                continue
            try:
                valeurs.append(lecteur(brut))
            except ValueError as erreur:
                phrase = f"la colonne « {colonne.name} » {erreur}, on y lit « {brut[:60]} »."
                raise ReferentielInvalide(nom, numero, phrase) from None
        yield numero, valeurs


def _lignes(chemin: Path, nom: str) -> Iterator[tuple[int, list[str]]]:
    """Les lignes brutes, numérotées comme dans un éditeur ; l'en-tête d'abord."""
    try:
        with chemin.open(encoding="utf-8-sig", newline="") as fichier:
            lecteur = csv.reader(fichier, strict=True)
            for ligne in lecteur:
                if ligne:
                    yield lecteur.line_num, ligne
    except FileNotFoundError:
        raise ReferentielInvalide(nom, None, "fichier absent.") from None
    except UnicodeDecodeError:
        raise ReferentielInvalide(nom, None, "ce fichier n’est pas en UTF-8.") from None
    except csv.Error as erreur:
        raise ReferentielInvalide(nom, lecteur.line_num, f"ce n’est pas un CSV bien formé ({erreur}).") from None


def _pluriel(noms: list[str]) -> str:
    cites = ", ".join(f"« {nom} »" for nom in noms)
    return f"la colonne {cites}" if len(noms) == 1 else f"les colonnes {cites}"


def _lecteur(colonne: sa.Column[Any]) -> Lecteur:
    """De la case au type de la colonne ; la `ValueError` complète « la colonne « x » … »."""
    genre = colonne.type
    if isinstance(genre, sa.Boolean):
        return _booleen
    if isinstance(genre, sa.Integer):
        return _entier
    if isinstance(genre, sa.Float):
        return _decimal
    if isinstance(genre, sa.Date):
        return _date
    if isinstance(genre, sa.String):
        return _texte(genre.length)
    raise TypeError(f"{colonne} : aucun lecteur pour {genre!r}")


def _texte(longueur: int | None) -> Lecteur:
    def lecteur(brut: str) -> str:
        if longueur is not None and len(brut) > longueur:
            raise ValueError(f"accepte {longueur} caractères")
        return brut

    return lecteur


def _booleen(brut: str) -> bool:
    if brut not in {"0", "1"}:
        raise ValueError("attend 0 ou 1")
    return brut == "1"


def _entier(brut: str) -> int:
    if not (brut.isascii() and brut.isdigit()):
        raise ValueError("attend un nombre entier")
    return int(brut)


def _decimal(brut: str) -> float:
    if not brut.lstrip("-").replace(".", "", 1).isdigit():
        raise ValueError("attend un nombre")
    return float(brut)


def _date(brut: str) -> date:
    try:
        return date.fromisoformat(brut)
    except ValueError:
        raise ValueError("attend une date AAAA-MM-JJ") from None
