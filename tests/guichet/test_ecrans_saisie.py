"""La saisie papier dans Chromium : tapée pour quelqu'un sans adresse mail, puis reprise avec le code ; rien ne reste."""

from __future__ import annotations

import io
import re
from datetime import UTC, datetime

import pytest
import sqlalchemy as sa
from PIL import Image
from playwright.sync_api import Page, expect

from portail.db import db
from portail.demande.modeles import Demande
from tests.ecrans.conftest import PortailServi, portail
from tests.ecrans.gestes import creer_un_compte, nom_exact, remplir_l_etape, repondre, titre
from tests.ecrans.menages import ANA, ETAPES_ANA
from tests.guichet.monde import JETON, Monde, entrer, monter
from tests.guichet.papier import remplir

__all__ = ["portail"]

pytestmark = pytest.mark.navigateur
LARGEURS = pytest.mark.parametrize("page", [(1280, 900), (320, 640)], indirect=True, ids=["large", "320px"])
IDENTITE = {
    "Civilité": "Madame",
    "Nom de naissance": "Diallo",
    "Prénom(s)": "Awa",
    "Sans numéro de sécurité sociale, pour quelle raison ?": "Arrivée récente en France, numéro en cours",
    "Date de naissance": "9/5/1971",
    "Nationalité": "Hors Union européenne",
    "Avec combien de co-demandeurs faites-vous cette demande ?": "0",
}
SANS_CONTACT = {"Téléphone portable", "Adresse mail", "Acceptez-vous d’être joint(e) par mail ?"}


@pytest.fixture
def monde(portail: PortailServi) -> Monde:
    portail.app.config["HORLOGE"] = lambda: datetime.now(UTC)
    with portail.app.app_context():
        return monter()


def connecter(page: Page, portail: PortailServi, agent_id: int) -> None:
    with portail.app.app_context():
        entrer(portail.app, portail.app.test_client(), agent_id)
    nom = portail.app.extensions["portail"].cookie_session
    page.context.add_cookies([{"name": nom, "value": JETON, "url": portail.url}])


def commencer(page: Page, portail: PortailServi) -> int:
    """Une demande papier commencée ; rend son numéro."""
    page.goto(f"{portail.url}/guichet")
    if (repli := page.locator("summary", has_text="Menu")).is_visible():  # au téléphone
        repli.click()
    page.get_by_role("link", name="Saisir une demande papier").first.click()
    page.get_by_role("textbox", name="Première commune demandée").fill("Villeurbanne")
    page.get_by_role("button", name="Commencer la saisie").click()
    titre(page, "Informations générales")
    return int(page.url.split("/")[5])


def saisie_remplie(page: Page, portail: PortailServi) -> int:
    demande_id = commencer(page, portail)
    with portail.app.app_context():
        remplir(demande_id)
    return demande_id


def liasse() -> dict[str, object]:
    """Deux pages numérisées en un PDF."""
    sortie = io.BytesIO()
    rouge, vert = (Image.new("RGB", (620, 877), couleur) for couleur in ("red", "green"))
    rouge.save(sortie, "PDF", save_all=True, append_images=[vert])
    return {"name": "liasse.pdf", "mimeType": "application/pdf", "buffer": sortie.getvalue()}


def test_tapee_pour_quelqu_un_sans_adresse_mail_puis_reprise_avec_le_code(ouvrir_page, portail, monde):
    agent = ouvrir_page()
    connecter(agent, portail, monde.accueil)
    demande_id = commencer(agent, portail)
    remplir_l_etape(agent, "Informations générales", IDENTITE, javascript=True)
    for nom, reponses in ETAPES_ANA[1:]:
        agent.get_by_role("button", name="Enregistrer et continuer").click()
        a_dire = {cle: valeur for cle, valeur in reponses.items() if cle not in SANS_CONTACT}
        remplir_l_etape(agent, nom, a_dire, javascript=True)
    agent.get_by_role("button", name="Vérifier et déposer").click()
    titre(agent, "Vérifier et déposer la demande papier")
    agent.get_by_role("checkbox", name=re.compile("^Le papier est signé")).check()
    agent.get_by_role("button", name="Déposer et éditer le bordereau").click()
    titre(agent, "Bordereau de dépôt")
    code = agent.locator(".code-bordereau").inner_text()
    assert "Diallo" not in agent.content()

    chez_elle = ouvrir_page((360, 700))
    creer_un_compte(chez_elle, portail, "awa@exemple.fr", {**ANA, **identite_du_compte()})
    expect(chez_elle.get_by_text("Vous n’avez pas de demande rattachée à votre compte.")).to_be_visible()
    chez_elle.get_by_role("link", name="Rattacher une demande existante").click()
    chez_elle.get_by_role("link", name="J’ai un code de bordereau, remis par un guichet").click()
    chez_elle.get_by_role("textbox", name=nom_exact("Code du bordereau")).fill(code)
    chez_elle.get_by_role("button", name="Accéder").click()
    titre(chez_elle, "Bonjour Awa !")
    expect(chez_elle.get_by_text("Soumise, en cours de vérification")).to_be_visible()
    compte = portail.lire(sa.select(Demande.compte_id).where(Demande.id == demande_id))
    assert compte[0][0] is not None


