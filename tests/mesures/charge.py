"""Un générateur de charge : N connexions gardées ouvertes, chacune sa requête, en boucle pendant un temps donné.

Lancé dans un autre processus : il ne prend rien au serveur mesuré.
`python -m tests.mesures.charge PORT SECONDES < requetes.json` imprime le nombre de réponses 2xx/3xx par seconde.
Dans une requête, `@REVISION@` et `@VALEUR@` (quatre chiffres, sans changer la longueur) suivent les tours : la
page enregistre ce qu'elle vient de modifier, comme une vraie.
"""

from __future__ import annotations

import json
import socket
import sys
import threading
import time


def lire_reponse(flux) -> tuple[int, int]:
    """(statut, octets du corps) d'une réponse HTTP/1.1 avec Content-Length."""
    statut = int(flux.readline().split()[1])
    longueur = 0
    while (ligne := flux.readline()) not in {b"\r\n", b""}:
        if ligne.lower().startswith(b"content-length:"):
            longueur = int(ligne.split(b":")[1])
    flux.read(longueur)
    return statut, longueur


def tirer(port: int, requete: bytes, fin: float, comptes: list[int], revision: int) -> None:
    while time.monotonic() < fin:
        revision = _tirer_sur_une_connexion(port, requete, fin, comptes, revision)


def _tirer_sur_une_connexion(port: int, requete: bytes, fin: float, comptes: list[int], revision: int) -> int:
    """Jusqu'à la fin, ou jusqu'à une réponse sans corps : waitress ferme alors la connexion."""
    with socket.create_connection(("127.0.0.1", port)) as prise, prise.makefile("rb") as flux:
        prise.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        statut = 0
        while statut != 304 and time.monotonic() < fin:
            prise.sendall(
                requete.replace(b"@REVISION@", b"%010d" % revision).replace(b"@VALEUR@", b"%08d" % (20 + revision % 50))
            )
            revision += 1
            statut, _ = lire_reponse(flux)
            if not 200 <= statut < 400:
                raise SystemExit(f"réponse {statut} : la mesure ne vaut rien")
            comptes.append(1)
    return revision


def mesurer(port: int, secondes: float, requetes: list[tuple[bytes, int]]) -> float:
    comptes: list[int] = []
    debut = time.monotonic()
    fils = [
        threading.Thread(target=tirer, args=(port, requete, debut + secondes, comptes, revision))
        for requete, revision in requetes
    ]
    for fil in fils:
        fil.start()
    for fil in fils:
        fil.join()
    return len(comptes) / (time.monotonic() - debut)


if __name__ == "__main__":
    donnees = json.load(sys.stdin)
    print(f"{mesurer(int(sys.argv[1]), float(sys.argv[2]), [(r.encode(), n) for r, n in donnees]):.1f}")
