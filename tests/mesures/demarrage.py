"""Démarrage à chaud et mémoire du service, tel que `portail servir` le lance."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from pathlib import Path

import psutil

from tests.base_modele import modele_sqlite

ATTENTE_MAXIMALE = 30.0  # secondes


def _port_libre() -> int:
    with socket.socket() as prise:
        prise.bind(("127.0.0.1", 0))
        return prise.getsockname()[1]


def _ouvrir(dossier: Path, port: int) -> tuple[subprocess.Popen[bytes], float]:
    """Lance le service ; rend le processus et le temps jusqu'à la première réponse."""
    environnement = {**os.environ, "PORTAIL_MODE": "local", "PORTAIL_DOSSIER": str(dossier)}
    environnement.pop("PYTHONDONTWRITEBYTECODE", None)  # à chaud : le code est déjà compilé
    debut = time.monotonic()
    processus = subprocess.Popen(
        [sys.executable, "-m", "portail", "servir", "--port", str(port)], env=environnement, stdout=subprocess.DEVNULL
    )
    while time.monotonic() - debut < ATTENTE_MAXIMALE:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/", timeout=5) as reponse:
                reponse.read()
                return processus, time.monotonic() - debut
        except (urllib.error.URLError, ConnectionError):
            time.sleep(0.02)
    processus.kill()
    raise SystemExit("le service n’a pas répondu")


def principal() -> dict[str, float]:
    with tempfile.TemporaryDirectory() as brut:
        dossier = Path(brut)
        shutil.copyfile(modele_sqlite(), dossier / "portail.sqlite")
        _fermer(_ouvrir(dossier, _port_libre())[0])  # un premier passage prépare les clés et les fichiers statiques
        temps = []
        for _ in range(3):
            processus, duree = _ouvrir(dossier, _port_libre())
            temps.append(duree)
            memoire = _memoire_apres_chauffe(processus.pid)
            _fermer(processus)
    print(f"démarrage à chaud : {min(temps):.2f} s (le meilleur de trois)   mémoire : {memoire:.0f} Mo")
    return {"demarrage": min(temps), "memoire": memoire}


def _memoire_apres_chauffe(pid: int) -> float:
    """Mo résidents, une fois l'index des lieux chargé (la mémoire ne monte plus)."""
    processus, avant = psutil.Process(pid), 0
    while (maintenant := processus.memory_info().rss) > avant:
        avant = maintenant
        time.sleep(1.0)
    return avant / 1e6


def _fermer(processus: subprocess.Popen[bytes]) -> None:
    processus.terminate()
    processus.wait(10)