def identite_du_compte() -> dict[str, str]:
    """Celle du papier. Le dossier n'a pas de numéro : celui du compte, reçu depuis, n'empêche rien."""
    return {
        "Nom de naissance": "DIALLO", "Prénom(s)": "Awa", "Jour": "9", "Mois": "5", "Année": "1971",
        "Commune de naissance (ou pays)": "Sénégal",
    }  # fmt: skip


@pytest.mark.asvs("14.3.1")
@pytest.mark.parametrize("javascript", [True, False], ids=["avec", "sans"])
def test_apres_terminer_retour_ne_remontre_rien(ouvrir_page, portail, monde, javascript):
    page = ouvrir_page(java_script_enabled=javascript)
    connecter(page, portail, monde.accueil)
    demande_id = saisie_remplie(page, portail)
    for slug in ("informations-generales", "demandeurs", "souhaits"):
        page.goto(f"{portail.url}/guichet/saisie/{demande_id}/etapes/{slug}")
    page.goto(f"{portail.url}/guichet/saisie/{demande_id}/etapes/informations-generales")
    assert page.locator("#nom_naissance").input_value() == "Diallo"
    page.get_by_role("button", name="Terminer et effacer l’écran").click()
    titre(page, "Cet écran est effacé")
    for _ in range(7):
        if page.go_back() is None and page.url == "about:blank":
            break
        contenu = page.content()
        assert "Diallo" not in contenu, page.url
        assert "Awa" not in contenu, page.url
        assert "/etapes/" not in page.url
    page.goto(f"{portail.url}/guichet/saisie/fermee")
    for _ in range(3):
        page.go_forward()
        assert "Diallo" not in page.content()


@pytest.mark.asvs("14.3.3")
def test_l_ecran_efface_ne_laisse_rien_au_navigateur(ouvrir_page, portail, monde):
    page = ouvrir_page()
    connecter(page, portail, monde.accueil)
    demande_id = saisie_remplie(page, portail)
    page.goto(f"{portail.url}/guichet/saisie/{demande_id}/etapes/informations-generales")
    repondre(page, "Prénom(s)", "Awa Marie")
    page.get_by_role("button", name="Terminer et effacer l’écran").click()
    titre(page, "Cet écran est effacé")
    gardes = page.evaluate(
        "async () => [localStorage.length, sessionStorage.length, (await caches.keys()).length,"
        " (await indexedDB.databases()).length]"
    )
    assert gardes == [0, 0, 0, 0]
    suivante = commencer(page, portail)
    assert suivante != demande_id
    for case in page.locator("#formulaire input:not([type=hidden]):not([type=radio]):not([type=file])").all():
        assert case.input_value() == ""
    assert page.evaluate(
        "[...document.querySelector('#formulaire').elements].every(c => !c.autocomplete || c.autocomplete === 'off')"
    )


def test_un_jeton_perime_se_voit_se_remplace_et_l_alerte_part_avec_le_refus(page, portail, monde):
    """Reconnecté dans un autre onglet : la page ouverte a le jeton de l'ancienne session."""
    connecter(page, portail, monde.accueil)
    commencer(page, portail)
    page.evaluate("document.querySelectorAll('[name=csrf_token]').forEach((jeton) => { jeton.value = 'perime'; })")
    page.get_by_role("textbox", name="Nom de naissance").fill("Diallo")
    page.keyboard.press("Tab")
    alerte = page.locator("#alerte p")
    expect(alerte).to_contain_text("réessayez")
    expect(alerte).to_be_in_viewport()
    page.get_by_role("button", name="Enregistrer et continuer").click()
    titre(page, "Demandeurs")
    expect(alerte).to_have_count(0)


