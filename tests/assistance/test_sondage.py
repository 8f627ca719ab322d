"""Sonder un fil : presque gratuit, jamais une activité, et la session finie se dit sans quitter la page."""

from __future__ import annotations

import socket
from urllib.parse import urlsplit

import pytest
import sqlalchemy as sa
from bs4 import BeautifulSoup

from portail.assistance.modeles import Fil
from portail.compte.modeles import SessionOuverte
from portail.db import db
from portail.guichet.modeles import ActeJournal
from tests.assistance.test_fil import ecrire, messages, question
from tests.guichet.gestes import presser
from tests.guichet.lecture import lire, objets
from tests.serveur import servir

OCTETS = 200
HTMX = {"HX-Request": "true"}


@pytest.fixture
def sonde(monde, ana):
    """L'adresse que sonde la page d'Ana, et de quoi l'appeler."""
    ecrire(ana, monde, "Bonjour")
    ana.ouvrir(f"/demandes/{monde.demande_69}/messages")
    return ana.page.select_one("#sonde")["data-hx-get"]


def test_rien_de_neuf_se_repond_sans_corps(ana, sonde):
    reponse = ana.client.get(sonde, headers=HTMX)
    assert (reponse.status_code, reponse.data) == (304, b"")
    assert dict(reponse.headers) == {
        "Cache-Control": "no-store",
        "X-Content-Type-Options": "nosniff",
        "Cross-Origin-Resource-Policy": "same-origin",
    }


def test_un_sondage_au_repos_tient_en_200_octets_sur_le_fil(app, ana, sonde):
    cookie = ana.client.get_cookie(app.extensions["portail"].cookie_session, domain="127.0.0.1")
    with servir(lambda _url: app) as serveur:
        port = urlsplit(serveur.url).port
        with socket.create_connection(("127.0.0.1", port), timeout=5) as prise:
            prise.sendall(
                f"GET {sonde} HTTP/1.1\r\nHost: 127.0.0.1\r\nHX-Request: true\r\nAccept-Encoding: br\r\n"
                f"Cookie: {cookie.key}={cookie.value}\r\n\r\n".encode()
            )
            recu = b""
            while b"\r\n\r\n" not in recu:
                morceau = prise.recv(4096)
                assert morceau, recu
                recu += morceau
    assert recu.startswith(b"HTTP/1.1 304")
    assert len(recu) <= OCTETS, recu


def test_un_nouveau_message_arrive_et_se_dit(monde, ana, naviguer, sonde):
    presser(question(naviguer(monde.accueil)), "Envoyer la réponse", texte="Nous regardons.")
    reponse = ana.client.get(sonde, headers=HTMX)
    assert reponse.status_code == 200
    assert "Message de Mairie 69266\u00a0: Nous regardons." in reponse.text
    page = BeautifulSoup(reponse.text, "html.parser")
    assert [li.p.text for li in page.select(".message")] == ["Bonjour", "Nous regardons."]
    suite = page.select_one("#sonde")["data-hx-get"]
    assert suite != sonde
    assert ana.client.get(suite, headers=HTMX).status_code == 304


def test_au_repos_le_rythme_ralentit_sans_rien_annoncer(ana, sonde, horloge):
    assert sonde.endswith("-5")
    horloge.avancer(minutes=11)
    reponse = ana.client.get(sonde, headers=HTMX)
    assert reponse.status_code == 200
    assert "every 20s" in reponse.text
    assert "Message de" not in reponse.text


def test_sonder_ne_prolonge_pas_la_session_et_sa_fin_se_dit_une_fois(ana, sonde, horloge):
    vue = lire(sa.select(SessionOuverte.vue_le))
    for _ in range(3):
        horloge.avancer(minutes=9)
        ana.client.get(sonde, headers=HTMX)
    assert lire(sa.select(SessionOuverte.vue_le)) == vue
    horloge.avancer(minutes=9)
    reponse = ana.client.get(sonde, headers=HTMX)
    page = BeautifulSoup(reponse.text, "html.parser")
    assert reponse.status_code == 200
    assert "Votre session s’est fermée" in reponse.text
    assert not page.select_one("#sonde").has_attr("data-hx-get"), "le sondage s'arrête"
    assert "Bonjour" not in reponse.text


def test_ce_qui_est_ecrit_apres_la_fin_de_session_attend_la_reconnexion(monde, ana, sonde, horloge):
    saisie = ana.saisie(ana.page.select_one("#ecrire form"))
    saisie["texte"] = "Écrit trop tard"
    horloge.avancer(minutes=40)
    adresse, chez_nous = f"/demandes/{monde.demande_69}/messages", {"Sec-Fetch-Site": "same-origin"}
    reponse = ana.client.post(adresse, data=saisie, headers=chez_nous, follow_redirects=True)
    assert "ce que vous aviez écrit vous attend" in reponse.text
    assert messages() == ["Bonjour"]


def test_le_fil_d_une_autre_personne_ne_se_sonde_pas(monde, naviguer, sonde, app):
    from tests import fabriques

    client = app.test_client()
    with db.sessionmaker() as session:
        zoe = fabriques.compte(session, "zoe@exemple.fr", nir=None)
        fabriques.connecter(app, client, session, zoe, "z" * 43)
    assert client.get(sonde, headers=HTMX).status_code == 404


def test_le_sondage_d_un_agent_ne_s_inscrit_pas_a_chaque_tour(monde, ana, naviguer, sonde):
    agent = question(naviguer(monde.accueil))
    sienne = agent.page.select_one("#sonde")["data-hx-get"]
    for _ in range(5):
        assert agent.client.get(sienne, headers=HTMX).status_code == 304
    [fil] = lire(sa.select(Fil))
    assert objets(ActeJournal.LECTURE) == [f"question {fil.id}"]


def test_sans_javascript_l_adresse_du_sondage_mene_a_la_page(monde, ana, sonde):
    reponse = ana.client.get(sonde)
    assert (reponse.status_code, reponse.location) == (303, f"/demandes/{monde.demande_69}/messages")
