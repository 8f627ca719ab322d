"""La cloison de l'atelier : ce qu'un décodeur trompé ne peut plus faire, même avec les droits du portail."""

from __future__ import annotations

import json
import runpy
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

pytestmark = pytest.mark.menace("T5")

CLOISON = Path(__file__).parents[2] / "portail" / "pieces" / "cloison.py"

# Chaque essai se fait après la fermeture, dans un Python neuf ; il rend « passé » ou le numéro de l'erreur.
DEBUT = f"""
import json, os, runpy, socket, sys, threading
cloison = runpy.run_path({str(CLOISON)!r})
ouvert = os.open(sys.argv[1], os.O_RDWR)
fermes = sorted(cloison["fermer"](cloison["necessaires"]()))
def essai():
    try:
        {{essai}}
        return "passé"
    except OSError as erreur:
        return erreur.errno
issue = essai()
print(json.dumps([fermes, issue]))
"""

FICHIERS = {
    "lire un autre fichier": "open(sys.argv[2]).read()",
    "lire les réglages du portail": "open(f'/proc/{os.getppid()}/environ', 'rb').read()",
    "lire ses propres secrets": "open('/proc/self/maps').read()",
    "écrire un fichier": "open(sys.argv[2], 'w')",
    "effacer un fichier": "os.unlink(sys.argv[2])",
    "lister un dossier": "os.listdir(os.path.dirname(sys.argv[2]))",
}
APPELS = {
    "ouvrir une connexion": "socket.socket()",
    "envoyer un datagramme": "socket.socket(socket.AF_INET, socket.SOCK_DGRAM)",
    "parler à un service local": "socket.socket(socket.AF_UNIX)",
    "lancer un programme": "os.execv(sys.executable, [sys.executable, '-c', ''])",
    "se dédoubler": "os.fork() or os._exit(0)",
    "arrêter le portail": "os.kill(os.getppid(), 0)",
}
PERMIS = {
    "calculer dans un fil": "threading.Thread(target=int).start()",
    "charger une bibliothèque": "open(os.__file__).read()",
    "se servir d'un descripteur déjà ouvert": "os.pwrite(ouvert, b'x', 0); os.pread(ouvert, 1, 0)",
    "prendre de la mémoire": "bytearray(50_000_000)",
    "mesurer le temps": "os.times(); os.urandom(8)",
}


@pytest.fixture
def essayer(tmp_path: Path) -> Callable[[str], tuple[list[str], str | int]]:
    (tmp_path / "ouvert").write_text("avant")
    (tmp_path / "autre").write_text("la pièce d'identité de quelqu'un d'autre")

    def faire(essai: str) -> tuple[list[str], str | int]:
        commande = [
            sys.executable,
            "-I",
            "-c",
            DEBUT.format(essai=essai),
            str(tmp_path / "ouvert"),
            str(tmp_path / "autre"),
        ]
        fermes, issue = json.loads(subprocess.run(commande, capture_output=True, check=True).stdout)
        return fermes, issue

    return faire


@pytest.mark.asvs("15.2.5")
@pytest.mark.parametrize("essai", FICHIERS.values(), ids=FICHIERS.keys())
def test_aucun_autre_fichier_ne_s_ouvre(essayer: Callable, tmp_path: Path, essai: str) -> None:
    fermes, issue = essayer(essai)
    if "fichiers" in fermes:  # un noyau ancien n'a pas Landlock : il reste les autres limites
        assert issue in {1, 13}
        assert (tmp_path / "autre").read_text() == "la pièce d'identité de quelqu'un d'autre"


@pytest.mark.asvs("1.3.6", "15.2.5")
@pytest.mark.parametrize("essai", APPELS.values(), ids=APPELS.keys())
def test_ni_reseau_ni_autre_programme(essayer: Callable, essai: str) -> None:
    fermes, issue = essayer(essai)
    if "appels" in fermes:
        assert issue in {1, 13}


@pytest.mark.parametrize("essai", PERMIS.values(), ids=PERMIS.keys())
def test_ce_dont_un_decodeur_a_besoin_reste_permis(essayer: Callable, essai: str) -> None:
    assert essayer(essai)[1] == "passé"


def test_un_appel_fait_pour_une_autre_machine_n_est_jamais_permis() -> None:
    """Le filtre compare la signature de la machine avant le numéro de l'appel."""
    for signature, naitre, refuses in runpy.run_path(str(CLOISON))["MACHINES"].values():
        assert signature > 0x80000000
        assert naitre not in refuses
        assert len(set(refuses)) == len(refuses)


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="l'état d'un processus se lit dans /proc")
def test_la_fermeture_est_sans_retour(tmp_path: Path) -> None:
    code = f"import os, runpy; etat = open('/proc/self/status'); c = runpy.run_path({str(CLOISON)!r}); c['fermer'](()); print(etat.read())"
    etat = subprocess.run([sys.executable, "-I", "-c", code], capture_output=True, check=True).stdout.decode()
    assert "NoNewPrivs:\t1" in etat
