"""Ce qu'une personne écrit reste du texte dans chaque PDF et chaque page jumelle : ni balise, ni action, ni requête."""

from __future__ import annotations

import io
import socket

import pikepdf
import pytest
from flask import Flask

from portail.demande.modeles import Declaration
from portail.pieces import filigrane
from tests import fabriques
from tests.documents.conftest import commencer
from tests.documents.controles import controler
from tests.documents.jumeau import textes_de_la_page, textes_du_pdf
from tests.documents.lecture import aplati
from tests.socle.applications import app

__all__ = ["app"]

pytestmark = pytest.mark.menace("T10")

NOM = '<img src="file:///etc/passwd"/>'
PRENOM = "</p><h1>ATTRIBUÉ</h1>"
LONG = "A" * 100
PRECISIONS = (
    '<a href="javascript:alert(1)">x</a> (Tj) ET >> endstream endobj /JS (app.alert(1)) /Launch {{ 7*7 }} ' + "W" * 500
)


def remplir(declaration: Declaration) -> None:
    fabriques.remplir_couple(declaration)
    lea, tom = declaration.personnes[:2]
    lea.nom_naissance, lea.prenoms = NOM, PRENOM
    tom.nom_naissance = LONG
    tom.situation.employeur_nom = f"{NOM} & Cie"
    declaration.coordonnees.adresse_voie = "rue <b>des</b> Lilas"
    declaration.souhaits.precisions = PRECISIONS


def sans_connexion(*_arguments: object) -> None:
    raise AssertionError("composer un document n'ouvre aucune connexion")


@pytest.fixture
def documents(app: Flask, monkeypatch: pytest.MonkeyPatch) -> dict[str, tuple[bytes, str]]:
    """{document: (son PDF, sa page jumelle)} d'une demande enregistrée."""
    dossier = commencer(app, remplir)
    dossier.deposer()
    dossier.enregistrer()
    monkeypatch.setattr(socket.socket, "connect", sans_connexion)
    monkeypatch.setattr(socket, "getaddrinfo", sans_connexion)
    noms = ("attestation", "formulaire", "fiche")
    return {nom: (dossier.lire(f"{nom}.pdf").data, dossier.lire(nom).text) for nom in noms}


def test_le_texte_sort_tel_quel_et_rien_ne_s_execute(documents):
    for nom, (octets, page) in documents.items():
        lecture = controler(octets)
        lus = " ".join(lecture.tout())
        assert NOM in lus, nom
        assert "ATTRIBUÉ" not in lecture.textes("H1", "H2", "H3"), nom
        assert [aplati(texte) for texte in textes_de_la_page(page)] == textes_du_pdf(lecture), nom
        assert "<h1>ATTRIBUÉ" not in page
        assert NOM not in page, "échappé"
        assert "javascript:" not in page.replace("&#34;javascript:alert(1)&#34;", "")
    formulaire = " ".join(controler(documents["formulaire"][0]).tout())
    assert aplati(PRECISIONS.split("W")[0]) in formulaire
    assert LONG in formulaire.replace(" ", ""), "un nom trop long se coupe, et ne perd rien"


def test_aucun_objet_du_pdf_n_agit_ni_ne_va_chercher(documents):
    for nom, (octets, _page) in documents.items():
        with pikepdf.open(io.BytesIO(octets)) as pdf:
            for objet in pdf.objects:
                if isinstance(objet, pikepdf.Dictionary | pikepdf.Stream):
                    assert not {"/JS", "/JavaScript", "/Launch", "/EmbeddedFiles", "/EF", "/AA"} & set(objet.keys()), (
                        nom
                    )
                    if objet.get("/S") == "/URI":
                        assert not str(objet.URI).startswith(("javascript", "file")), nom


def test_un_organisme_au_nom_pige_marque_la_copie_sans_y_agir():
    vierge = pikepdf.new()
    vierge.add_blank_page()
    texte = "Mairie (x) Tj ET Q /JS (app.alert(1)) << /Launch >> <script>"
    filigrane.poser(vierge, texte)
    sortie = io.BytesIO()
    vierge.save(sortie)
    with pikepdf.open(io.BytesIO(sortie.getvalue())) as pdf:
        operateurs = [str(operateur) for _, operateur in pikepdf.parse_content_stream(pdf.pages[0])]
        assert operateurs.count("ET") == operateurs.count("BT")
        assert not [o for o in pdf.objects if isinstance(o, pikepdf.Dictionary) and "/JS" in o]