@LARGEURS
def test_chaque_page_de_la_saisie(page, portail, monde, examiner):
    connecter(page, portail, monde.accueil)
    demande_id = saisie_remplie(page, portail)
    racine = f"{portail.url}/guichet/saisie/{demande_id}"
    for suite in ("/etapes/informations-generales", "/etapes/demandeurs", "/pieces/ID", "/verifier", "/abandonner"):
        page.goto(racine + suite)
        examiner(suite)
    page.goto(f"{racine}/numeriser")
    examiner("numériser")
    page.get_by_role("button", name="Envoyer les pages").click()
    expect(page.locator("#resume")).to_be_focused()
    examiner("numériser sans fichier")
    page.set_input_files("#papiers", liasse())
    page.get_by_role("button", name="Envoyer les pages").click()
    expect(page.get_by_role("heading", name="2 pages à ranger")).to_be_visible()
    for vignette in page.locator(".pages-a-ranger img").all():
        vignette.scroll_into_view_if_needed()
        expect(vignette).to_have_js_property("complete", True)
        assert vignette.evaluate("i => i.naturalWidth") > 50
    examiner("pages à ranger")
    page.get_by_label(re.compile("^Page 1")).select_option(label="Pièce d’identité (demandeur)")
    page.get_by_label(re.compile("^Page 2")).select_option(label="Pièce d’identité (demandeur)")
    page.get_by_role("button", name="Ranger ces pages").click()
    expect(page.get_by_role("heading", name=re.compile("à ranger"))).to_have_count(0)
    page.goto(f"{racine}/verifier")
    page.get_by_role("button", name="Déposer et éditer le bordereau").click()
    expect(page.locator("#resume")).to_be_focused()
    examiner("vérifier en erreur")
    page.goto(f"{portail.url}/guichet/saisie")
    examiner("saisies en cours")
    page.get_by_role("textbox", name="Première commune demandée").fill("Paris")
    page.get_by_role("button", name="Commencer la saisie").click()
    titre(page, "Cette commune n’est pas à votre guichet")
    examiner("autre guichet")
    page.goto(f"{racine}/verifier")
    page.get_by_role("checkbox", name=re.compile("^Le papier est signé")).check()
    page.get_by_role("button", name="Déposer et éditer le bordereau").click()
    titre(page, "Bordereau de dépôt")
    examiner("bordereau")
    page.get_by_role("button", name="Terminer et effacer l’écran").click()
    titre(page, "Cet écran est effacé")
    examiner("effacé")
    page.goto(f"{portail.url}/guichet/demandes/{demande_id}")
    examiner("dossier papier")


def test_sans_javascript_une_saisie_va_jusqu_au_bordereau(page_sans_js, portail, monde):
    page = page_sans_js
    connecter(page, portail, monde.accueil)
    demande_id = saisie_remplie(page, portail)
    page.goto(f"{portail.url}/guichet/saisie/{demande_id}/numeriser")
    page.set_input_files("#papiers", liasse())
    page.get_by_role("button", name="Envoyer les pages").click()
    page.get_by_label(re.compile("^Page 1")).select_option(label="Pièce d’identité (demandeur)")
    page.get_by_role("button", name="Ranger ces pages").click()
    expect(page.get_by_role("heading", name="1 page à ranger")).to_be_visible()
    page.goto(f"{portail.url}/guichet/saisie/{demande_id}/verifier")
    page.get_by_role("checkbox", name=re.compile("^Le papier est signé")).check()
    page.get_by_role("button", name="Déposer et éditer le bordereau").click()
    titre(page, "Bordereau de dépôt")
    page.get_by_role("button", name="Terminer et effacer l’écran").click()
    titre(page, "Cet écran est effacé")
    with portail.app.app_context(), db.sessionmaker() as session:
        assert session.get_one(Demande, demande_id).deposee_le is not None


@LARGEURS
def test_la_page_rattacher(page, portail, monde, examiner):
    from portail.compte.modeles import Compte
    from tests import fabriques

    with portail.app.app_context(), db.sessionmaker() as session:
        client = portail.app.test_client()
        fabriques.connecter(portail.app, client, session, session.get_one(Compte, monde.ana), JETON)
    nom = portail.app.extensions["portail"].cookie_session
    page.context.add_cookies([{"name": nom, "value": JETON, "url": portail.url}])
    page.goto(f"{portail.url}/demandes/rattacher/bordereau")
    examiner("rattacher")
    page.get_by_role("textbox", name=nom_exact("Code du bordereau")).fill("ABCD-EFGH-JKMN")
    page.get_by_role("button", name="Accéder").click()
    expect(page.locator("#resume")).to_be_focused()
    examiner("refus")
