"""Échanges, tableau de bord, « Appeler ou écrire » dans Chromium : axe AAA, Nu, 320 px, et tout sans JavaScript."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from playwright.sync_api import Page, expect

from portail.db import db
from portail.demande.modeles import Demande
from tests.ecrans.conftest import PortailServi, portail
from tests.guichet.enregistrees import enregistrer
from tests.guichet.monde import JETON, Monde, entrer, monter
from tests.guichet.test_injoignables import renvoyer, sans_compte

__all__ = ["portail"]

pytestmark = pytest.mark.navigateur
ENTETE = "numero_unique;evenement;date;organisme;valeur;rang;commentaire;reference\n"


@pytest.fixture
def monde(portail: PortailServi) -> Monde:
    """Une demande enregistrée à Paris, une demande à corriger dans le Rhône, sans compte."""
    portail.app.config["HORLOGE"] = lambda: datetime.now(UTC)  # celle du navigateur, que `entrer` lit aussi
    with portail.app.app_context():
        monde = monter()
        enregistrer(monde.demande_75, monde.ailleurs)
        renvoyer(monde)
        sans_compte(monde.demande_69)
        return monde


def connecter(page: Page, portail: PortailServi, agent_id: int) -> None:
    with portail.app.app_context():
        entrer(portail.app, portail.app.test_client(), agent_id)
    nom = portail.app.extensions["portail"].cookie_session
    page.context.add_cookies([{"name": nom, "value": JETON, "url": portail.url}])


def envoyer(page: Page, portail: PortailServi, *lignes: str) -> None:
    page.goto(f"{portail.url}/guichet/echanges")
    contenu = (ENTETE + "\n".join(lignes)).encode()
    fichier = {"name": "evenements.csv", "mimeType": "text/csv", "buffer": contenu}
    page.get_by_label("Fichier d’évènements", exact=True).set_input_files(files=[fichier])
    page.get_by_role("button", name="Essayer ce fichier").click()


def ligne(portail: PortailServi, demande_id: int, reference: str) -> str:
    with portail.app.app_context(), db.sessionmaker() as session:
        demande = session.get_one(Demande, demande_id)
        assert demande.deposee_le is not None
        return f"{demande.numero_unique};visite;{demande.deposee_le:%Y-%m-%d};;;;;{reference}"


@pytest.mark.parametrize("page", [(1280, 900), (320, 640)], indirect=True, ids=["large", "320px"])
def test_chaque_page_du_suivi(page, portail, monde, examiner):
    connecter(page, portail, monde.responsable)
    for adresse in ("", "/tableau-de-bord", "/appeler-ou-ecrire", "/echanges", "/echanges/aide"):
        page.goto(f"{portail.url}/guichet{adresse}")
        examiner(adresse)
    page.goto(f"{portail.url}/guichet/appeler-ou-ecrire")
    page.get_by_label("Une convocation au guichet").check()
    page.get_by_role("button", name="Préparer les lettres").click()
    expect(page.locator("#resume")).to_be_focused()
    examiner("convocation en erreur")
    envoyer(page, portail, "123;visite;2026-11-24;;;;;R1")
    expect(page.locator("#resume")).to_be_focused()
    examiner("fichier refusé")
    page.goto(f"{portail.url}/guichet/echanges")
    page.get_by_role("button", name="Télécharger le fichier").click()
    expect(page.locator("#resume")).to_be_focused()
    examiner("export sans raison")


def test_recevoir_un_fichier_et_exporter_sans_javascript(page_sans_js, portail, monde):
    page = page_sans_js
    connecter(page, portail, monde.ailleurs)
    envoyer(page, portail, ligne(portail, monde.demande_75, "R1"))
    expect(page.get_by_role("heading", level=1)).to_have_text("Essai du fichier")
    page.get_by_role("button", name="Ajouter cet évènement").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Fichier appliqué")
    expect(page.get_by_text("1 évènement ajouté.")).to_be_visible()
    page.goto(f"{portail.url}/guichet/echanges")
    page.get_by_label("Pourquoi cet export").fill("commission du 12 décembre")
    with page.expect_download() as recu:
        page.get_by_role("button", name="Télécharger le fichier").click()
    assert recu.value.suggested_filename.startswith("demandes-")
    assert "Silva" in recu.value.path().read_text(encoding="utf-8-sig")


@pytest.mark.parametrize("script", ["page", "page_sans_js"])
def test_imprimer_une_lettre_puis_noter_aussitot_avec_ou_sans_javascript(request, portail, monde, script):
    page = request.getfixturevalue(script)
    connecter(page, portail, monde.accueil)
    page.goto(f"{portail.url}/guichet/appeler-ou-ecrire")
    with page.expect_download() as recu:
        page.get_by_role("button", name="Préparer les lettres").click()
    assert recu.value.path().read_bytes().startswith(b"%PDF-")
    page.get_by_role("button", name="Noter les personnes prévenues").click()
    page.get_by_role("button", name="Oui, cette personne est prévenue").click()
    expect(page.get_by_text("C’est noté : 1 personne prévenue")).to_be_visible()
