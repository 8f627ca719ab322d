"""Copies du site : ce qui aide une personne à ne pas s'y tromper, et ce qui gêne qui copie."""

from __future__ import annotations

import re
from datetime import timedelta
from urllib.parse import urlsplit

import pytest

from portail import courriel
from portail.db import db
from tests.compte.gestes import courriels
from tests.fabriques import compte
from tests.maison.depot import fichiers
from tests.navigateur import Navigateur
from tests.socle.applications import ouvrir

pytestmark = pytest.mark.menace("T16")

COURRIELS = fichiers("templates/courriels", ".txt")
LIGNES = 30
# Ce qu'un message ne fait jamais demander : la personne doit pouvoir se dire « celui-ci est faux ».
DEMANDES = re.compile(
    r"(répondez|renvoyez|écrivez|envoyez|donnez|communiquez)[^.]{0,60}"
    r"(mot de passe|numéro de sécurité sociale|carte bancaire)",
    re.I,
)


@pytest.mark.parametrize("chemin", COURRIELS, ids=lambda c: c.stem)
def test_un_courriel_est_court_en_texte_seul_et_ne_demande_aucun_secret(chemin):
    texte = chemin.read_text(encoding="utf-8")
    assert len(texte.splitlines()) <= LIGNES
    assert not re.search(r"<\w|https?:|www\.", texte), "ni HTML, ni adresse écrite : le lien vient du code"
    assert not DEMANDES.search(texte)


def test_chaque_message_finit_par_la_seule_adresse_du_site(dossier, horloge):
    with ouvrir(dossier, horloge, url="https://logement.ville.fr") as app, app.test_request_context():
        corps = courriel.composer("confirmer", lien=f"{courriel.config_url()}/compte/confirmer/x")
    assert corps.splitlines()[-1] == (
        "Notre seule adresse\u00a0: logement.ville.fr. Aucun de nos messages ne demande votre mot de passe."
    )
    assert {urlsplit(lien).netloc for lien in re.findall(r"https?://\S+", corps)} == {"logement.ville.fr"}


def test_aucun_lien_de_courriel_ne_vient_de_l_en_tete_host(app, client):
    with db.sessionmaker() as session:
        compte(session)
    nav = Navigateur(client).ouvrir("/compte/mot-de-passe-oublie")
    jeton = nav.page.find(attrs={"name": "csrf_token"})["value"]
    pirate = {"X-Forwarded-Host": "copie.test", "Origin": "http://127.0.0.1"}
    client.post("/compte/mot-de-passe-oublie", data={"csrf_token": jeton, "courriel": "ana@exemple.fr"}, headers=pirate)
    liens = re.findall(r"https?://\S+", courriels(app)[-1].get_content())
    assert liens
    assert {urlsplit(lien).netloc for lien in liens} == {"127.0.0.1"}


def test_security_txt_dit_a_qui_signaler_et_l_adresse_du_vrai_site(dossier, horloge):
    with ouvrir(dossier, horloge, url="https://logement.ville.fr") as app:
        reponse = app.test_client().get("/.well-known/security.txt")
    assert (reponse.status_code, reponse.mimetype) == (200, "text/plain")
    champs = dict(ligne.split(": ", 1) for ligne in reponse.text.splitlines())
    assert champs["Contact"] == "mailto:aide@portail.test"
    assert champs["Canonical"] == "https://logement.ville.fr/.well-known/security.txt"
    assert champs["Expires"] == f"{horloge() + timedelta(days=180):%Y-%m-%d}T00:00:00Z"


def test_une_copie_ne_peut_ni_encadrer_le_site_ni_lui_faire_envoyer_un_formulaire(app, client):
    regles = client.get("/compte/connexion").headers["Content-Security-Policy"]
    assert "frame-ancestors 'none'" in regles
    assert "form-action 'self'" in regles
    assert client.get("/compte/connexion", headers={"Host": "copie.test"}).status_code == 400
    ailleurs = {"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "navigate", "Sec-Fetch-Dest": "document"}
    assert client.post("/compte/connexion", data={"courriel": "a@b.fr"}, headers=ailleurs).status_code == 400
