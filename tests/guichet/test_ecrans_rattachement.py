"""Rattacher, lire la demande d'un autre, décider de qui la voit : dans Chromium, axe AAA, Nu, 320 px."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from playwright.sync_api import Page, expect

from portail import taches
from portail.compte.modeles import Compte
from portail.db import db
from portail.demande.modeles import Demande
from tests import fabriques
from tests.ecrans.conftest import PortailServi, portail
from tests.guichet.monde import monter
from tests.guichet.rattachements import TOM, Couple, couple, dernier_code

__all__ = ["portail"]

pytestmark = [pytest.mark.navigateur, pytest.mark.menace("T2")]
LARGEURS = pytest.mark.parametrize("page", [(1280, 900), (320, 640)], indirect=True, ids=["large", "320px"])


@pytest.fixture
def sien(portail: PortailServi) -> Couple:
    portail.app.config["HORLOGE"] = lambda: datetime.now(UTC)
    with portail.app.app_context():
        enregistre = couple(monter())
        with db.sessionmaker() as session, session.begin():
            session.get_one(Demande, enregistre.demande).presentee_le = datetime.now(UTC).date()
            fabriques.compte(session, "tom@exemple.fr", **TOM)
        return enregistre


def connecter(page: Page, portail: PortailServi, courriel: str, jeton: str) -> None:
    with portail.app.app_context(), db.sessionmaker() as session:
        compte = session.query(Compte).filter_by(courriel=courriel).one()
        fabriques.connecter(portail.app, portail.app.test_client(), session, compte, jeton)
    nom = portail.app.extensions["portail"].cookie_session
    page.context.clear_cookies()
    page.context.add_cookies([{"name": nom, "value": jeton, "url": portail.url}])


@LARGEURS
def test_tom_rattache_lit_et_lea_decide(page, portail, sien, examiner):
    connecter(page, portail, "tom@exemple.fr", "t" * 43)
    page.goto(f"{portail.url}/demandes/rattacher")
    examiner("rattacher")
    numero = page.get_by_role("textbox", name="Numéro unique d’enregistrement (18 caractères)")
    numero.fill("069")
    page.get_by_role("button", name="Accéder").click()
    expect(page.locator("#resume")).to_be_focused()
    examiner("numéro mal formé")
    numero.fill(sien.numero.lower())
    page.get_by_role("button", name="Accéder").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Le code reçu par courriel")
    examiner("code")
    with portail.app.app_context():
        taches.rattachement.examiner(datetime.now(UTC))
        code = dernier_code()
    page.get_by_role("textbox", name="Code reçu par courriel").fill(code)
    page.get_by_role("button", name="Rattacher la demande").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Bonjour Tom")
    examiner("tableau de Tom")
    page.get_by_role("link", name="Lire la demande").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Fiche récapitulative")
    expect(page.get_by_text("12 rue Cachée")).to_have_count(0)

    connecter(page, portail, "lea@exemple.fr", "l" * 43)
    page.goto(f"{portail.url}/demandes")
    page.get_by_role("link", name="Qui peut voir ma demande").click()
    expect(page.get_by_role("button", name="Lui permettre d’écrire")).to_be_visible()
    examiner("accès")
    page.get_by_role("button", name="Lui permettre d’écrire").click()
    expect(page.get_by_text("Peut lire et écrire")).to_be_visible()
    page.get_by_role("button", name="Retirer l’accès").click()
    expect(page.get_by_text("Personne d’autre que vous.")).to_be_visible()
    examiner("sans accès")
    page.goto(f"{portail.url}/demandes/{sien.demande}/evenements")
    examiner("évènements et dates")
    with page.expect_download() as recu:
        page.get_by_role("link", name="Ajouter à mon agenda").click()
    assert recu.value.suggested_filename == "agenda.ics"
