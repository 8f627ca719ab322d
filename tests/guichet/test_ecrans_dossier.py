"""Une demande vue de l'agent, dans Chromium : la pièce d'identité en PDF et le 2D-Doc d'un avis, à l'œil et à axe."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from portail.db import db
from portail.demande.modeles import Demande
from portail.pieces import autorites, reception
from portail.pieces.modeles import Fichier
from portail.stockage import stockage
from tests.ecrans.conftest import portail
from tests.guichet.test_ecrans_suivi import connecter, monde
from tests.pieces import deux_d_docs
from tests.pieces.test_apercu import numerise
from tests.pieces.test_avis_lu import ligne

__all__ = ["monde", "portail"]

pytestmark = pytest.mark.navigateur
NOM = "avis d’impôt sur les revenus de l’année 2024, page 1 sur 2.pdf"


@pytest.mark.parametrize("page", [(1280, 900), (320, 640)], indirect=True, ids=["large", "320px"])
def test_la_premiere_page_d_un_pdf_et_l_avis_lu(page, portail, monde, examiner):
    with portail.app.app_context(), db.sessionmaker() as session, session.begin():
        deux_d_docs.autorite().installer(portail.app.extensions["portail"].dossier / autorites.IMPORTES)
        carte = session.get_one(Fichier, monde.fichier_69)
        carte.type_mime, carte.nom, carte.pages = "application/pdf", "carte.pdf", 2
        stockage().ecrire(carte.cle, numerise())
        demande = session.get_one(Demande, monde.demande_69)
        piece = reception.piece_de(session, demande, "AIS2025", monde.personne_69)
        avis = ligne(deux_d_docs.code(noms=("FERNANDES DOS SANTOS OLIVEIRA MARIE", "RAKOTOMALALA OLUWASEUN")))
        avis.nom = NOM
        piece.fichiers = [avis]
    connecter(page, portail, monde.instructeur)
    page.goto(f"{portail.url}/guichet/demandes/{monde.demande_69}")
    image = page.locator(".visionneuse img")
    image.scroll_into_view_if_needed()
    page.wait_for_load_state("networkidle")
    assert image.evaluate("image => image.naturalWidth") > 1000
    examiner("dossier")


@pytest.mark.parametrize("largeur", [360, 500, 820, 1280])
def test_une_reponse_garde_sa_place_a_cote_d_une_longue_question(ouvrir_page, portail, monde, largeur):
    """La question prenait toute la ligne : « Non » s'écrivait une lettre par ligne, imprimé aussi."""
    page = ouvrir_page((largeur, 900))
    connecter(page, portail, monde.instructeur)
    page.goto(f"{portail.url}/guichet/demandes/{monde.demande_69}")
    page.evaluate("() => { for (const repli of document.querySelectorAll('details')) repli.open = true; }")
    largeurs = page.locator(".faits dd").evaluate_all("reponses => reponses.map(dd => dd.clientWidth)")
    assert min(largeurs) >= 100


def test_imprime_le_dossier_dit_la_declaration_sans_ses_boutons(page, portail, monde):
    connecter(page, portail, monde.instructeur)
    page.goto(f"{portail.url}/guichet/demandes/{monde.demande_69}")
    replies = page.locator("details.etape-lue:not(.sante) dd")
    expect(replies.first).to_be_hidden()
    page.emulate_media(media="print")
    for reponse in replies.all():
        expect(reponse).to_be_visible()
    expect(page.get_by_role("button", name="Afficher le numéro")).to_be_hidden()
    expect(page.get_by_role("link", name="Radier la demande")).to_be_hidden()
    # L'annexe de santé, elle, reste repliée : elle ne s'imprime que dépliée exprès.
    replies.first.evaluate("dd => dd.closest('details').classList.add('sante')")
    expect(page.locator("details.sante dd").first).to_be_hidden()


@pytest.mark.parametrize("script", ["page", "page_sans_js"])
def test_chaque_geste_se_dit_une_fois_et_le_clavier_reste_la_ou_il_se_voit(request, portail, monde, script):
    """La page d'après un envoi arrive entière : une région vive déjà remplie s'y tairait, le focus parle."""
    page = request.getfixturevalue(script)
    connecter(page, portail, monde.responsable)
    racine = f"{portail.url}/guichet/demandes/{monde.demande_69}"
    with portail.app.app_context(), db.sessionmaker() as session, session.begin():
        demande = session.get_one(Demande, monde.demande_69)
        demande.compte_id, demande.renvoyee_le = monde.ana, None

    def dit(phrase: str) -> None:
        expect(page.locator("#fait")).to_be_focused()
        expect(page.get_by_role("group", name=phrase)).to_be_visible()

    page.goto(racine)
    page.get_by_text("Refuser", exact=False).first.click()
    page.get_by_label("Raison du refus").fill("La date est cachée.")
    page.get_by_role("button", name="Refuser ce document").click()
    dit("Pièce d’identité (demandeur) : refusée.")
    page.get_by_role("button", name="Accepter Pièce d’identité").click()
    dit("Pièce d’identité (demandeur) : acceptée.")
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="carte.jpg (nouvel onglet)", exact=True)).to_be_focused()
    page.get_by_role("button", name="Enregistrer et donner").click()
    dit("La demande est enregistrée. Son numéro unique : 069")
    for suite, case, bouton, phrase in (
        ("ecrire", "Message", "Envoyer le message", "Le message est envoyé."),
        ("evenements/nouveau?genre=visite", "", "Ajouter cet évènement", "L’évènement est ajouté."),
        ("radier?motif=b", "Explication", "Radier la demande", "La demande est radiée."),
        ("reactiver", "Explication", "Rendre la demande active", "La demande est de nouveau active."),
    ):
        page.goto(f"{racine}/{suite}")
        if case:
            page.get_by_label(case).fill("Vu avec elle au téléphone.")
        page.get_by_role("button", name=bouton).click()
        dit(phrase)
    page.goto(f"{portail.url}/guichet/agents/{monde.accueil}")
    page.get_by_role("radio", name="Instructeur").check()
    page.get_by_role("button", name="Changer le rôle").click()
    dit("Le rôle est changé.")
