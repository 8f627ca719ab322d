"""De la soumission d'Ana à son attestation, à deux dans Chromium : elle d'un côté, le guichet de l'autre.

Le guichet est celui de la démonstration. La demande est renvoyée, corrigée, enregistrée ; Ana télécharge son attestation
et lit les évènements dans l'ordre ; le journal se vérifie, puis se voit altéré.
"""

from __future__ import annotations

import base64
import re
import sqlite3
from collections.abc import Callable
from contextlib import closing
from datetime import UTC, datetime

import pyotp
import pytest
from click.testing import CliRunner, Result
from playwright.sync_api import Page, expect

from portail.cli import principal
from portail.db import db, ecriture
from portail.demande.modeles import Declaration
from portail.demonstration import guichets, specimen
from portail.stockage import stockage
from tests.documents.lecture import Lecture
from tests.ecrans.conftest import PortailServi, ana, portail
from tests.ecrans.gestes import se_connecter_ici, titre
from tests.examen import Examen
from tests.guichet.monde import MOT_DE_PASSE, SECRET, hache

__all__ = ["ana", "portail"]

pytestmark = pytest.mark.navigateur
REMARQUE = "Votre carte dit « Anna » : avec deux n ?"


@pytest.fixture
def demande(portail: PortailServi, ana: int) -> int:
    """La demande d'Ana, prête à soumettre ; le guichet et les agents de la démonstration."""
    with portail.app.app_context():
        with ecriture() as session:
            guichets.ouvrir(session, hache(), SECRET, datetime.now(UTC))
            declaration = session.query(Declaration).filter_by(demande_id=ana).one()
            stockage().ecrire("a" * 32, specimen.carte(declaration.personnes[0]))
        db.session.close()
    return ana


def entrer_au_guichet(page: Page, portail: PortailServi, adresse: str = "instructeur@exemple.fr") -> None:
    page.goto(f"{portail.url}/guichet")
    page.get_by_role("textbox", name="Identifiant (adresse mail)").fill(adresse)
    page.get_by_role("textbox", name="Mot de passe").fill(MOT_DE_PASSE)
    page.get_by_role("button", name="Me connecter").click()
    titre(page, "Confirmer que c’est vous")
    page.get_by_role("textbox", name="Code à six chiffres").fill(pyotp.TOTP(SECRET).at(datetime.now(UTC)))
    page.get_by_role("button", name="Entrer").click()
    titre(page, "Espace guichet")


def soumettre(page: Page, portail: PortailServi, demande: int) -> None:
    page.goto(f"{portail.url}/demandes/{demande}/verifier")
    if "connexion" in page.url:
        se_connecter_ici(page)
        page.goto(f"{portail.url}/demandes/{demande}/verifier")
    page.get_by_role("checkbox", name="J’atteste sur l’honneur l’exactitude de ma déclaration").check()
    page.get_by_role("button", name="Soumettre ma demande").click()
    titre(page, "Votre demande est soumise")


def renvoyer(page: Page, examiner: Callable[[str], None]) -> None:
    page.get_by_role("link", name="Renvoyer pour correction").click()
    titre(page, "Renvoyer pour correction")
    examiner("renvoyer")
    page.get_by_role("radio", name=re.compile("L’identité déclarée")).check()
    page.get_by_role("textbox", name=re.compile("^Explication")).fill("Regardez la première ligne de votre carte.")
    page.get_by_role("textbox", name=re.compile(r"^Prénom\(s\)")).fill(REMARQUE)
    page.get_by_role("button", name="Renvoyer à la personne").click()
    expect(page.get_by_role("heading", name="Chez la personne, à corriger")).to_be_visible()
    examiner("dossier renvoyé")


