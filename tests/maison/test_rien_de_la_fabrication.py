"""Le dépôt parle du produit : ni chemin d'une machine, ni adresse de registre, ni outil de fabrication."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.maison.depot import TEXTES, fichiers, nom

# Écrits en deux morceaux : ce fichier passe sous la règle comme les autres.
INTERDITS = {
    "un chemin de machine": r"/"
    + r"(?:work|root|home/[a-z]{2,}|Users)/\w|[A-Z]:\\Users|/tmp/"
    + r"[a-z]+\w*\.(?:py|sh|log)",
    "un registre": r"(?:pypi\.org/" + r"simple|registry\." + r"npmjs|files\." + r"pythonhosted|art" + r"ifactory)",
    "un outil de fabrication": r"(?i)\b(?:chat"
    + r"gpt|open"
    + r"ai|anth"
    + r"ropic|clau"
    + r"de|co"
    + r"pilot|gemi"
    + r"ni|ll"
    + r"m)\b",
    "une trace d'atelier": r"(?i)co-authored"
    + r"-by|generated "
    + r"(?:by|with)|sous-"
    + r"agent|work"
    + r"space|sand"
    + r"boxe",
}
DONNEES = ("portail/referentiels/donnees/", "static/vendor/", "contenus/")


def a_lire() -> list[Path]:
    return [
        chemin
        for chemin in fichiers()
        if chemin.suffix in TEXTES and not nom(chemin).startswith(DONNEES) and chemin.stat().st_size < 2_000_000
    ]


@pytest.mark.parametrize("quoi", INTERDITS)
def test_rien_de_la_fabrication(quoi: str):
    motif = re.compile(INTERDITS[quoi])
    trouves = []
    for chemin in a_lire():
        try:
            texte = chemin.read_text(encoding="utf-8")
        except UnicodeDecodeError:
            continue
        for numero, ligne in enumerate(texte.splitlines(), 1):
            if trouve := motif.search(ligne):
                trouves.append(f"{nom(chemin)}:{numero} « {trouve.group()} »")
    assert not trouves, "\n".join(trouves[:20])
