"""Le parcours entier dans un vrai navigateur, avec l'authentificateur virtuel de Chromium : ajouter, sortir, entrer."""

from __future__ import annotations

import shutil
from collections.abc import Iterator

import pytest
from flask import Flask
from playwright.sync_api import expect

from portail import create_app
from portail.db import db
from tests import fabriques
from tests.base_modele import modele_sqlite
from tests.conftest import config_de_test
from tests.ecrans.conftest import PortailServi
from tests.ecrans.gestes import titre
from tests.serveur import servir

pytestmark = pytest.mark.navigateur
APPAREIL = {
    "protocol": "ctap2", "transport": "internal", "hasResidentKey": True, "hasUserVerification": True,
    "isUserVerified": True, "automaticPresenceSimulation": True,
}  # fmt: skip


@pytest.fixture
def nomme(dossier) -> Iterator[PortailServi]:
    """Le portail servi à une adresse qui a un nom, avec le compte d'Ana."""
    base = dossier / "portail.sqlite"
    shutil.copyfile(modele_sqlite(), base)
    apps = []

    def fabrique(url: str) -> Flask:
        adresse = url.replace("127.0.0.1", "localhost")
        apps.append(create_app(config_de_test(dossier, f"sqlite:///{base}", adresse), TESTING=True))
        with apps[0].app_context(), db.sessionmaker() as session:
            fabriques.compte(session)
        return apps[0]

    with servir(fabrique, fils=6) as serveur:
        yield PortailServi(serveur.url.replace("127.0.0.1", "localhost"), apps[0], dossier)
    with apps[0].app_context():
        db.engine.dispose()


def test_ajouter_sortir_entrer(nomme, page, examiner):
    cdp = page.context.new_cdp_session(page)
    cdp.send("WebAuthn.enable")
    appareil = cdp.send("WebAuthn.addVirtualAuthenticator", {"options": APPAREIL})["authenticatorId"]
    page.goto(f"{nomme.url}/compte/connexion")
    page.get_by_label("Identifiant (adresse mail)").fill("ana@exemple.fr")
    page.get_by_label("Mot de passe", exact=True).fill(fabriques.MOT_DE_PASSE)
    page.get_by_role("button", name="Me connecter", exact=True).click()
    titre(page, "Bonjour Ana !")
    page.goto(f"{nomme.url}/compte/cles")
    page.get_by_role("link", name="Ajouter une clé d’accès").click()
    page.get_by_label("Nom de la clé").fill("Mon téléphone")
    examiner("ajouter")
    page.get_by_role("button", name="Ajouter une clé d’accès").click()
    titre(page, "Mes clés d’accès")
    expect(page.get_by_role("main")).to_contain_text("Mon téléphone")
    examiner("mes clés")
    assert len(cdp.send("WebAuthn.getCredentials", {"authenticatorId": appareil})["credentials"]) == 1

    page.get_by_role("button", name="Se déconnecter").click()
    titre(page, "J’ai déjà un compte, je me connecte")
    examiner("connexion")
    # La personne ne se fait pas reconnaître : rien ne change, la page le dit, le bouton sert encore.
    cdp.send("WebAuthn.setUserVerified", {"authenticatorId": appareil, "isUserVerified": False})
    entrer = page.get_by_role("button", name="Entrer avec une clé d’accès")
    entrer.click()
    expect(page.locator("[data-cle-refus]")).to_contain_text("Rien n’a changé")
    expect(page.locator("#alerte")).to_contain_text("Rien n’a changé")
    cdp.send("WebAuthn.setUserVerified", {"authenticatorId": appareil, "isUserVerified": True})
    entrer.click()
    titre(page, "Bonjour Ana !")
    assert page.evaluate("localStorage.length + sessionStorage.length") == 0
