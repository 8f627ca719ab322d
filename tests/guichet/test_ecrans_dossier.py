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
