"""La vie d'une demande dans Chromium, côté personne et côté guichet : axe AAA, Nu, 320 px, et tout sans JavaScript."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from playwright.sync_api import Page, expect

from portail.compte.modeles import Compte
from portail.db import db
from portail.demande.modeles import Demande
from portail.guichet import vie
from portail.guichet.modeles import Agent
from tests import fabriques
from tests.ecrans.conftest import PortailServi, portail
from tests.ecrans.gestes import titre
from tests.guichet.enregistrees import enregistrer
from tests.guichet.monde import JETON, Monde, entrer, guichet, monter

__all__ = ["portail"]

pytestmark = pytest.mark.navigateur
RAISON = "Trois courriers restés sans réponse."


@pytest.fixture
def monde(portail: PortailServi) -> Monde:
    """La demande d'Ana dans le Rhône, enregistrée, à renouveler dans trois semaines ; un message du guichet l'attend."""
    portail.app.config["HORLOGE"] = lambda: datetime.now(UTC)
    with portail.app.app_context():
        monde = monter()
        enregistrer(monde.demande_69, monde.instructeur)
        presenter(monde, datetime.now(UTC).date() - timedelta(days=345))
        with db.sessionmaker() as session:
            guichet(session, "69123", nom="Mairie de Lyon")
            demande, agent = session.get_one(Demande, monde.demande_69), session.get_one(Agent, monde.instructeur)
            vie.ecrire(session, demande, "Passez nous voir avec votre bail.", agent, datetime.now(UTC))
            session.commit()
        return monde


def presenter(monde: Monde, jour: date) -> None:
    with db.sessionmaker() as session, session.begin():
        demande = session.get_one(Demande, monde.demande_69)
        demande.presentee_le = jour
        demande.deposee_le = datetime(jour.year, jour.month, jour.day, 10, tzinfo=UTC)


def radier(portail: PortailServi, monde: Monde, motif: str) -> None:
    with portail.app.app_context(), db.sessionmaker() as session, session.begin():
        demande = session.get_one(Demande, monde.demande_69)
        demande.radiee_le, demande.motif_radiation = datetime.now(UTC), motif


def connecter(page: Page, portail: PortailServi, monde: Monde, qui: str) -> None:
    with portail.app.app_context():
        client = portail.app.test_client()
        if qui == "ana":
            with db.sessionmaker() as session:
                fabriques.connecter(portail.app, client, session, session.get_one(Compte, monde.ana), JETON)
        else:
            entrer(portail.app, client, getattr(monde, qui))
    nom = portail.app.extensions["portail"].cookie_session
    page.context.add_cookies([{"name": nom, "value": JETON, "url": portail.url}])


LARGEURS = pytest.mark.parametrize("page", [(1280, 900), (320, 640)], indirect=True, ids=["large", "320px"])


@LARGEURS
def test_les_pages_de_la_personne(page, portail, monde, examiner):
    connecter(page, portail, monde, "ana")
    racine = f"{portail.url}/demandes/{monde.demande_69}"
    page.goto(f"{portail.url}/demandes")
    examiner("tableau, à renouveler")
    page.goto(f"{racine}/messages")
    examiner("messages")
    page.get_by_role("button", name="J’ai lu ces messages").click()
    expect(page.get_by_role("button", name="J’ai lu ces messages")).to_have_count(0)
    page.goto(f"{racine}/renouveler")
    examiner("renouveler")
    page.get_by_role("button", name="Renouveler ma demande").click()
    expect(page.locator("#resume")).to_be_focused()
    examiner("renouveler en erreur")
    page.get_by_role("button", name="Mettre à jour, puis renouveler").click()
    titre(page, "Informations générales")
    examiner("étape, identité verrouillée")
    page.goto(f"{racine}/etapes/demandeurs")
    page.get_by_label("Téléphone portable").fill("06 99 88 77 66")
    page.get_by_role("button", name="Poursuivre plus tard").click()
    page.wait_for_url(lambda adresse: "/etapes/" not in adresse)  # enregistré : sinon la page suivante coupe l’envoi
    page.goto(f"{racine}/renouveler")
    examiner("renouveler, mise à jour ouverte")
    page.goto(f"{racine}/mise-a-jour/effacer")
    examiner("effacer")
    page.goto(f"{racine}/verifier")
    examiner("vérifier, ce qui change")
    page.get_by_label("J’atteste sur l’honneur").check()
    page.get_by_role("button", name="Soumettre ma demande").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Votre demande est renouvelée")
    examiner("renouvelée")
    page.goto(f"{racine}/abandonner")
    page.get_by_role("button", name="Abandonner la demande").click()
    expect(page.locator("#resume")).to_be_focused()
    examiner("abandonner en erreur")
    page.get_by_label("Pourquoi abandonnez-vous").select_option("delai")
    page.get_by_label("J’ai compris").check()
    page.get_by_role("button", name="Abandonner la demande").click()
    expect(page.get_by_role("button", name="Revenir sur mon abandon")).to_be_visible()
    examiner("tableau, abandonnée")


@LARGEURS
def test_les_pages_du_guichet(page, portail, monde, examiner):
    connecter(page, portail, monde, "instructeur")
    racine = f"{portail.url}/guichet/demandes/{monde.demande_69}"
    page.goto(racine)
    examiner("dossier à renouveler")
    for suite in (
        "renouveler",
        "ecrire",
        "identite",
        "acces-au-compte",
        "transferer",
        "radier",
        "radier?motif=b",
        "radier?motif=c",
    ):
        page.goto(f"{racine}/{suite}")
        examiner(suite)
    for suite, bouton in (
        ("renouveler", "Renouveler la demande"), ("ecrire", "Envoyer le message"), ("identite", "Rectifier l’identité"),
        ("acces-au-compte", "Envoyer le lien"), ("transferer", "Transférer la demande"), ("radier", "Continuer"),
        ("radier?motif=c", "Envoyer l’avertissement"),
    ):  # fmt: skip
        page.goto(f"{racine}/{suite}")
        if suite == "renouveler":
            page.get_by_label("Revenu fiscal de référence").fill("")
        page.get_by_role("button", name=bouton).click()
        expect(page.locator("#resume")).to_be_focused()
        examiner(f"{suite} en erreur")
    page.get_by_label("Explication").fill(RAISON)
    page.get_by_role("button", name="Envoyer l’avertissement").click()
    expect(page.get_by_role("button", name="Lever l’avertissement")).to_be_visible()
    examiner("dossier, avertie")
    page.goto(f"{racine}/radier")
    examiner("radier, délai en cours")
    radier(portail, monde, "e")
    page.goto(f"{racine}/reactiver")
    examiner("rendre active")
    radier(portail, monde, "a")
    page.goto(f"{racine}/reactiver")
    examiner("rendre active, impossible")


def test_renouveler_sans_javascript(page_sans_js, portail, monde):
    page = page_sans_js
    connecter(page, portail, monde, "ana")
    page.goto(f"{portail.url}/demandes")
    page.get_by_role("link", name="Renouveler").click()
    page.get_by_label("Revenu fiscal de référence").fill("19 200")
    page.get_by_label("J’atteste sur l’honneur").check()
    page.get_by_role("button", name="Renouveler ma demande").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Votre demande est renouvelée")
    expect(page.get_by_text("Votre nouvelle attestation est prête.")).to_be_visible()
