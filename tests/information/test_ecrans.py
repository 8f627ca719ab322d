"""Les pages d'information dans un vrai Chromium : valides, accessibles, étroites, au clavier et sans JavaScript."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from playwright.sync_api import Page, expect

from portail import create_app
from portail.db import db
from tests.base_modele import modele_sqlite
from tests.conftest import config_de_test
from tests.examen import debordement
from tests.navigateur import Navigateur
from tests.serveur import servir
from tests.verificateurs import axe, nu

pytestmark = pytest.mark.navigateur

ADRESSES = (
    "/comment-ca-marche",
    "/comment-ca-marche?theme=pieces",
    "/comment-ca-marche?mot=piece idantité",
    "/comment-ca-marche?mot=zorglub",
    "/comment-ca-marche/titre-de-sejour",
    "/aide",
    "/aide?mot=loyer",
    "/aide/mail",
    "/aide/mail/envoye",
    "/suis-je-eligible",
    "/offres-par-commune",
    "/offres-par-commune?commune=saint denis",
    "/offres-par-commune?commune=zzzz",
    "/offres-par-commune/69266",
    "/offres-par-commune/75101",
    "/offres-par-commune/comparer?commune=69266&ajouter=bron",
    "/guichets",
    "/guichets?ou=nimes",
    "/guichets?ou=zzzz",
    "/plan-du-site",
    "/accessibilite",
    "/mentions-legales",
    "/donnees-personnelles",
)


@pytest.fixture
def url(dossier: Path) -> Iterator[str]:
    base = dossier / "portail.sqlite"
    shutil.copyfile(modele_sqlite(), base)
    apps: list[Flask] = []

    def fabrique(adresse: str) -> Flask:
        apps.append(create_app(config_de_test(dossier, f"sqlite:///{base}", adresse), TESTING=True))
        return apps[0]

    with servir(fabrique) as serveur:
        yield serveur.url
    with apps[0].app_context():
        db.engine.dispose()


def repondre(page: Page) -> None:
    page.get_by_label("Commune où vous voulez habiter").fill("Villeurbanne")
    page.get_by_label("Combien d’adultes").fill("1")
    page.get_by_label("Combien de personnes à charge").fill("1")
    page.get_by_label("Votre revenu fiscal de référence").fill("20 000")
    page.get_by_label("Français ou Française").check()
    page.get_by_role("button", name="Voir le résultat").click()


def test_le_html_est_valide(client):
    nav = Navigateur(client)
    pages = {adresse: nav.ouvrir(adresse).reponse.get_data(as_text=True) for adresse in ADRESSES}
    nav.ouvrir("/suis-je-eligible").envoyer({"commune": "Saint-Denis", "adultes": "0"}, "Voir le résultat")
    pages["/suis-je-eligible, refusé"] = nav.reponse.get_data(as_text=True)
    assert nu(pages) == []


@pytest.mark.lent
@pytest.mark.parametrize("largeur", [320, 1280])
def test_axe_ne_trouve_rien_et_rien_ne_deborde(url: str, page: Page, largeur: int):
    page.set_viewport_size({"width": largeur, "height": 800})
    for adresse in ADRESSES:
        page.goto(url + adresse)
        assert axe(page, aaa=True) == [], adresse
        assert debordement(page) <= 0, adresse


def test_le_resultat_et_les_erreurs_du_test_passent_axe(url: str, page: Page):
    page.goto(f"{url}/suis-je-eligible")
    page.get_by_role("button", name="Voir le résultat").click()
    expect(page.locator("#resume")).to_be_focused()
    assert axe(page, aaa=True) == []
    repondre(page)
    expect(page.get_by_role("heading", name="vos revenus ouvrent tous les logements sociaux")).to_be_visible()
    assert axe(page, aaa=True) == []


def test_sans_javascript_on_cherche_et_on_lit(url: str, page_sans_js: Page):
    page = page_sans_js
    page.goto(f"{url}/comment-ca-marche")
    page.get_by_label("Mot-clé").fill("piece idantité")
    page.get_by_role("button", name="Rechercher").click()
    page.get_by_role("link", name="Quelle pièce d’identité fournir").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Quelle pièce d’identité fournir")


def test_sans_javascript_le_test_d_eligibilite_repond(url: str, page_sans_js: Page):
    page_sans_js.goto(f"{url}/suis-je-eligible")
    repondre(page_sans_js)
    expect(page_sans_js.get_by_role("heading", name="vos revenus ouvrent tous les logements sociaux")).to_be_visible()


def test_au_clavier_on_ouvre_un_theme_et_une_question(url: str, page: Page):
    page.goto(f"{url}/comment-ca-marche")
    page.get_by_text("Je joins mes pièces justificatives").focus()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_contain_text("Quel document est obligatoire")


def test_la_bulle_d_aide_s_atteint_au_clavier_et_ne_cache_pas_le_focus(url: str, page: Page):
    page.goto(f"{url}/guichets?ou=69100")
    bulle = page.get_by_role("link", name="J’ai besoin d’aide")
    bulle.focus()
    expect(bulle).to_be_focused()
    page.keyboard.press("Enter")
    expect(page).to_have_url(f"{url}/aide")


def test_a_l_impression_il_reste_les_adresses(url: str, page: Page):
    page.goto(f"{url}/guichets?ou=69100")
    page.emulate_media(media="print")
    expect(page.get_by_text("Mairie – Villeurbanne", exact=True)).to_be_visible()
    expect(page.get_by_role("navigation", name="Menu principal")).to_be_hidden()
    expect(page.get_by_role("button", name="Chercher")).to_be_hidden()


def test_en_couleurs_forcees_une_barre_se_mesure_du_regard(url: str, ouvrir_page):
    """Sur fond noir, la part restait sombre et le reste devenait clair : la barre disait le contraire."""
    page = ouvrir_page(forced_colors="active", color_scheme="dark")
    page.goto(f"{url}/offres-par-commune/69266")
    barre, couleur = page.locator(".barre").first, "(e, nom) => getComputedStyle(e)[nom]"
    assert barre.evaluate(couleur, "fill") == page.locator("body").evaluate(couleur, "color")
    assert barre.evaluate(couleur, "backgroundColor") == "rgba(0, 0, 0, 0)"
