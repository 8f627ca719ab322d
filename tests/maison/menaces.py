"""Le tableau des menaces de docs/securite.md, engendré des marqueurs : « python -m tests.maison.menaces » le réécrit."""

from __future__ import annotations

import ast
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
    """{menace: [(module de test, nombre de ses tests)]}, lu dans les marqueurs `pytest.mark.menace`."""
    trouvees: dict[str, list[tuple[str, int]]] = {}
    for chemin in fichiers("tests", ".py"):
        if not chemin.name.startswith("test_"):
            continue
        module = arbre(chemin)
        nombre = sum(isinstance(n, ast.FunctionDef) and n.name.startswith("test_") for n in module.body)
        for noeud in ast.walk(module):
            if isinstance(noeud, ast.Call) and ast.unparse(noeud.func) == "pytest.mark.menace":
                code = ast.literal_eval(noeud.args[0])
                trouvees.setdefault(code, []).append((chemin.relative_to(DOCUMENT.parent.parent).as_posix(), nombre))
    return trouvees


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