def corriger(page: Page, portail: PortailServi, demande: int) -> None:
    assert portail.lien_recu("ana@exemple.fr").endswith("/demandes")
    page.goto(f"{portail.url}/demandes")
    expect(page.get_by_text("Regardez la première ligne de votre carte.")).to_be_visible()
    page.get_by_role("link", name=re.compile("^Corriger ma demande")).click()
    titre(page, "Informations générales")
    expect(page.get_by_text(re.compile(r"Remarque du guichet.*avec deux n")).first).to_be_visible()
    page.get_by_role("textbox", name=re.compile(r"^Prénom\(s\)")).fill("Anna")
    page.get_by_role("button", name="Poursuivre pour renforcer ma demande").click()
    titre(page, "Demandeurs")
    soumettre(page, portail, demande)


def enregistrer(page: Page, examiner: Callable[[str], None]) -> str:
    """Rend le numéro unique."""
    page.reload()
    expect(page.get_by_text(re.compile(r"Changé\. Avant\s: Ana")).first).to_be_visible()
    expect(page.locator(".visionneuse img")).to_have_js_property("complete", True)
    assert page.evaluate("document.querySelector('.visionneuse img').naturalWidth") == specimen.TAILLE[0]
    examiner("dossier corrigé")
    page.get_by_role("button", name=re.compile("^Accepter.* Pièce d’identité")).click()
    expect(page.get_by_text("La pièce d’identité jointe est acceptée.")).to_be_visible()
    page.get_by_role("button", name="Enregistrer et donner le numéro unique").click()
    expect(page.get_by_text(re.compile(r"Demande n°"))).to_be_visible()
    examiner("dossier enregistré")
    return re.search(r"069 \d{2} \d{2} \d{6} DEMO1", _lisible(page.locator("main").inner_text()))[0]


def ajouter(page: Page, evenement: str, examiner: Callable[[str], None], precision: str = "") -> None:
    page.get_by_role("link", name="Ajouter un évènement").click()
    titre(page, "Ajouter un évènement")
    examiner("choisir un évènement")
    page.get_by_role("radio", name=evenement).check()
    page.get_by_role("button", name="Continuer").click()
    titre(page, evenement)
    examiner(f"évènement {evenement}")
    if precision:
        page.get_by_role("radio", name=precision).or_(page.get_by_role("combobox", name="Précision")).first.evaluate(
            "(e, texte) => e.tagName === 'SELECT' ? [...e.options].forEach(o => o.selected = o.text === texte) : e.click()",
            precision,
        )
    page.get_by_role("button", name="Ajouter").click()
    expect(page.locator("#evenements")).to_be_visible()


def _lisible(texte: str) -> str:
    return texte.replace("\u00a0", " ").replace("\u202f", " ")


def verifier_le_journal(portail: PortailServi) -> Result:
    """`portail journal verifier`, comme l'exploitant le lance."""
    config = portail.app.extensions["portail"]
    environ = {
        "PORTAIL_MODE": "local",
        "PORTAIL_DOSSIER": str(portail.dossier),
        "PORTAIL_URL": portail.url,
        "PORTAIL_CLE_SECRETE": base64.b64encode(config.cle_secrete).decode(),
        "PORTAIL_CLE_EMPREINTE": base64.b64encode(config.cles_empreinte[1]).decode(),
        "PORTAIL_CLES_CHIFFREMENT": f"1:{base64.b64encode(config.cles_chiffrement[1]).decode()}",
    }
    return CliRunner().invoke(principal, ["journal", "verifier"], env=environ)


def falsifier(portail: PortailServi) -> None:
    """Qui a le fichier de la base ôte les déclencheurs et réécrit une ligne."""
    with closing(sqlite3.connect(portail.dossier / "portail.sqlite")) as base:
        for (nom,) in base.execute(
            "SELECT name FROM sqlite_master WHERE type = 'trigger' AND tbl_name = 'ecriture_journal'"
        ).fetchall():
            base.execute(f"DROP TRIGGER {nom}")
        base.execute("UPDATE ecriture_journal SET agent_nom = 'Personne' WHERE acte = 'enregistrement'")
        base.commit()


