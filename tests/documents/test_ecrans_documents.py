"""Les pages des documents dans un vrai Chromium : valides, accessibles, étroites, et la vérification de bout en bout."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from bs4 import BeautifulSoup
from flask import Flask
from playwright.sync_api import Page, expect
from pypdfium2 import PdfDocument

from portail import create_app
from portail.db import db
from tests.base_modele import modele_sqlite
from tests.conftest import config_de_test
from tests.documents.conftest import Dossier, commencer, remplir_avec_annexe
from tests.examen import debordement
from tests.fabriques import INSTANT
from tests.serveur import servir
from tests.verificateurs import axe, nu

DOCUMENTS = ("attestation", "formulaire", "fiche", "annexe-handicap")
JETON = "s" * 43


@dataclass
class Servi:
    url: str
    dossier: Dossier

    def page(self, document: str) -> str:
        return f"{self.url}/demandes/{self.dossier.demande_id}/{document}"

    def connecter(self, page: Page) -> None:
        nom = self.dossier.app.extensions["portail"].cookie_session
        page.context.add_cookies([{"name": nom, "value": JETON, "url": self.url}])


@pytest.fixture
def servi(dossier: Path) -> Iterator[Servi]:
    base = dossier / "portail.sqlite"
    shutil.copyfile(modele_sqlite(), base)
    apps: list[Flask] = []

    def fabrique(url: str) -> Flask:
        config = config_de_test(dossier, f"sqlite:///{base}", url)
        apps.append(create_app(config, HORLOGE=lambda: INSTANT, TESTING=True))
        return apps[0]

    with servir(fabrique) as serveur:
        ouvert = commencer(apps[0], remplir_avec_annexe, jeton=JETON)
        ouvert.deposer()
        ouvert.enregistrer()
        yield Servi(serveur.url, ouvert)
    with apps[0].app_context():
        db.engine.dispose()


def test_le_html_est_valide(app: Flask) -> None:
    dossier = commencer(app, remplir_avec_annexe)
    dossier.deposer()
    dossier.enregistrer()
    pages = {document: dossier.lire(document).text for document in DOCUMENTS}
    code = re.search(r"Code\s:\s([A-Z0-9-]{19})", pages["attestation"]).group(1)
    for adresse in ("/verifier", "/verifier?code=abc", f"/verifier/{code}", "/verifier/ABCD"):
        pages[adresse] = dossier.app.test_client().get(adresse, base_url="http://127.0.0.1").text
    assert "Valable" in pages[f"/verifier/{code}"]
    for tableau in BeautifulSoup(pages["attestation"], "html.parser").find_all("table"):
        assert tableau["aria-label"] == tableau.find_previous("h3").get_text(), "qui le parcourt sait lequel c’est"
        assert all(rangee.find("th", scope="row") for rangee in tableau.select("tbody tr"))
    assert nu(pages) == []


@pytest.mark.navigateur
@pytest.mark.parametrize("largeur", [320, 1280])
def test_axe_ne_trouve_rien_et_rien_ne_deborde(servi: Servi, page: Page, largeur: int) -> None:
    page.set_viewport_size({"width": largeur, "height": 800})
    page.goto(f"{servi.url}/verifier")
    servi.connecter(page)
    adresses = [servi.page(document) for document in DOCUMENTS]
    adresses += [f"{servi.url}/verifier", f"{servi.url}/verifier/ABCD"]
    for adresse in adresses:
        page.goto(adresse)
        assert axe(page, aaa=True) == [], adresse
        assert debordement(page) <= 0, adresse


@pytest.mark.navigateur
def test_au_telephone_un_tableau_de_pieces_ne_coupe_pas_les_mots(servi: Servi, page: Page) -> None:
    page.set_viewport_size({"width": 320, "height": 740})
    page.goto(f"{servi.url}/verifier")
    servi.connecter(page)
    page.goto(servi.page("attestation"))
    coupes = page.evaluate("""() => [...document.querySelectorAll('table :is(th, td)')].flatMap((cellule) => {
        const texte = cellule.firstChild, mots = texte.data.split(/[\\s-]+/), etendue = document.createRange();
        return mots.filter((mot) => {
            const debut = texte.data.indexOf(mot);
            etendue.setStart(texte, debut); etendue.setEnd(texte, debut + mot.length);
            return etendue.getClientRects().length > 1;
        });
    })""")
    assert coupes == []


@pytest.mark.navigateur
def test_imprimee_l_attestation_commence_sur_sa_premiere_feuille(servi: Servi, page: Page) -> None:
    page.goto(f"{servi.url}/verifier")
    servi.connecter(page)
    page.goto(servi.page("attestation"))
    feuilles = [feuille.get_textpage().get_text_bounded() for feuille in PdfDocument(page.pdf(format="A4"))]
    assert "Numéro unique" in feuilles[0]
    assert not any(mots in "".join(feuilles) for mots in ("Retour à mes demandes", "Télécharger en PDF"))


@pytest.mark.navigateur
def test_on_lit_son_attestation_on_la_telecharge_et_un_autre_la_verifie(servi: Servi, page: Page) -> None:
    page.goto(f"{servi.url}/verifier")
    servi.connecter(page)
    page.goto(servi.page("attestation"))
    expect(page.get_by_role("heading", level=1)).to_have_text("Attestation d’enregistrement")
    expect(page.get_by_role("img", name="Code QR")).to_be_visible()
    with page.expect_download() as attente:
        page.get_by_role("link", name="Télécharger en PDF").click()
    assert attente.value.suggested_filename == "attestation.pdf"
    assert Path(attente.value.path()).read_bytes().startswith(b"%PDF-1.7")
    code = page.get_by_text(re.compile("Code\\s:")).inner_text().split()[-1]
    page.context.clear_cookies()
    page.goto(f"{servi.url}/verifier")
    saisie = page.get_by_label("Code de vérification")
    saisie.fill(code[:-1])
    page.get_by_role("button", name="Vérifier").click()
    expect(page.locator("#resume")).to_be_focused()
    assert axe(page, aaa=True) == []
    page.get_by_label("Code de vérification").fill(code.lower().replace("-", " "))
    page.get_by_role("button", name="Vérifier").click()
    expect(page.get_by_text("24 novembre 2027")).to_be_visible()
    assert page.url.endswith(f"/verifier/{code}")
    assert axe(page, aaa=True) == []


@pytest.mark.navigateur
def test_sans_javascript_la_verification_marche(servi: Servi, page_sans_js: Page) -> None:
    page_sans_js.goto(f"{servi.url}/verifier")
    page_sans_js.get_by_label("Code de vérification").fill("K7RW-2MHT-9QXB-4FDU")
    page_sans_js.get_by_role("button", name="Vérifier").click()
    expect(page_sans_js.get_by_text("Inconnue")).to_be_visible()
