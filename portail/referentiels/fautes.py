"""Trouver malgré une faute de frappe : distance d'édition (une lettre oubliée, de trop, changée, deux inversées).

On compare les clés sans espaces (« mont pellier » vaut « montpellier »), et seulement celles dont la
longueur est proche : quelques milliers de comparaisons au lieu de quarante mille. Les noms d'un seul
mot sont dans le vocabulaire, ceux de plusieurs mots dans les clés : rien n'est comparé deux fois.
"""

from __future__ import annotations

import re
from array import array
from collections.abc import Iterable, Iterator

from rapidfuzz import process
from rapidfuzz.distance import OSA

SAINT_COLLE = re.compile(r"^saint(?=e?[a-z]{3})")


def fautes_permises(longueur: int) -> int:
    if longueur < 3:
        return 0
    return 1 if longueur < 6 else 2 if longueur < 10 else 3


def variantes_collees(cle: str) -> set[str]:
    """« saintetienne » se lit aussi « stetienne », comme la clé de Saint-Étienne."""
    colle = cle.replace(" ", "")
    return {colle, SAINT_COLLE.sub("st", colle)}


class _ParLongueur:
    """Des mots rangés par longueur, chacun avec un numéro."""

    def __init__(self) -> None:
        self._tas: dict[int, tuple[list[str], array[int]]] = {}

    def ajouter(self, mot: str, numero: int) -> None:
        mots, numeros = self._tas.setdefault(len(mot), ([], array("I")))
        mots.append(mot)
        numeros.append(numero)

    def proches(self, cherche: str, permises: int) -> Iterator[tuple[int, int, str]]:
        """(distance, numéro, mot) de chaque mot à au plus `permises` fautes."""
        for longueur in range(len(cherche) - permises, len(cherche) + permises + 1):
            if longueur not in self._tas:
                continue
            mots, numeros = self._tas[longueur]
            for mot, distance, place in process.extract(
                cherche, mots, scorer=OSA.distance, score_cutoff=permises, limit=None
            ):
                yield int(distance), numeros[place], mot


class NomsComposes:
    """Les clés de plusieurs mots, chacune avec le numéro de sa ligne."""

    def __init__(self, cles: Iterable[tuple[int, str]]) -> None:
        self._cles = _ParLongueur()
        for ligne, cle in cles:
            if " " in cle:
                self._cles.ajouter(cle.replace(" ", ""), ligne)

    def proches(self, colle: str, permises: int) -> list[tuple[int, int]]:
        """(distance, ligne) des clés à au plus `permises` fautes, dans un ordre quelconque."""
        return [(distance, ligne) for distance, ligne, _ in self._cles.proches(colle, permises)]


class Vocabulaire:
    """Les mots des noms de lieux, dans l'ordre où ils se présentent : ceux des grandes villes d'abord."""

    def __init__(self, cles: Iterable[str]) -> None:
        self._mots = _ParLongueur()
        connus = dict.fromkeys(mot for cle in cles for mot in cle.split())
        for numero, mot in enumerate(connus):
            self._mots.ajouter(mot, numero)

    def proches(self, mot: str, permises: int, limite: int) -> list[tuple[int, str]]:
        """(distance, mot) des `limite` mots les plus proches, le mot lui-même compris."""
        trouves = sorted(self._mots.proches(mot, permises))[:limite]
        return [(distance, proche) for distance, _, proche in trouves]