@pytest.mark.parametrize("javascript", [True, False], ids=["avec", "sans-javascript"])
def test_du_depot_a_l_attestation(ouvrir_page, portail, demande, javascript):
    elle, agent = (ouvrir_page(java_script_enabled=javascript) for _ in range(2))
    examiner = Examen(agent, javascript=javascript)
    soumettre(elle, portail, demande)

    entrer_au_guichet(agent, portail)
    examiner("accueil")
    agent.get_by_role("link", name="Demandes à vérifier").first.click()
    titre(agent, "Demandes à vérifier")
    examiner("liste")
    agent.get_by_role("link", name="Ana Silva").click()
    titre(agent, "Demande d’Ana Silva")
    examiner("dossier")
    renvoyer(agent, examiner)
    corriger(elle, portail, demande)
    numero = enregistrer(agent, examiner)
    ajouter(agent, "Candidature proposée pour un logement", examiner)
    ajouter(agent, "Passage en commission d’attribution", examiner, "Attribution")

    elle.goto(f"{portail.url}/demandes")
    expect(elle.get_by_text("Active", exact=True)).to_be_visible()
    with elle.expect_download() as recu:
        elle.get_by_role("link", name=re.compile("^Télécharger l’attestation")).click()
    octets = recu.value.path().read_bytes()
    assert numero in _lisible(" ".join(Lecture(octets).tout()))
    elle.goto(f"{portail.url}/demandes/{demande}/evenements")
    arrives = [_lisible(ligne.split("\n")[0]) for ligne in elle.locator("ol.registre > li").all_inner_texts()]
    assert arrives == [
        "Passage en commission d’attribution : Attribution",
        "Candidature proposée pour un logement",
        "Demande enregistrée",
        "Demande soumise",
        "Demande renvoyée pour être corrigée",
        "Demande soumise",
        "Brouillon commencé",
    ]

    intact = verifier_le_journal(portail)
    assert intact.exit_code == 0, intact.output
    assert "Journal intact" in intact.output
    falsifier(portail)
    altere = verifier_le_journal(portail)
    assert altere.exit_code == 1
    assert "a été modifiée" in altere.output
    examiner.finir()


def test_le_guichet_voisin_n_ouvre_pas_le_dossier(page, portail, demande, surveillance):
    soumettre(page, portail, demande)
    page.context.clear_cookies()
    entrer_au_guichet(page, portail, "voisin@exemple.fr")
    reponse = page.goto(f"{portail.url}/guichet/demandes/{demande}")
    assert reponse.status == 404
    assert "Silva" not in page.content()


@pytest.mark.parametrize("page", [(320, 640)], indirect=True, ids=["320px"])
def test_les_pages_de_l_instruction_tiennent_a_320_pixels(page, portail, demande, examiner):
    soumettre(page, portail, demande)
    page.context.clear_cookies()
    entrer_au_guichet(page, portail)
    for adresse in (
        "/guichet/demandes", f"/guichet/demandes/{demande}", f"/guichet/demandes/{demande}/renvoyer", "/guichet/recherche",
        f"/guichet/demandes/{demande}/raison", "/guichet/demandes?classement=enregistrees&commune=rien",
    ):  # fmt: skip
        page.goto(portail.url + adresse)
        examiner(adresse)
    page.goto(f"{portail.url}/guichet/recherche")
    page.get_by_role("textbox", name="Numéro unique").fill("069 11")
    page.get_by_role("button", name="Rechercher").click()
    expect(page.locator("#resume")).to_be_focused()
    examiner("recherche en erreur")
    page.get_by_role("textbox", name="Numéro unique").fill("")
    page.get_by_role("textbox", name="Nom de naissance").fill("Sylva")
    for partie, texte in (("Jour", "12"), ("Mois", "3"), ("Année", "1985")):
        page.get_by_role("textbox", name=partie).fill(texte)
    page.get_by_role("button", name="Rechercher").click()
    expect(page.get_by_role("link", name="Ana Silva")).to_be_visible()
    examiner("recherche trouvée")
