"""Le parcours FranceConnect dans un vrai navigateur, sans JavaScript aussi : annulé, repris, jusqu'à la déconnexion."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from dataclasses import replace

import pytest
from flask import Flask
from playwright.sync_api import Page, expect

from portail import create_app
from portail.db import db
from tests.base_modele import modele_sqlite
from tests.conftest import config_de_test
from tests.ecrans.conftest import PortailServi
from tests.ecrans.gestes import titre
from tests.examen import Examen
from tests.fabriques import nir
from tests.franceconnect.fournisseurs import port_libre, reglages, vrai_fournisseur
from tests.serveur import servir

pytestmark = pytest.mark.navigateur


@pytest.fixture
def relie(dossier) -> Iterator[PortailServi]:
    """Le portail servi pour de vrai, relié à un vrai fournisseur."""
    base = dossier / "portail.sqlite"
    shutil.copyfile(modele_sqlite(), base)
    franceconnect, apps = reglages(port_libre()), []

    def fabrique(url: str) -> Flask:
        config = replace(config_de_test(dossier, f"sqlite:///{base}", url), franceconnect=franceconnect)
        apps.append(create_app(config, TESTING=True))
        return apps[0]

    with servir(fabrique, fils=6) as serveur, vrai_fournisseur(franceconnect, serveur.url):
        yield PortailServi(serveur.url, apps[0], dossier)
    with apps[0].app_context():
        db.engine.dispose()


def presser(page: Page, bouton: str) -> None:
    page.get_by_role("button", name=bouton, exact=True).click()


@pytest.mark.parametrize(
    ("taille", "javascript"),
    [((1280, 900), True), ((320, 640), True), ((1280, 900), False)],
    ids=["large", "320px", "sans JavaScript"],
)
def test_annule_repris_inscrit_entre_deconnecte(relie, ouvrir_page, surveillance, javascript, taille):
    emetteur = re.escape(relie.app.extensions["portail"].franceconnect.emetteur)
    surveillance.tolerer(rf"hors de l’origine : (GET|POST) {emetteur}/(auth|entrer|session)")
    page = ouvrir_page(taille, java_script_enabled=javascript)
    examiner = Examen(page, javascript=javascript)
    page.goto(f"{relie.url}/compte/creer")
    examiner("création")
    presser(page, "S’identifier avec FranceConnect")
    titre(page, "FranceConnect d’essai")
    presser(page, "Annuler")
    titre(page, "Vous avez arrêté FranceConnect")
    examiner("annulé")
    presser(page, "S’identifier avec FranceConnect")
    presser(page, "Entrer : ana")
    titre(page, "Terminer mon inscription")
    examiner("inscription")
    presser(page, "Créer mon compte")
    expect(page.locator("#resume")).to_contain_text("Numéro de sécurité sociale")
    examiner("inscription en erreur")
    page.get_by_label("Numéro de sécurité sociale").fill(nir("2850369266001"))
    presser(page, "Créer mon compte")
    titre(page, "Ouvrez votre boîte mail")
    page.goto(relie.lien_recu("ana@exemple.fr"))
    presser(page, "Confirmer mon adresse mail")
    titre(page, "J’ai déjà un compte, je me connecte")
    examiner("connexion")
    presser(page, "S’identifier avec FranceConnect")
    presser(page, "Entrer : ana")
    titre(page, "Bonjour Ana !")
    page.get_by_role("link", name="Mon compte").click()
    page.get_by_role("link", name="Relier ou délier FranceConnect").click()
    expect(page.get_by_role("main")).to_contain_text("votre seule façon d’entrer")
    examiner("mon lien")
    presser(page, "Se déconnecter")
    titre(page, "Se déconnecter de FranceConnect")
    page.get_by_role("button", name="Se déconnecter").click()
    titre(page, "J’ai déjà un compte, je me connecte")
    expect(page.get_by_role("main")).to_contain_text("Vous êtes déconnecté(e).")
    page.goto(f"{relie.url}/compte")
    titre(page, "J’ai déjà un compte, je me connecte")
    examiner.finir()
