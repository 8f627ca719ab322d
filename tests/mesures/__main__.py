"""`make bench` : les rapports, les temps, la mémoire. Chaque rubrique dit ce qui tient et ce qui dépasse.

    make bench                       tout (une dizaine de minutes)
    make bench ARGS="guichet lieux"  ces rubriques seulement

Sort avec le code 1 si une limite est dépassée.
"""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from importlib import import_module

# Une rubrique n'est chargée que si elle est choisie. Une mesure sans limite rend autre chose que False ou 1.
RUBRIQUES = {
    "debit": ("tests.mesures.debit", "principal"),
    "demarrage": ("tests.mesures.demarrage", "principal"),
    "demonstration": ("tests.mesures.demonstration", "principal"),
    "lieux": ("tests.referentiels.mesure_recherche", "imprimer"),
    "documents": ("tests.documents.mesures", "principal"),
    "fichiers": ("tests.pieces.mesure_controle", "imprimer"),
    "accueil": ("tests.mesures.accueil_a_froid", "principal"),
    "envois": ("tests.pieces.mesure_envois", "imprimer"),
    "sondage": ("tests.mesures.sondage", "principal"),
    "guichet": ("tests.mesures.guichet", "principal"),
    "rappels": ("tests.mesures.rappels", "principal"),
    "rattachement": ("tests.mesures.rattachement", "principal"),
    "connexion": ("tests.mesures.connexion", "principal"),
    "robustesse": ("tests.mesures.robustesse", "principal"),
    "temps-constants": ("tests.mesures.temps_constants", "principal"),
}


def rubrique(nom: str) -> Callable[[], object]:
    module, fonction = RUBRIQUES[nom]
    return getattr(import_module(module), fonction)


def principal(choisies: list[str]) -> int:
    """0 si tout tient, 1 si une limite est dépassée, 2 si une rubrique n'existe pas."""
    if inconnues := set(choisies) - set(RUBRIQUES):
        print(f"Rubriques inconnues : {', '.join(sorted(inconnues))}. Connues : {', '.join(RUBRIQUES)}.")
        return 2
    if len(choisies) == 1:
        print(f"\n— {choisies[0]}", flush=True)
        return int(rubrique(choisies[0])() is False)
    # Chacune dans son processus : ce que l'une a chargé ne pèse pas dans la mémoire de la suivante.
    noms = [nom for nom in RUBRIQUES if not choisies or nom in choisies]
    depassees = [nom for nom in noms if subprocess.run([sys.executable, "-m", "tests.mesures", nom]).returncode]
    if depassees:
        print(f"\nLimites dépassées : {', '.join(depassees)}.")
    return int(bool(depassees))


if __name__ == "__main__":
    raise SystemExit(principal(sys.argv[1:]))
