"""Les phrases écrites en Python sont montrées telles quelles : apostrophes courbes, espaces insécables.

Les gabarits ont leurs insécables à la compilation, et `tests/pages.py` contrôle chaque page servie.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.maison.depot import arbre, fichiers, nom, textes

# Les modules dont les phrases sont montrées telles quelles (d'autres passent par `insecables` au moment d'afficher).
MONTRES = (
    "portail/demande/",
    "portail/champs/",
    "portail/compte/",
    "portail/pieces/re",
    "portail/freins",
    "portail/regles/",
)
COMPOSES_A_L_AFFICHAGE = {"portail/pieces/refus.py", "portail/regles/plafonds.py"}
FRANCAIS = re.compile(r"[a-zàâçéèêëîïôûùœ]{2,} [a-zàâçéèêëîïôûùœ]{2,}", re.IGNORECASE)
TECHNIQUE = re.compile(r"^\s*(SELECT|UPDATE|INSERT|DELETE|PRAGMA|BEGIN|SET)\b|^[\w.:/%{}()\[\]<>=*#-]+$|\\\w|\(\?")
MODULES = [
    chemin
    for chemin in fichiers("portail", ".py")
    if nom(chemin).startswith(MONTRES) and nom(chemin) not in COMPOSES_A_L_AFFICHAGE
]
JOURNAUX = {"debug", "info", "warning", "error", "exception"}
POUR_LE_DEVELOPPEUR = {"TypeError", "RuntimeError", "LookupError", "DeclarationFigee"}


def _jamais_montrees(chemin: Path) -> set[int]:
    """Les lignes des messages de journal et des erreurs de programmation."""
    lignes: set[int] = set()
    for noeud in ast.walk(arbre(chemin)):
        if not isinstance(noeud, ast.Call):
            continue
        appel = noeud.func
        journal = isinstance(appel, ast.Attribute) and appel.attr in JOURNAUX
        erreur = isinstance(appel, ast.Name) and appel.id in POUR_LE_DEVELOPPEUR
        if journal or erreur:
            lignes |= set(range(noeud.lineno, (noeud.end_lineno or noeud.lineno) + 1))
    return lignes


def phrases(chemin: Path) -> Iterator[tuple[int, str]]:
    tues = _jamais_montrees(chemin)
    for ligne, texte in textes(chemin):
        if ligne not in tues and FRANCAIS.search(texte) and not TECHNIQUE.search(texte):
            yield ligne, texte


@pytest.mark.parametrize("chemin", MODULES, ids=nom)
def test_les_phrases_montrees_sont_bien_composees(chemin: Path):
    fautes = []
    for ligne, texte in phrases(chemin):
        if re.search(r"\w'\w", texte):
            fautes.append(f"{ligne} apostrophe droite : {texte!r}")
        if re.search(r"\S [:;?!»]|« ", texte):
            fautes.append(f"{ligne} espace ordinaire : {texte!r}")
        if "..." in texte:
            fautes.append(f"{ligne} trois points : {texte!r}")
        if re.search(r"n° ", texte):
            fautes.append(f"{ligne} « n° » se colle à son nombre : {texte!r}")
    assert not fautes, "\n".join(fautes)


def test_le_controle_voit_une_faute():
    assert FRANCAIS.search("Vous l'avez déjà dit !")
    assert not TECHNIQUE.search("Vous l'avez déjà dit !")
