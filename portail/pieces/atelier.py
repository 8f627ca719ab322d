"""L'atelier : un processus jetable qui ouvre un fichier inconnu, et rend une copie refaite de zéro.

Lancé par `controle.py` sur ce fichier même : `python -I atelier.py <nature> <descripteur de sortie>`. Au lieu d'une
nature, un travail sur des pages déjà refaites (`pages.py`).
Entrée : les octets, sur l'entrée standard. Sortie : la copie, dans le descripteur ; et une ligne de
JSON, `{"pages": 3}` ou `{"refus": "illisible", "mesure": 0, "cause": "PdfError"}`.

Avant de toucher aux octets, il se prive de mémoire, de temps, de disque et de descripteurs, puis
ferme la porte derrière lui (`cloison.py`) : quoi qu'il arrive ensuite, lui seul meurt. Ni Flask ni
SQLAlchemy ici : `portail/__init__.py` et `portail/pieces/__init__.py` ne sont pas exécutés (voir
`_paquets_nus`), pour que le démarrage reste court et qu'un analyseur trompé ne trouve ni réglage,
ni clé, ni base autour de lui.
"""

from __future__ import annotations

import importlib
import json
import os
import resource
import signal
import sys
from pathlib import Path
from types import ModuleType, TracebackType

MEMOIRE = 700 * 1024 * 1024  # octets d'adresses
SECONDES_DE_CALCUL = 10
SECONDES_EN_TOUT = 20
PRIORITE = 10  # de moins que le portail
# Un seul module à la fois : charger toutes les bibliothèques doublerait le temps de démarrage.
MODULES = {
    **dict.fromkeys(("decouper", "assembler", "copier"), "portail.pieces.pages"),
    **dict.fromkeys(("apercu", "vignette"), "portail.pieces.apercu"),
    "pdf": "portail.pieces.pdf",
    "codes": "portail.pieces.codes_carres",
}


def _se_limiter(nature: str, sortie_max: int) -> None:
    for limite, valeur in (
        (resource.RLIMIT_AS, MEMOIRE),
        (resource.RLIMIT_FSIZE, sortie_max),
        (resource.RLIMIT_CORE, 0),  # pas d'image mémoire : elle contiendrait le document
        (resource.RLIMIT_NOFILE, 64),
    ):
        resource.setrlimit(limite, (valeur, valeur))
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDES_DE_CALCUL, SECONDES_DE_CALCUL + 1))
    if nature != "heic":  # ce décodeur-là ne sait pas travailler sans fils
        resource.setrlimit(resource.RLIMIT_NPROC, (0, 0))
    signal.alarm(SECONDES_EN_TOUT)  # même si le portail est mort entre-temps
    os.nice(PRIORITE)


def _paquets_nus() -> None:
    """`portail` et `portail.pieces` sans leur `__init__` : seuls les modules demandés se chargent."""
    ici = Path(__file__).resolve().parent
    for nom, dossier in (("portail", ici.parent), ("portail.pieces", ici)):
        paquet = ModuleType(nom)
        paquet.__path__ = [str(dossier)]
        sys.modules[nom] = paquet


def _repondre(**reponse: object) -> None:
    print(json.dumps(reponse), flush=True)


def _dire_l_imprevu(genre: type[BaseException], erreur: BaseException, _trace: TracebackType | None) -> None:
    """Toute erreur des bibliothèques se dit en un code : son texte pourrait citer le document."""
    if issubclass(genre, MemoryError):
        code = "trop_complexe"
    elif issubclass(genre, ImportError):
        code = "indisponible"
    else:
        code = "illisible"
    _repondre(refus=code, mesure=0, cause=genre.__name__)


def principal(nature: str, sortie: int) -> None:
    _paquets_nus()
    refus = importlib.import_module("portail.pieces.refus")
    _se_limiter(nature, refus.TAILLE_SORTIE_MAX)
    module = importlib.import_module(MODULES.get(nature, "portail.pieces.images"))
    cloison = importlib.import_module("portail.pieces.cloison")
    cloison.fermer((*cloison.necessaires(), Path(__file__).resolve().parent))
    with open(0, "rb", closefd=False) as entree:
        octets = entree.read()
    try:
        refait, pages = module.refaire(octets, nature)
    except refus.Rejet as rejet:
        _repondre(refus=rejet.code, mesure=rejet.mesure, cause="Rejet")
        return
    with open(sortie, "wb") as fichier:
        fichier.write(refait)
    _repondre(pages=pages)


if __name__ == "__main__":
    sys.excepthook = _dire_l_imprevu
    principal(sys.argv[1], int(sys.argv[2]))
