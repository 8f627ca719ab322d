"""Un faux clamd sur la boucle locale : il parle INSTREAM, et trouve EICAR. Sait aussi se taire, ou dire n'importe quoi."""

from __future__ import annotations

import socketserver
import struct
import threading
from collections.abc import Iterator
from contextlib import contextmanager

from portail.clamd import Clamd
from tests.pieces.fabrique import EICAR


class _Conversation(socketserver.StreamRequestHandler):
    def handle(self) -> None:
        assert self.rfile.read(len(b"zINSTREAM\0")) == b"zINSTREAM\0"
        recu = b""
        while taille := struct.unpack(">I", self.rfile.read(4))[0]:
            recu += self.rfile.read(taille)
        self.server.recus.append(recu)
        self.wfile.write(self.server.reponse or self._juger(recu))

    @staticmethod
    def _juger(recu: bytes) -> bytes:
        return b"stream: Eicar-Signature FOUND\0" if EICAR in recu else b"stream: OK\0"


class FauxClamd(socketserver.ThreadingTCPServer):
    """`reponse` remplace l'avis ; `recus` : ce qui a été donné à examiner."""

    daemon_threads = True
    allow_reuse_address = True
    reponse = b""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Conversation)
        self.recus: list[bytes] = []

    @property
    def client(self) -> Clamd:
        return Clamd(("127.0.0.1", self.server_address[1]))


@contextmanager
def faux_clamd() -> Iterator[FauxClamd]:
    with FauxClamd() as serveur:
        fil = threading.Thread(target=serveur.serve_forever, args=(0.05,))
        fil.start()
        try:
            yield serveur
        finally:
            serveur.shutdown()
            fil.join()
