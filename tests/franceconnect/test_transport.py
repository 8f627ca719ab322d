"""Une réponse du fournisseur est bornée en taille et en temps, même servie octet par octet."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from portail.franceconnect.transport import Injoignable, demander


@contextmanager
def au_compte_gouttes(morceau: bytes, pause: float) -> Iterator[str]:
    """Un serveur qui envoie `morceau` toutes les `pause` secondes, sans jamais finir."""
    fin = threading.Event()
    with socket.create_server(("127.0.0.1", 0)) as prise:

        def servir() -> None:
            client, _ = prise.accept()
            with client:
                while not fin.wait(pause):
                    try:
                        client.sendall(morceau)
                    except OSError:
                        return

        fil = threading.Thread(target=servir)
        fil.start()
        yield f"http://127.0.0.1:{prise.getsockname()[1]}/"
        fin.set()
        fil.join(5)


@pytest.mark.parametrize(
    "morceau", [b"H", b"HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\n\r\nx", b""], ids=["en-têtes", "corps", "rien"]
)
def test_le_delai_vaut_pour_la_reponse_entiere(morceau):
    with au_compte_gouttes(morceau, 0.05) as adresse:
        debut = time.monotonic()
        with pytest.raises(Injoignable):
            demander(adresse, delai=0.4)
        assert time.monotonic() - debut < 2


def test_une_reponse_sans_fin_s_arrete_a_la_taille_permise():
    with (
        au_compte_gouttes(b"HTTP/1.1 200 OK\r\n\r\n" + b"x" * 100_000, 0.001) as adresse,
        pytest.raises(Injoignable, match="trop longue"),
    ):
        demander(adresse, delai=5)


def test_personne_n_ecoute():
    with socket.create_server(("127.0.0.1", 0)) as prise:
        port = prise.getsockname()[1]
    with pytest.raises(Injoignable):
        demander(f"http://127.0.0.1:{port}/")
