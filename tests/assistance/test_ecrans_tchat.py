"""Le tchat entre deux navigateurs : lien coupé, clavier seul, sans JavaScript ; chaque écran lisible par tous."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
import sqlalchemy as sa
from playwright.sync_api import Page, expect

from portail.assistance import fils
from portail.assistance.modeles import Message
from portail.compte.modeles import Compte
from portail.db import db, ecriture
from portail.demande.modeles import Demande
from portail.frequentation import compteur
from portail.guichet.modeles import Guichet
from tests import fabriques
from tests.ecrans.conftest import PortailServi, portail
from tests.guichet.monde import JETON, Monde, entrer, monter
from tests.verificateurs import axe

__all__ = ["portail"]

pytestmark = pytest.mark.navigateur
ANA = "s" * 43


@pytest.fixture
def monde(portail: PortailServi) -> Monde:
    """Ana et l'agent d'accueil ont chacun leur session ; l'horloge est celle du navigateur."""
    portail.app.config["HORLOGE"] = lambda: datetime.now(UTC)
    with portail.app.app_context():
        monde = monter()
        with db.sessionmaker() as session:
            ana = session.get_one(Compte, monde.ana)
            fabriques.connecter(portail.app, portail.app.test_client(), session, ana, ANA)
        entrer(portail.app, portail.app.test_client(), monde.responsable)
    return monde


def connecter(page: Page, portail: PortailServi, jeton: str) -> Page:
    nom = portail.app.extensions["portail"].cookie_session
    page.context.add_cookies([{"name": nom, "value": jeton, "url": portail.url}])
    return page


def ecrits(portail: PortailServi) -> list[str]:
    return [ligne.texte for ligne in portail.lire(sa.select(Message.texte).order_by(Message.id))]


def lus(page: Page) -> list[str]:
    return page.locator(".message > p:first-of-type").all_text_contents()


def au_clavier_jusqu_a(page: Page, nom: str) -> None:
    """Avance d'une touche Tab à la fois jusqu'à l'élément de ce nom accessible ou de cet identifiant."""
    for _ in range(60):
        page.keyboard.press("Tab")
        if page.evaluate(
            "n => [document.activeElement.id, document.activeElement.textContent.trim()].includes(n)", nom
        ):
            return
    raise AssertionError(f"la touche Tab n'atteint pas « {nom} »")


def test_deux_navigateurs_et_un_lien_coupe_rien_de_perdu_rien_en_double(ouvrir_page, surveillance, portail, monde):
    surveillance.tolerer("ERR_FAILED|ERR_CONNECTION|ERR_INTERNET_DISCONNECTED|htmx:error")
    ana, agent = connecter(ouvrir_page(), portail, ANA), connecter(ouvrir_page(), portail, JETON)
    perdues: list[object] = []

    def perdre(route) -> None:
        if route.request.method == "POST" and not perdues:
            perdues.append(route.fetch())  # le serveur a reçu le message, la page ne le saura pas
            route.abort()
        else:
            route.continue_()

    ana.route("**/messages", perdre)
    ana.goto(f"{portail.url}/demandes/{monde.demande_69}/messages")
    au_clavier_jusqu_a(ana, "texte")
    ana.keyboard.type("Où en est mon dossier")
    au_clavier_jusqu_a(ana, "Envoyer le message")
    ana.keyboard.press("Enter")
    expect(ana.locator("#alerte")).to_contain_text("Ce que vous avez écrit reste sur la page")
    expect(ana.locator(".message")).to_have_count(1, timeout=15_000)  # renvoyé de lui-même
    expect(ana.locator("#annonce")).to_contain_text("envoyé")
    expect(ana.locator("#texte")).to_be_focused()
    expect(ana.locator("#texte")).to_have_value("")
    assert (len(perdues), ecrits(portail)) == (1, ["Où en est mon dossier"])

    agent.goto(f"{portail.url}/guichet/questions")
    agent.get_by_role("link", name="Ana Silva").click()
    expect(agent.locator(".message")).to_have_count(1)
    ana.context.set_offline(True)
    agent.get_by_label("Votre réponse à la personne", exact=True).fill("Il avance.")
    agent.get_by_role("button", name="Envoyer la réponse").click()
    expect(agent.locator(".message")).to_have_count(2)
    ana.locator("#texte").fill("Écrit dans le tunnel.")
    au_clavier_jusqu_a(ana, "Envoyer le message")
    ana.keyboard.press("Enter")
    expect(ana.locator("#alerte")).to_contain_text("Le réseau ou le service ne répond pas")
    assert ana.locator("#alerte").bounding_box()["height"] > 40, "la panne se voit, et ne fait pas que s’entendre"
    expect(ana.locator("#alerte")).to_be_in_viewport()
    ana.context.set_offline(False)
    expect(ana.locator(".message")).to_have_count(3, timeout=20_000)
    expect(agent.locator(".message")).to_have_count(3, timeout=20_000)
    expect(ana.locator("#alerte")).to_be_empty()
    expect(agent.locator("#annonce")).to_contain_text("Message de Ana Silva")
    attendus = ["Où en est mon dossier", "Il avance.", "Écrit dans le tunnel."]
    assert (ecrits(portail), lus(ana), lus(agent)) == (attendus, attendus, attendus)


