"""Le serveur de test : répond dès l'ouverture, dit ce qui a échoué, ne laisse rien derrière lui."""

from __future__ import annotations

import gc
import os
import socket
import threading
import urllib.error
import urllib.request

import pytest

from tests.serveur import _reveiller, servir


def bonjour(_environ, start_response):
    start_response("200 OK", [("Content-Type", "text/plain; charset=utf-8")])
    return [b"bonjour"]


def lire(url: str) -> str:
    with urllib.request.urlopen(url, timeout=10) as reponse:
        return reponse.read().decode()


def test_repond_des_l_ouverture_et_compte_les_requetes():
    with servir(lambda url: bonjour) as serveur:
        assert lire(f"{serveur.url}/la") == "bonjour"
        assert serveur.requetes == ["GET /la 200"]


def test_la_fabrique_connait_l_adresse():
    vues = []

    def fabrique(url):
        vues.append(url)
        return bonjour

    with servir(fabrique) as serveur:
        assert vues == [serveur.url]


def test_deux_serveurs_a_la_fois():
    with servir(lambda url: bonjour) as un, servir(lambda url: bonjour) as deux:
        assert un.url != deux.url
        assert lire(un.url) == lire(deux.url) == "bonjour"


def test_apres_l_arret_le_port_est_rendu_et_aucun_fil_ne_reste():
    avant = set(threading.enumerate())
    with servir(lambda url: bonjour) as serveur:
        port = int(serveur.url.rsplit(":", 1)[1])
        garde = socket.create_connection(("127.0.0.1", port))
        garde.sendall(b"GET / HTTP/1.1\r\nHost: x\r\n\r\n")
        assert garde.recv(15) == b"HTTP/1.1 200 OK"
    garde.close()
    gc.collect()  # une prise oubliée lèverait un ResourceWarning, donc une erreur
    assert set(threading.enumerate()) == avant
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection(("127.0.0.1", port))


def test_une_exception_de_l_application_fait_echouer_le_test():
    def cassee(_environ, _start_response):
        raise ValueError("cassée")

    def demander():
        with servir(lambda url: cassee) as serveur:
            with pytest.raises(urllib.error.HTTPError, match="500") as echec:
                lire(serveur.url)
            echec.value.close()

    with pytest.raises(AssertionError, match="cassée"):
        demander()


def test_une_fabrique_en_echec_rend_le_port():
    def impossible(url):
        raise ValueError("réglage manquant")

    with pytest.raises(ValueError, match="réglage manquant"), servir(impossible):
        pass
    gc.collect()


def test_les_requetes_en_cours_finissent_avant_l_arret():
    entree, sortie = threading.Event(), threading.Event()
    lu = []

    def lente(environ, start_response):
        entree.set()
        sortie.wait(10)
        return bonjour(environ, start_response)

    with servir(lambda url: lente) as serveur:
        client = threading.Thread(target=lambda: lu.append(lire(serveur.url)))
        client.start()
        assert entree.wait(10)
        sortie.set()
    client.join(10)
    assert lu == ["bonjour"]


def test_un_reveil_deja_en_route_peut_fermer_la_boucle_avant_le_notre():
    """waitress vide sa liste au premier réveil venu : le tube est alors fermé avant qu'on y écrive."""
    lecture, ecriture = os.pipe()

    class Devance:
        trigger = ecriture
        thunks: list = []

        @property
        def lock(self):
            return self

        def __enter__(self):
            return self

        def __exit__(self, *_erreur):
            for tache in self.thunks:
                tache()

    def fermer():
        os.close(lecture)
        os.close(ecriture)

    _reveiller(Devance(), fermer)
    with pytest.raises(OSError, match="Bad file descriptor"):
        os.fstat(ecriture)
