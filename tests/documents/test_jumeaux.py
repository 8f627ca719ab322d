"""Chaque document a sa page : les mêmes textes, dans le même ordre, et les mêmes dessins décrits (RGAA 13.3, 13.4)."""

from __future__ import annotations

from collections.abc import Callable

import brotli
import pytest
from flask.testing import FlaskClient

from tests import fabriques
from tests.documents.conftest import BASE, Dossier, commencer, remplir_avec_annexe
from tests.documents.controles import controler
from tests.documents.jumeau import descriptions, textes_de_la_page, textes_du_pdf

DOCUMENTS = ("attestation", "formulaire", "fiche", "annexe-handicap")
POIDS_D_UNE_PAGE = 9_000  # octets compressés


@pytest.fixture
def dossier_complet(app) -> Dossier:
    dossier = commencer(app, remplir_avec_annexe)
    dossier.deposer()
    dossier.enregistrer()
    return dossier


@pytest.mark.parametrize("document", DOCUMENTS)
def test_la_page_et_le_pdf_disent_la_meme_chose(dossier_complet: Dossier, document: str) -> None:
    page, pdf = dossier_complet.lire(document), controler(dossier_complet.lire(f"{document}.pdf").data)
    assert page.status_code == 200
    textes = textes_du_pdf(pdf)
    assert len(textes) > 15
    assert textes_de_la_page(page.text) == textes
    figures = [str(noeud.attributs["/Alt"]) for noeud in pdf.racine.tous() if noeud.role == "Figure"]
    assert descriptions(page.text) == figures
    assert len(figures) == (1 if document == "attestation" else 0)


@pytest.mark.parametrize(
    "texte", ["Une ligne\n\nl’autre", "<b>gras</b> & co", "نور 🏠 Ḁ", "e\u0301te\u0301", "mot " * 400]
)
def test_un_texte_libre_est_le_meme_des_deux_cotes(app, texte: str) -> None:
    def remplir(declaration) -> None:
        fabriques.remplir_ana(declaration)
        declaration.souhaits.precisions = texte

    dossier = commencer(app, remplir)
    for document in ("formulaire", "fiche"):
        page, pdf = dossier.lire(document), controler(dossier.lire(f"{document}.pdf").data)
        assert textes_de_la_page(page.text) == textes_du_pdf(pdf)


@pytest.mark.parametrize("document", DOCUMENTS)
def test_la_page_est_legere_et_mene_a_son_pdf(dossier_complet: Dossier, document: str) -> None:
    page = dossier_complet.lire(document)
    assert len(brotli.compress(page.data, quality=4)) <= POIDS_D_UNE_PAGE
    assert f'href="/demandes/{dossier_complet.demande_id}/{document}.pdf"' in page.text
    assert page.text.count("<h1") == 1
    assert page.headers["Cache-Control"] == "no-store"


@pytest.mark.asvs("5.4.1")
@pytest.mark.parametrize("document", DOCUMENTS)
def test_le_fichier_porte_un_nom_neutre_et_se_telecharge(dossier_complet: Dossier, document: str) -> None:
    reponse = dossier_complet.lire(f"{document}.pdf")
    disposition = reponse.headers["Content-Disposition"]
    assert disposition.startswith("attachment; filename=")
    assert not any(mot in disposition.lower() for mot in ("martin", "handicap", "069", "logement"))
    assert reponse.headers["Content-Type"] == "application/pdf"
    assert reponse.headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize("document", [d for base in DOCUMENTS for d in (base, f"{base}.pdf")])
def test_le_document_d_un_autre_n_existe_pas(dossier_complet: Dossier, document: str) -> None:
    leo = commencer(dossier_complet.app, fabriques.remplir_ana, "leo@exemple.fr", jeton="t" * 43)
    adresse = f"/demandes/{dossier_complet.demande_id}/{document}"
    reponse = leo.client.get(adresse, base_url=BASE)
    assert reponse.status_code == 404
    assert "Martin" not in reponse.text
    anonyme: FlaskClient = dossier_complet.app.test_client()
    assert anonyme.get(adresse, base_url=BASE).status_code == 303


@pytest.mark.parametrize("avancer", [lambda dossier: None, lambda dossier: dossier.deposer()])
def test_pas_d_attestation_avant_l_enregistrement(couple: Dossier, avancer: Callable[[Dossier], None]) -> None:
    avancer(couple)
    assert couple.lire("attestation.pdf").status_code == 404
    assert couple.lire("attestation").status_code == 404
    assert couple.lire("formulaire.pdf").status_code == 200
