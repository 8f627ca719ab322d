"""L'espace des agents dans Chromium : de l'invitation à l'accueil, axe et Nu sur chaque page, 320 px, sans JavaScript."""

from __future__ import annotations

import re
from datetime import UTC, datetime

import pyotp
import pytest
from playwright.sync_api import Page, expect

from portail.db import db
from portail.guichet import agents
from portail.guichet.modeles import ActeJournal, EcritureJournal, Guichet, RoleAgent
from tests.ecrans.conftest import PortailServi, portail
from tests.guichet.monde import MOT_DE_PASSE, agent, guichet

__all__ = ["portail"]

pytestmark = pytest.mark.navigateur


@pytest.fixture
def lea(portail: PortailServi) -> str:
    """La seule responsable du guichet, invitée. Rend son lien."""
    with portail.app.app_context():
        lien = agents.inviter(
            db.session, guichet(db.session), prenom="Léa", nom="Petit", adresse="lea@ville.fr",
            role=RoleAgent.RESPONSABLE, par=None,
        )  # fmt: skip
        db.session.commit()
        for rang, role in enumerate((RoleAgent.ACCUEIL, RoleAgent.INSTRUCTEUR)):
            agent(db.session, db.session.get(Guichet, 1), role, prenom=f"Agent {rang}", nom="Très-Long-Nom-De-Famille")
        db.session.close()
    return lien


@pytest.mark.parametrize("pause", [0, 120])
def test_un_double_clic_n_envoie_qu_une_fois(portail, page, lea, pause):
    """Le second envoi, parti sous l'ancien cookie, ferait perdre les codes de secours, montrés une seule fois."""
    envois: list[str] = []
    page.on("request", lambda requete: envois.append(requete.url) if requete.method == "POST" else None)
    page.goto(lea)
    page.get_by_role("textbox", name="Mot de passe", exact=True).fill(MOT_DE_PASSE)
    page.get_by_role("textbox", name="Confirmer le mot de passe").fill(MOT_DE_PASSE)
    page.get_by_role("button", name="Enregistrer ce mot de passe").hover()
    for _ in range(2):
        page.mouse.down()
        page.mouse.up()
        page.wait_for_timeout(pause)
    expect(page.get_by_role("heading", level=1)).to_have_text("Connexion des agents")
    assert len(envois) == 1


def entrer(page: Page, portail: PortailServi, lien: str, examen=lambda nom: None) -> None:
    """De l'invitation à l'accueil, en regardant chaque page en route."""
    page.goto(lien)
    examen("invitation")
    page.get_by_role("textbox", name="Mot de passe", exact=True).fill(MOT_DE_PASSE)
    page.get_by_role("textbox", name="Confirmer le mot de passe").fill(MOT_DE_PASSE)
    page.get_by_role("button", name="Enregistrer ce mot de passe").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Connexion des agents")
    examen("connexion")
    page.get_by_role("textbox", name="Identifiant (adresse mail)").fill("lea@ville.fr")
    page.get_by_role("textbox", name="Mot de passe").fill(MOT_DE_PASSE)
    page.get_by_role("button", name="Me connecter").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Protéger votre accès")
    expect(page.get_by_role("img", name=re.compile("Code QR"))).to_have_js_property("complete", True)
    assert page.evaluate("document.querySelector('img.qr').naturalWidth") > 100
    examen("enrôlement")
    cle = page.locator(".cle").inner_text().replace(" ", "")
    page.get_by_role("textbox", name="Code à six chiffres").fill(pyotp.TOTP(cle).at(datetime.now(UTC)))
    page.get_by_role("button", name="Activer et entrer").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Vos codes de secours")
    examen("codes de secours")
    page.get_by_role("link", name="C’est fait, entrer dans l’espace guichet").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Espace guichet")


@pytest.mark.parametrize("page", [(1280, 900), (320, 640)], indirect=True, ids=["large", "320px"])
def test_chaque_page_des_agents(page, portail, lea, examiner):
    entrer(page, portail, lea, examiner)
    for adresse in (
        "/guichet", "/guichet/moi", "/guichet/moi/mot-de-passe", "/guichet/agents", "/guichet/agents/inviter",
        "/guichet/agents/2", "/guichet/agents/1", "/guichet/reglages", "/guichet/journal", "/guichet/journal?acte=connexion",
        "/guichet/rien", "/guichets?ou=Villeurbanne",
    ):  # fmt: skip
        page.goto(portail.url + adresse)
        examiner(adresse)


def test_les_erreurs_se_disent_et_recoivent_le_focus(page, portail, lea, examiner):
    entrer(page, portail, lea)
    page.goto(f"{portail.url}/guichet/agents/inviter")
    page.get_by_role("button", name="Envoyer l’invitation").click()
    expect(page.locator("#resume")).to_be_focused()
    examiner("invitation en erreur")
    page.goto(f"{portail.url}/guichet/reglages")
    page.get_by_role("textbox", name="Ajouter une commune").fill("Saint-Denis")
    page.get_by_role("button", name="Enregistrer").click()
    expect(page.locator("#resume")).to_be_focused()
    examiner("commune ambiguë")
    page.goto(f"{portail.url}/guichet/agents/1")
    couper = page.get_by_role("button", name=re.compile("^Couper l’accès"))
    expect(couper).to_be_hidden()
    page.get_by_text("Couper mon accès").click()
    couper.click()
    expect(page.locator("#resume")).to_be_focused()
    examiner("dernier responsable")
    page.goto(f"{portail.url}/guichet/journal?demande=bonjour")
    expect(page.locator("#resume")).to_be_visible()
    examiner("journal en erreur")


def test_tout_marche_sans_javascript(page_sans_js, portail, lea):
    page = page_sans_js
    entrer(page, portail, lea)
    page.get_by_role("link", name="Agents").click()
    page.get_by_role("link", name="Inviter un agent").click()
    page.get_by_role("textbox", name="Prénom").fill("Inès")
    page.get_by_role("textbox", name="Nom", exact=True).fill("Roy")
    page.get_by_role("textbox", name="Adresse mail professionnelle").fill("ines@ville.fr")
    page.get_by_role("radio", name="Accueil").check()
    page.get_by_role("button", name="Envoyer l’invitation").click()
    expect(page.get_by_role("heading", name="Inès Roy")).to_be_visible()
    assert "/guichet/invitation/" in portail.lien_recu("ines@ville.fr")
    page.get_by_role("button", name="Se déconnecter").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Connexion des agents")
    page.go_back()
    assert "Inès" not in page.content(), "le retour arrière ne montre plus rien"


def test_les_actes_de_la_journee_sont_au_journal(page, portail, lea):
    entrer(page, portail, lea)
    page.get_by_role("link", name="Journal").click()
    expect(page.locator(".registre li")).to_have_count(3)
    assert [acte for (acte,) in portail.lire(db_actes())] == [
        ActeJournal.AGENT, ActeJournal.AGENT, ActeJournal.CONNEXION, ActeJournal.LECTURE_JOURNAL,
    ]  # fmt: skip


def db_actes():
    import sqlalchemy as sa

    return sa.select(EcritureJournal.acte).order_by(EcritureJournal.id)
