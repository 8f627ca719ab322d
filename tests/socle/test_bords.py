"""Les bords du site : ce qu'il ne sert pas, ce qu'il ne lit pas, ce qu'une saisie démesurée ne lui coûte pas."""

from __future__ import annotations

import socket
import time
from itertools import product
from urllib.parse import urlsplit

import pytest

from portail.db import db
from tests import fabriques
from tests.fabriques import MOT_DE_PASSE
from tests.navigateur import Navigateur
from tests.serveur import servir

CACHEES = (
    "/.git/HEAD", "/.git/config", "/.env", "/cles.env", "/portail.sqlite", "/setup.cfg", "/wsgi.py", "/instance/",
    "/console", "/metrics", "/status", "/debug", "/admin", "/openapi.json", "/docs/securite.md", "/__debug__/",
)  # fmt: skip
DEMESUREES = ("a" * 50_000 + "!", "1 " * 25_000, "a@" * 25_000, "-" * 50_000, "é\u0301" * 25_000)


@pytest.mark.asvs("13.4.1", "13.4.5")
def test_ni_code_ni_cle_ni_page_de_surveillance(client):
    assert {adresse: client.get(adresse).status_code for adresse in CACHEES} == dict.fromkeys(CACHEES, 404)


@pytest.mark.asvs("15.3.7")
def test_un_identifiant_dans_l_adresse_n_est_pas_lu(app, client):
    with db.sessionmaker() as session:
        fabriques.compte(session)
    saisie = Navigateur(client).ouvrir("/compte/connexion")
    jeton = saisie.saisie(saisie.formulaire())["csrf_token"]
    dans_l_adresse = {"courriel": "ana@exemple.fr", "mot_de_passe": MOT_DE_PASSE}
    reponse = client.post("/compte/connexion", query_string=dans_l_adresse, data={"csrf_token": jeton})
    assert reponse.status_code == 422
    # Répété, le premier vaut : le second ne s'ajoute ni ne remplace.
    deux = {"csrf_token": jeton, "courriel": ["x@exemple.fr", "ana@exemple.fr"], "mot_de_passe": MOT_DE_PASSE}
    assert client.post("/compte/connexion", data=deux).status_code == 422
    assert client.get("/compte").status_code == 303


@pytest.mark.asvs("1.3.12")
def test_une_saisie_demesuree_se_juge_en_moins_d_une_seconde(client):
    """Du temps de calcul de ce fil : la charge de la machine n'y compte pas."""
    lents = []
    for adresse in ("/compte/creer", "/compte/connexion", "/compte/mot-de-passe-oublie", "/aide/mail"):
        page = Navigateur(client).ouvrir(adresse)
        valeurs = page.saisie(page.formulaire()).to_dict()
        for champ, motif in product(set(valeurs) - {"csrf_token"}, DEMESUREES):
            debut = time.thread_time()
            assert client.post(adresse, data={**valeurs, champ: motif}).status_code in {422, 429}, (adresse, champ)
            if time.thread_time() - debut > 1:
                lents.append((adresse, champ, motif[:2]))
    assert lents == []


@pytest.mark.asvs("4.2.1")
@pytest.mark.parametrize(
    ("entetes", "statut"),
    [
        (
            "Content-Length: 3\r\nTransfer-Encoding: chunked",
            b"400 BAD",
        ),  # la longueur ne compte plus : refus faute de jeton
        ("Transfer-Encoding: xchunked", b"501"),
        ("Content-Length: 3\r\nContent-Length: 90", b"400"),
        ("Content-Length: +3", b"400"),
    ],
)
def test_une_requete_aux_bornes_ambigues_n_en_cache_pas_une_seconde(app, entetes, statut):
    """waitress, comme « portail servir » : ce qui est glissé dans un morceau du corps n'est jamais lu comme une requête."""
    glissee = "GET /aide HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n"
    corps = f"{len(glissee):x}\r\n{glissee}\r\n0\r\n\r\n"
    depart = f"POST /compte/connexion HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n{entetes}\r\n\r\n"
    with servir(lambda _url: app.wsgi_app) as serveur:
        adresse = urlsplit(serveur.url)
        with socket.create_connection((adresse.hostname, adresse.port), timeout=5) as prise:
            prise.sendall((depart + corps).encode())
            recu = b""
            while morceau := prise.recv(65536):
                recu += morceau
    assert recu.startswith(b"HTTP/1.1 " + statut)
    assert recu.count(b"HTTP/1.1 ") == 1
    assert not [requete for requete in serveur.requetes if "/aide" in requete]
