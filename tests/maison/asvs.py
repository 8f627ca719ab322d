"""Le tableau de docs/asvs.md, engendré des marqueurs et d'asvs.csv : « python -m tests.maison.asvs » le réécrit.

Une exigence est prouvée par les tests qui portent `pytest.mark.asvs("6.2.1", …)`, jamais par une phrase. Sans test, la
liste dit pourquoi : tenue sans test, écrite, non tenue, à l'exploitant, sans objet, écartée.
"""

from __future__ import annotations

import ast
import csv
from collections import Counter
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from tests.maison.depot import RACINE, arbre, fichiers

DOCUMENT, LISTE = RACINE / "docs" / "asvs.md", Path(__file__).with_name("asvs.csv")
DEBUT, FIN = "<!-- tableau engendré : début -->\n", "<!-- tableau engendré : fin -->\n"
EPROUVEE, EN_PARTIE = "éprouvée", "en partie"
SANS_TEST = {"sans test", "documentée", "non tenue", "exploitant", "sans objet", "écartée"}


@dataclass(frozen=True)
class Exigence:
    """Une exigence d'ASVS 5.0.0 gardée pour ce portail ; `raison` : ce qui manque, ou pourquoi rien ne la prouve."""

    numero: str
    niveau: str
    enonce: str
    etat: str
    raison: str


def exigences() -> list[Exigence]:
    with LISTE.open(encoding="utf-8", newline="") as fichier:
        return [Exigence(**ligne) for ligne in csv.DictReader(fichier, delimiter=";")]


def ordre(numero: str) -> tuple[int, ...]:
    return tuple(map(int, numero.split(".")))


@cache
def marques() -> dict[str, dict[str, list[str]]]:
    """{numéro: {module de test: [tests marqués]}}, lu sur les fonctions : un marqueur ne se pose pas sur un module."""
    trouvees: dict[str, dict[str, list[str]]] = {}
    for chemin in fichiers("tests", ".py"):
        if not chemin.name.startswith("test_"):
            continue
        nom = chemin.relative_to(RACINE).as_posix()
        for noeud in arbre(chemin).body:
            if isinstance(noeud, ast.FunctionDef) and noeud.name.startswith("test_"):
                for numero in (n for decorateur in noeud.decorator_list for n in numeros(decorateur)):
                    trouvees.setdefault(numero, {}).setdefault(nom, []).append(noeud.name)
            elif perdus := list(numeros(noeud)):
                raise ValueError(f"{nom} : {perdus} hors d’une fonction de test")
    return trouvees


def numeros(noeud: ast.AST) -> list[str]:
    return [
        ast.literal_eval(argument)
        for n in ast.walk(noeud)
        if isinstance(n, ast.Call) and ast.unparse(n.func) == "pytest.mark.asvs"
        for argument in n.args
    ]


def etat(exigence: Exigence, preuves: dict[str, list[str]]) -> str:
    return exigence.etat or (EPROUVEE if preuves else "?")


def tableau() -> str:
    """Le compte de chaque état, puis une ligne par exigence."""
    prouvees, liste = marques(), exigences()
    compte = Counter(etat(e, prouvees.get(e.numero, {})) for e in liste)
    resume = ", ".join(f"{nombre} {nom}" for nom, nombre in compte.most_common())
    lignes = [f"{len(liste)} exigences : {resume}.", "", "| n° | niveau | exigence | état | preuve, limite ou raison |"]
    lignes.append("|---|---|---|---|---|")
    for e in liste:
        preuves = prouvees.get(e.numero, {})
        cites = [f"`{module}` : {', '.join(f'`{t}`' for t in tests)}" for module, tests in sorted(preuves.items())]
        dit = " ; ".join(cites) + (". " if cites and e.raison else "") + e.raison
        lignes.append(f"| {e.numero} | {e.niveau} | {e.enonce} | {etat(e, preuves)} | {dit} |")
    return "\n".join(lignes) + "\n"


def ecrire() -> None:
    texte = DOCUMENT.read_text(encoding="utf-8")
    avant, _, reste = texte.partition(DEBUT)
    DOCUMENT.write_text(avant + DEBUT + tableau() + FIN + reste.partition(FIN)[2], encoding="utf-8")


if __name__ == "__main__":
    ecrire()
