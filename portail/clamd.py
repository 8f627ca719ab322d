"""Parler à clamd, l'antivirus de ClamAV, quand l'exploitant en a un : un fichier, une réponse.

Protocole : clamd(8), commande INSTREAM. Les octets vont à clamd et n'en reviennent pas.
"""

from __future__ import annotations

import socket
import struct
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlsplit

REGLAGE = "PORTAIL_ANTIVIRUS"
CONSEIL = f"{REGLAGE} : tcp://127.0.0.1:3310, ou unix:/run/clamav/clamd.ctl."
DELAI = 15.0  # secondes
MORCEAU = 64 * 1024  # octets
REPONSE_MAX = 4096  # octets


class AntivirusMuet(Exception):
    """Il ne répond pas, ou pas de façon compréhensible : à redemander plus tard."""


@dataclass(frozen=True)
class Clamd:
    """Où le joindre : un chemin de prise locale, ou une machine et un port."""

    adresse: str | tuple[str, int]

    def trouver(self, octets: bytes) -> str:
        """Le nom de ce que clamd a trouvé ; vide si rien. Lève `AntivirusMuet`."""
        try:
            with self._prise() as prise:
                prise.sendall(b"zINSTREAM\0")
                for debut in range(0, len(octets), MORCEAU):
                    morceau = octets[debut : debut + MORCEAU]
                    prise.sendall(struct.pack(">I", len(morceau)) + morceau)
                prise.sendall(struct.pack(">I", 0))
                reponse = _lire(prise)
        except OSError as erreur:
            raise AntivirusMuet(type(erreur).__name__) from erreur
        return _comprendre(reponse)

    def _prise(self) -> socket.socket:
        if isinstance(self.adresse, tuple):
            return socket.create_connection(self.adresse, timeout=DELAI)
        prise = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        prise.settimeout(DELAI)
        try:
            prise.connect(self.adresse)
        except OSError:
            prise.close()
            raise
        return prise


def _lire(prise: socket.socket) -> bytes:
    recu = b""
    while not recu.endswith(b"\0") and len(recu) < REPONSE_MAX:
        morceau = prise.recv(REPONSE_MAX)
        if not morceau:
            break
        recu += morceau
    return recu


def _comprendre(reponse: bytes) -> str:
    """« stream: OK », « stream: Eicar-Signature FOUND » ; toute autre réponse est une panne."""
    texte = reponse.rstrip(b"\0\n").decode("ascii", "replace")
    if texte == "stream: OK":
        return ""
    if texte.startswith("stream: ") and texte.endswith(" FOUND"):
        return texte.removeprefix("stream: ").removesuffix(" FOUND")
    raise AntivirusMuet(texte[:80] or "sans réponse")


def lire(environ: Mapping[str, str], manques: list[str]) -> Clamd | None:
    """Le réglage `PORTAIL_ANTIVIRUS` ; None s'il est vide. Ajoute une phrase à `manques` s'il est inutilisable."""
    reglage = environ.get(REGLAGE, "")
    if not reglage:
        return None
    if reglage.startswith("unix:/"):
        return Clamd(reglage.removeprefix("unix:"))
    try:
        morceaux = urlsplit(reglage)
        if morceaux.scheme == "tcp" and morceaux.hostname and morceaux.port:
            return Clamd((morceaux.hostname, morceaux.port))
    except ValueError:  # le port n'est pas un nombre
        pass
    manques.append(CONSEIL)
    return None
