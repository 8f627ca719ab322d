"""Au téléphone : l'en-tête laisse la place à la page, le menu s'ouvre sans JavaScript, rien ne se dit deux fois."""

from __future__ import annotations

from itertools import pairwise

import pytest
import sqlalchemy as sa
from playwright.sync_api import Page, expect

from portail.db import db
from portail.demande.modeles import Coordonnees
from tests.ecrans.gestes import enregistre, ouvrir_l_etape, repondre, se_connecter_ici
from tests.examen import debordement
from tests.verificateurs import axe

pytestmark = pytest.mark.navigateur

TELEPHONE, BUREAU = (360, 740), (1280, 900)
MENU = ("Créer une demande", "Gérer ma demande", "Comment ça marche ?", "Suis-je éligible ?", "Offres par commune")


def liens_du_menu(page: Page):
    menu = page.get_by_role("navigation", name="Menu principal")
    return [menu.get_by_role("link", name=nom) for nom in MENU]


def test_le_menu_se_replie_et_s_ouvre_sans_javascript(ouvrir_page, portail, ana):
    page = ouvrir_page(TELEPHONE, java_script_enabled=False)
    page.goto(f"{portail.url}/demandes/{ana}/etapes/motifs")
    se_connecter_ici(page)
    assert page.locator("header").bounding_box()["height"] <= 140
    expect(page.get_by_role("link", name="Mon compte")).to_be_visible()
    for lien in liens_du_menu(page):
        expect(lien).to_be_hidden()
    page.locator("summary", has_text="Menu").click()
    for lien in liens_du_menu(page):
        expect(lien).to_be_visible()
    page.get_by_role("button", name="Se déconnecter").click()
    expect(page.get_by_role("link", name="Mon compte")).to_have_count(0)


@pytest.mark.parametrize("largeur", [320, 360])
def test_le_menu_ouvert_passe_axe_et_ne_deborde_pas(ouvrir_page, portail, ana, largeur):
    page = ouvrir_page((largeur, 740))
    ouvrir_l_etape(page, portail, ana, "motifs")
    page.locator("summary", has_text="Menu").click()
    expect(page.get_by_role("navigation", name="Menu principal")).to_be_visible()
    assert axe(page, aaa=True) == []
    assert debordement(page) <= 0


def test_a_l_accueil_le_menu_est_deja_ouvert(ouvrir_page, portail):
    """C'est la page d'où l'on part : tout s'y voit."""
    page = ouvrir_page(TELEPHONE)
    page.goto(f"{portail.url}/")
    for lien in [*liens_du_menu(page), page.get_by_role("link", name="Me connecter", exact=True)]:
        expect(lien).to_be_visible()


@pytest.mark.parametrize("largeur", [768, 1280])
def test_a_cote_du_telephone_le_menu_est_a_plat(ouvrir_page, portail, ana, largeur):
    page = ouvrir_page((largeur, 900))
    ouvrir_l_etape(page, portail, ana, "motifs")
    expect(page.locator("summary", has_text="Menu")).to_be_hidden()
    for lien in liens_du_menu(page):
        expect(lien).to_be_visible()
    assert page.locator("header").bounding_box()["height"] <= (120 if largeur == 1280 else 170)


@pytest.mark.parametrize(("largeur", "nombre"), [(320, 4), (360, 4), (768, 8), (1280, 8)])
def test_au_clavier_l_en_tete_se_parcourt_dans_l_ordre_vu(ouvrir_page, portail, ana, largeur, nombre):
    page = ouvrir_page((largeur, 740))
    ouvrir_l_etape(page, portail, ana, "motifs")
    dans_l_ordre_vu(page, nombre)
    menu = page.locator("summary", has_text="Menu")
    if menu.is_visible():
        menu.click()
        dans_l_ordre_vu(page, nombre + len(MENU))


def dans_l_ordre_vu(page: Page, nombre: int) -> None:
    """Chaque arrêt est à droite du précédent, sur la même ligne, ou plus bas."""
    arrets = [e.bounding_box() for e in page.locator("header :is(a, button, summary)").all() if e.is_visible()]
    assert len(arrets) == nombre
    for avant, apres in pairwise(arrets):
        saut = apres["y"] - avant["y"]
        demi = avant["height"] / 2
        assert saut > demi or (abs(saut) <= demi and apres["x"] > avant["x"]), (avant, apres)


@pytest.mark.parametrize("taille", [TELEPHONE, BUREAU], ids=["téléphone", "bureau"])
def test_le_numero_de_l_etape_se_voit_et_se_dit_une_fois(ouvrir_page, portail, ana, taille):
    page = ouvrir_page(taille)
    ouvrir_l_etape(page, portail, ana, "demandeurs")
    numero = "Étape 2 sur 9"
    visibles = [e for e in page.get_by_text(numero).all() if e.is_visible()]
    assert len(visibles) == 1
    assert page.locator("body").aria_snapshot().count(numero) == 1


def test_une_page_introuvable_n_offre_l_aide_qu_une_fois(ouvrir_page, portail):
    page = ouvrir_page(TELEPHONE)
    page.goto(f"{portail.url}/n-existe-pas")
    expect(page.get_by_role("link", name="J’ai besoin d’aide")).to_have_count(1)


def test_quitter_vite_ne_touche_ni_le_titre_ni_le_resume_des_erreurs(ouvrir_page, portail, ana):
    page = ouvrir_page(TELEPHONE)
    ouvrir_l_etape(page, portail, ana, "motifs")
    page.goto(f"{portail.url}/demandes/{ana}/verifier")
    page.get_by_role("button", name="Soumettre ma demande").click()
    expect(page.locator("#resume")).to_be_focused()
    bouton, resume = page.locator(".quitter button").bounding_box(), page.locator("#resume").bounding_box()
    assert bouton["y"] + bouton["height"] + 6 <= resume["y"]  # le contour du focus compris


@pytest.mark.parametrize("adresse", ["/aide", "/guichets", "/offres-par-commune", "/comment-ca-marche"])
def test_ce_qu_on_cherche_tient_dans_sa_case(ouvrir_page, portail, adresse):
    page = ouvrir_page(TELEPHONE)
    page.goto(portail.url + adresse)
    assert (
        page.locator(".recherche input[type=text], .recherche input:not([type])").first.bounding_box()["width"] >= 200
    )


def test_les_liens_seuls_sur_leur_ligne_se_touchent_du_doigt(ouvrir_page, portail, ana):
    page = ouvrir_page(TELEPHONE)
    ouvrir_l_etape(page, portail, ana, "logement-actuel")
    repondre(page, "Surface", "douze")
    enregistre(page)
    page.goto(f"{portail.url}/demandes/{ana}/verifier")
    assert page.get_by_role("link", name="À corriger : Surface").bounding_box()["height"] >= 44
    for adresse in ("pieces/ID", "evenements"):
        page.goto(f"{portail.url}/demandes/{ana}/{adresse}")
        assert page.locator(".repere a").bounding_box()["height"] >= 44, adresse


def test_une_longue_adresse_mail_ne_fait_pas_deborder_le_recapitulatif(ouvrir_page, portail, ana):
    longue = "mariefernandesdossantos1985@agglomeration.fr"
    with portail.app.app_context(), db.sessionmaker() as session, session.begin():
        session.scalars(sa.select(Coordonnees)).one().courriel = longue
    page = ouvrir_page((320, 740))
    ouvrir_l_etape(page, portail, ana, "motifs")
    page.goto(f"{portail.url}/demandes/{ana}/verifier")
    expect(page.get_by_text(longue)).to_be_visible()
    assert debordement(page) <= 0
