"""Les réponses toutes faites des guichets : des données, jamais du code.

`donnees/reponses_types.csv` (code, titre, texte) ; un fichier `reponses_types.csv` posé dans le dossier du déploiement
le remplace, sans redémarrer : c'est là qu'un responsable fait écrire les siennes.
"""

from __future__ import annotations

import csv
from dataclasses import dataclass
from pathlib import Path

from flask import current_app

NOM = "reponses_types.csv"
LIVREES = Path(__file__).parent / "donnees" / NOM


@dataclass(frozen=True, slots=True)
class ReponseType:
    """Un texte à relire avant de l'envoyer."""

    code: str
    titre: str
    texte: str


def reponses_types() -> dict[str, ReponseType]:
    """Par code, dans l'ordre du fichier. Une ligne sans texte est sautée."""
    propre = current_app.extensions["portail"].dossier / NOM
    with (propre if propre.is_file() else LIVREES).open(encoding="utf-8-sig", newline="") as flux:
        lues = [
            ReponseType(ligne["code"], ligne["titre"], ligne["texte"].replace("\\n", "\n"))
            for ligne in csv.DictReader(flux)
            if ligne.get("texte")
        ]
    return {reponse.code: reponse for reponse in lues}
