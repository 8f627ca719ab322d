"""Dans le navigateur, après un clic, la page d'avant reste un instant : on attend la suivante avant de la juger."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

import pytest

from tests.maison.depot import arbre, fichiers, imports, nom

CLICS = {"click", "dblclick"}
JUGES = {"examiner", "axe", "nu", "debordement", "content", "title", "goto", "reload", "go_back", "evaluate"}
DANS_CHROMIUM = [chemin for chemin in fichiers("tests", ".py") if "playwright.sync_api" in imports(chemin)]


def _nom_appele(appel: ast.Call) -> str:
    return getattr(appel.func, "attr", getattr(appel.func, "id", ""))


def _clique(instruction: ast.stmt) -> bool:
    return (
        isinstance(instruction, ast.Expr)
        and isinstance(instruction.value, ast.Call)
        and _nom_appele(instruction.value) in CLICS
    )


def _juge(instruction: ast.stmt) -> bool:
    if isinstance(instruction, ast.FunctionDef | ast.ClassDef):
        return False
    appels = {_nom_appele(noeud) for noeud in ast.walk(instruction) if isinstance(noeud, ast.Call)}
    return bool(appels & JUGES) and "expect" not in appels


def _suites(module: ast.Module) -> Iterator[tuple[ast.stmt, ast.stmt]]:
    for noeud in ast.walk(module):
        for champ in ("body", "orelse", "finalbody"):
            instructions = getattr(noeud, champ, None)
            if isinstance(instructions, list):
                yield from pairwise(instructions)


def hatifs(module: ast.Module) -> list[int]:
    """Les lignes où un clic est suivi, sans rien attendre, d'un jugement de la page ou d'un départ."""
    return [suite.lineno for clic, suite in _suites(module) if _clique(clic) and _juge(suite)]


@pytest.mark.parametrize("chemin", DANS_CHROMIUM, ids=nom)
def test_apres_un_clic_la_page_s_attend(chemin: Path):
    assert hatifs(arbre(chemin)) == [], "dire d'abord ce que le clic amène : expect(…) ou titre(…)"


def test_un_jugement_hatif_se_voit():
    module = ast.parse(
        "b.click()\nexpect(t).to_be_visible()\nb.click()\nassert axe(page) == []\nb.click()\nexaminer('x')\n"
    )
    assert hatifs(module) == [4, 6]
