"""Lire le dépôt : ses fichiers, ses modules, leurs imports."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from portail.config import RACINE

IGNORES = {".git", ".venv", "node_modules", "__pycache__", "instance", "resultats", "build", "dist", ".hypothesis"}
TEXTES = {".py", ".html", ".txt", ".md", ".css", ".js", ".cfg", ".toml", ".csv", ".sh", ".yml", ".yaml", ".json", ""}


def fichiers(dossier: str = "", *extensions: str) -> list[Path]:
    """Les fichiers de ce dossier, du plus haut au plus profond, hors de ce qui se refabrique."""
    trouves = []
    for chemin in sorted((RACINE / dossier).rglob("*")):
        parties = set(chemin.relative_to(RACINE).parts)
        if chemin.is_file() and not parties & IGNORES and (not extensions or chemin.suffix in extensions):
            trouves.append(chemin)
    assert trouves, f"rien dans {dossier}"
    return trouves


def nom(chemin: Path) -> str:
    return str(chemin.relative_to(RACINE))


@cache
def arbre(chemin: Path) -> ast.Module:
    return ast.parse(chemin.read_text(encoding="utf-8"))


def imports(chemin: Path) -> set[str]:
    """Les modules importés, où que ce soit dans le fichier (« from portail.db import db » → portail.db et portail.db.db)."""
    noms: set[str] = set()
    for noeud in ast.walk(arbre(chemin)):
        if isinstance(noeud, ast.Import):
            noms |= {alias.name for alias in noeud.names}
        elif isinstance(noeud, ast.ImportFrom):
            assert noeud.level == 0, f"{nom(chemin)} : import relatif"
            noms.add(noeud.module or "")
            noms |= {f"{noeud.module}.{alias.name}" for alias in noeud.names}
    return noms


def textes(chemin: Path) -> Iterator[tuple[int, str]]:
    """(ligne, texte) de chaque chaîne d'un module, hors docstrings ; les f-strings par morceaux."""
    docstrings = {
        id(noeud.body[0].value)
        for noeud in ast.walk(arbre(chemin))
        if isinstance(noeud, ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef)
        and noeud.body
        and isinstance(noeud.body[0], ast.Expr)
    }
    for noeud in ast.walk(arbre(chemin)):
        if isinstance(noeud, ast.Constant) and isinstance(noeud.value, str) and id(noeud) not in docstrings:
            yield noeud.lineno, noeud.value
