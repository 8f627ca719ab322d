"""Le tableau des menaces de docs/securite.md, engendré des marqueurs : « python -m tests.maison.menaces » le réécrit."""

from __future__ import annotations

import ast
from collections import Counter
from pathlib import Path

from tests.maison.depot import arbre, fichiers

DOCUMENT = Path(__file__).resolve().parent.parent.parent / "docs" / "securite.md"
DEBUT, FIN = "<!-- tableau engendré : début -->\n", "<!-- tableau engendré : fin -->\n"
MENACES = {
    "T1": "prise du compte d’une personne vulnérable (proche, boîte mail lue, session volée)",
    "T1b": "conjoint violent, co-demandeur ou par-dessus l’épaule",
    "T2": "rattachement en devinant le numéro unique",
    "T3": "énumération et fuite des numéros de sécurité sociale",
    "T4": "ordinateur partagé",
    "T5": "fichier piégé ouvert par un agent",
    "T6": "lecture de la demande d’autrui, agent trop curieux",
    "T7": "affectation de masse, état forgé, route ouverte par oubli",
    "T8": "énumération des adresses mail",
    "T9": "confusion de comptes par FranceConnect",
    "T10": "injection dans les PDF",
    "T11": "script glissé dans un message ou une réponse",
    "T12": "formule dans un export de tableur",
    "T13": "course à la soumission ou au numéro",
    "T14": "rejeu d’un envoi",
    "T15": "flots de fausses inscriptions, bombardement de courriels",
    "T16": "copies du site pour hameçonner",
    "T17": "fuite par les journaux, les sauvegardes, les exports",
    "T18": "en-tête Host, caches, en-têtes manquants",
    "T19": "robots qui lisent les pages publiques",
}


def marques() -> dict[str, list[tuple[str, int]]]:
    """{menace: [(module de test, nombre de tests marqués)]}, lu dans les marqueurs `pytest.mark.menace`."""
    trouvees: dict[str, Counter[str]] = {}
    for chemin in fichiers("tests", ".py"):
        if not chemin.name.startswith("test_"):
            continue
        corps = arbre(chemin).body
        tests = [n for n in corps if isinstance(n, ast.FunctionDef) and n.name.startswith("test_")]
        nom = chemin.relative_to(DOCUMENT.parent.parent).as_posix()
        for noeud in corps:  # marqué en tête, tout le module compte ; marqué sur un test, lui seul
            if isinstance(noeud, ast.Assign):
                marquees, nombre = _codes(noeud.value), len(tests)
            elif noeud in tests:
                marquees, nombre = [c for d in noeud.decorator_list for c in _codes(d)], 1
            else:
                continue
            for code in marquees:
                trouvees.setdefault(code, Counter())[nom] += nombre
    return {code: sorted(modules.items()) for code, modules in trouvees.items()}


def _codes(expression: ast.expr) -> list[str]:
    return [
        ast.literal_eval(n.args[0])
        for n in ast.walk(expression)
        if isinstance(n, ast.Call) and ast.unparse(n.func) == "pytest.mark.menace"
    ]


def tableau() -> str:
    """Une ligne par menace ; sans test marqué, elle le dit."""
    trouvees = marques()
    lignes = ["| menace | | prouvé par |", "|---|---|---|"]
    for code, phrase in MENACES.items():
        preuves = ", ".join(f"`{chemin}` ({nombre})" for chemin, nombre in sorted(trouvees.get(code, [])))
        lignes.append(f"| {code} | {phrase} | {preuves or '**aucun test marqué**'} |")
    return "\n".join(lignes) + "\n"


def ecrire() -> None:
    texte = DOCUMENT.read_text(encoding="utf-8")
    avant, _, reste = texte.partition(DEBUT)
    DOCUMENT.write_text(avant + DEBUT + tableau() + FIN + reste.partition(FIN)[2], encoding="utf-8")


if __name__ == "__main__":
    ecrire()
