"""Un flot de connexions : chaque navigateur renvoie la sienne dès qu'il a sa réponse, jusqu'à la fin de l'entrée standard.

Lancé dans un autre processus, léger : `python -m tests.mesures.flot PORT`. La première ligne reçue est la liste JSON des
requêtes ; « prêt » sort quand elles partent ; à la fin, {statut: nombre} et les secondes écoulées. Qui reçoit 429 attend ce qu'on lui
dit, comme une personne.
"""

from __future__ import annotations

import json
import socket
import sys
import threading
import time
from collections import Counter

from tests.mesures.charge import lire_reponse

ATTENTE = 3  # secondes : le `Retry-After` de portail/compte/affluence.py, qu'une personne suit d'elle-même


def envoyer(port: int, envoi: bytes, fini: threading.Event, recus: Counter[str]) -> None:
    while not fini.is_set():
        with socket.create_connection(("127.0.0.1", port)) as prise, prise.makefile("rb") as flux:
            prise.sendall(envoi)
            statut, _ = lire_reponse(flux)
        recus[str(statut)] += 1
        if statut == 429:
            fini.wait(ATTENTE)


def principal(port: int) -> None:
    fini, recus = threading.Event(), Counter[str]()
    envois = json.loads(sys.stdin.readline())
    fils = [threading.Thread(target=envoyer, args=(port, envoi.encode(), fini, recus)) for envoi in envois]
    debut = time.monotonic()
    for fil in fils:
        fil.start()
    print("prêt", flush=True)
    sys.stdin.read()
    fini.set()
    for fil in fils:
        fil.join()
    print(json.dumps([recus, time.monotonic() - debut]))


if __name__ == "__main__":
    principal(int(sys.argv[1]))