def test_une_zone_agrandie_a_la_souris_ne_fait_pas_recopier_un_style_que_la_page_refuse(page, portail, monde):
    """htmx, s'il « pose » ses fragments, recopie l'attribut `style` de l'ancien élément : la console le dirait."""
    connecter(page, portail, ANA).goto(f"{portail.url}/demandes/{monde.demande_69}/messages")
    zone = page.get_by_label("Votre message", exact=True)
    for agrandir in (True, False):
        zone.scroll_into_view_if_needed()
        cadre = zone.bounding_box()
        coin = (cadre["x"] + cadre["width"] - 5, cadre["y"] + cadre["height"] - 5)
        if agrandir:
            page.mouse.move(*coin)
            page.mouse.down()
            page.mouse.move(coin[0], coin[1] + 60, steps=4)
            page.mouse.up()
            assert "height" in zone.get_attribute("style")
        else:  # un outil qui regarde la page laisse un attribut vide, refusé aussi
            zone.evaluate("zone => { zone.style.color = 'red'; zone.style.color = ''; }")
            assert zone.get_attribute("style") == ""
        zone.fill("Bonjour")
        page.get_by_role("button", name="Envoyer le message").click()
        expect(zone).to_have_value("")
        expect(zone).to_be_focused()


def test_sans_javascript_on_ecrit_on_actualise_on_repond(ouvrir_page, portail, monde):
    ana = connecter(ouvrir_page(java_script_enabled=False), portail, ANA)
    agent = connecter(ouvrir_page(java_script_enabled=False), portail, JETON)
    ana.goto(f"{portail.url}/aide")
    ana.locator("main").get_by_role("link", name="Écrire à un guichet").click()
    ana.get_by_role("link", name="Demande de logement : Villeurbanne").click()
    ana.get_by_label("Votre message", exact=True).fill("Bonjour")
    ana.get_by_role("button", name="Envoyer le message").dblclick()
    expect(ana.locator(".message")).to_have_count(1)
    agent.goto(f"{portail.url}/guichet/questions")
    agent.get_by_role("link", name="Ana Silva").click()
    agent.get_by_label("Réponse toute faite").select_option("bonjour")
    agent.get_by_role("button", name="Insérer dans la réponse").click()
    agent.get_by_role("button", name="Envoyer la réponse").click()
    expect(agent.locator(".message")).to_have_count(2)
    ana.get_by_role("link", name="Actualiser").click()
    expect(ana.locator(".message")).to_have_count(2)
    expect(ana.get_by_text("Votre question est bien arrivée.")).to_be_visible()
    assert len(ecrits(portail)) == 2


def test_de_la_place_pour_repondre_et_confier_se_confirme_le_focus_y_arrive(page, portail, monde):
    with portail.app.app_context(), ecriture() as session:
        demande = session.get_one(Demande, monde.demande_69)
        fil = fils.ouvrir(session, monde.ana, "069", demande, monde.g1, datetime.now(UTC))
        fils.ajouter(session, fil, "Bonjour", "cle", datetime.now(UTC))
        numero = fil.id
    connecter(page, portail, JETON).goto(f"{portail.url}/guichet/questions/{numero}")
    reponse = page.get_by_label("Votre réponse à la personne", exact=True)
    assert reponse.bounding_box()["height"] >= 240, "de quoi écrire plusieurs phrases sans faire défiler"
    page.get_by_role("link", name="Confier à un collègue").click()
    page.get_by_label("À qui").select_option(index=1)
    page.get_by_role("button", name="Confier la question").click()
    expect(page.locator("#fait", has_text="La question est confiée")).to_be_focused()
    assert axe(page, aaa=True) == []


@pytest.mark.parametrize("page", [(1280, 900), (320, 640)], indirect=True, ids=["large", "320px"])
def test_chaque_ecran_est_lisible_par_tous(page, portail, monde, examiner):
    with portail.app.app_context(), ecriture() as session:
        demande = session.get_one(Demande, monde.demande_69)
        fil = fils.ouvrir(session, monde.ana, "069", demande, monde.g1, datetime.now(UTC))
        fils.ajouter(session, fil, "Bonjour.\n\nOù en est mon dossier ?", "cle", datetime.now(UTC))
        session.get_one(Guichet, monde.g1).heures_tchat = "lundi-vendredi 09:00-12:00, 14:00-17:00"
        numero = fil.id

    def ouvrir(adresse: str) -> None:
        page.goto(f"{portail.url}{adresse}")
        examiner(adresse)

    ouvrir("/aide/tchat")
    connecter(page, portail, ANA)
    for adresse in ("/aide", "/aide/tchat", f"/demandes/{monde.demande_69}/messages"):
        ouvrir(adresse)
    page.context.clear_cookies()
    connecter(page, portail, JETON)
    with portail.app.app_context():
        compteur.verser()
    questions = "/guichet/questions"
    for adresse in (questions, f"{questions}/{numero}", f"{questions}/{numero}/confier", "/guichet/frequentation"):
        ouvrir(adresse)
