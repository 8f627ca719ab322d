"""Un générateur de charge : N connexions gardées ouvertes, la même requête en boucle pendant un temps donné.

Lancé dans un autre processus : il ne prend rien au serveur mesuré.
`python -m tests.mesures.charge HOTE PORT SECONDES CONNEXIONS < requete` imprime le nombre de réponses 2xx/3xx par seconde.
"""

from __future__ import annotations

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


def tirer(hote: str, port: int, requete: bytes, fin: float, comptes: list[int]) -> None:
    with socket.create_connection((hote, port)) as prise:
        prise.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        flux = prise.makefile("rb")
        while time.monotonic() < fin:
            prise.sendall(requete)
            statut, _ = lire_reponse(flux)
            if not 200 <= statut < 400:
                raise SystemExit(f"réponse {statut} : la mesure ne vaut rien")
            comptes.append(1)


def mesurer(hote: str, port: int, secondes: float, connexions: int, requete: bytes) -> float:
    comptes: list[int] = []
    debut = time.monotonic()
    fils = [
        threading.Thread(target=tirer, args=(hote, port, requete, debut + secondes, comptes)) for _ in range(connexions)
    ]
    for fil in fils:
        fil.start()
    for fil in fils:
        fil.join()
    return len(comptes) / (time.monotonic() - debut)


if __name__ == "__main__":
    hote, port, secondes, connexions = sys.argv[1], int(sys.argv[2]), float(sys.argv[3]), int(sys.argv[4])
    print(f"{mesurer(hote, port, secondes, connexions, sys.stdin.buffer.read()):.1f}")
