"""La page d'une pièce : pourquoi, ce qui ne convient pas, l'ordre des pages, remplacer, annuler, « Je n’ai pas »."""

from __future__ import annotations

from datetime import timedelta

import pytest
import sqlalchemy as sa

from portail import taches
from portail.pieces.explications import explications
from portail.pieces.modeles import SuiteAbsence
from portail.referentiels.parametres import catalogue_pieces
from tests.demande.conftest import Foyer, ana_remplie, app, les_deux_moteurs, moteur  # noqa: F401
from tests.navigateur import mots
from tests.pieces.cas import jpeg, pdf_simple, png
from tests.pieces.fabrique import coder, image
from tests.pieces.test_routes import envoyer, fichier, noms_affiches


@pytest.fixture
def avis(ana_remplie: Foyer):  # noqa: F811
    """La page de l'avis d'impôt d'Ana."""
    return ana_remplie.navigateur().ouvrir(f"{ana_remplie.adresse()}/pieces/AIS2025")


def espaces(nav) -> str:
    return nav.texte().replace("\u00a0", " ").replace("\u202f", " ")


def photo() -> bytes:
    return coder(image((60, 40)), "JPEG")


def retour(nav) -> str:
    """L'endroit de la page où le dernier geste ramène."""
    return nav.reponse.history[-1].location.partition("#")[2]


def test_chaque_piece_du_catalogue_a_son_explication(app):  # noqa: F811
    with app.app_context():
        codes = {code for code in catalogue_pieces() if not code.startswith("ID-")}
    assert set(explications()) == codes
    assert all(e.reponse and e.contre_exemple for e in explications().values())
    assert not any("vérifier" in e.texte for e in explications().values()), "une note de travail n’est pas un texte"


@pytest.mark.asvs("5.1.1")
def test_la_page_dit_quelle_reponse_quel_texte_et_ce_qui_ne_convient_pas(avis):
    texte = espaces(avis)
    assert "L’étape « Revenu fiscal » demande le revenu" in texte
    assert "Texte : CCH R441-2-4-1" in texte
    assert "Ne convient pas : Un avis de taxe d’habitation" in texte
    for interdit in ("Relevé de compte bancaire", "Copie de la carte Vitale", "Extrait de casier judiciaire"):
        assert interdit in texte
    assert "20 fichiers par document, 60 Mo pour toute la demande" in texte


def test_les_pages_se_rangent(avis):
    envoyer(avis, fichier(jpeg(), "a.jpg"), fichier(png(), "b.png"), fichier(pdf_simple(), "c.pdf"))
    assert noms_affiches(avis) == ["a.jpg", "b.jpg", "c.pdf"]
    avis.envoyer(bouton="Monter c.pdf")
    assert noms_affiches(avis) == ["a.jpg", "c.pdf", "b.jpg"]
    avis.envoyer(bouton="Monter c.pdf")
    assert noms_affiches(avis) == ["c.pdf", "a.jpg", "b.jpg"]


def test_remplacer_garde_la_place(avis):
    envoyer(avis, fichier(jpeg(), "a.jpg"), fichier(png(), "b.png"))
    avis.suivre("Remplacer a.jpg")
    assert "prendra la place de « a.jpg »" in espaces(avis)
    envoyer(avis, fichier(pdf_simple(), "neuf.pdf"))
    assert noms_affiches(avis) == ["neuf.pdf", "b.jpg"]
    assert "« a.jpg » est retiré" in espaces(avis)


def test_un_remplacant_refuse_laisse_l_ancien(avis):
    envoyer(avis, fichier(jpeg(), "a.jpg"))
    avis.suivre("Remplacer a.jpg")
    envoyer(avis, fichier(b"", "vide.pdf"))
    assert avis.statut == 422
    assert noms_affiches(avis) == ["a.jpg"]


@les_deux_moteurs
def test_annuler_un_retrait(avis, ana_remplie, horloge):  # noqa: F811
    envoyer(avis, fichier(jpeg(), "a.jpg"))
    avis.envoyer(bouton="Retirer a.jpg")
    assert mots(avis.page.find(id=retour(avis))) == "Annuler le retrait de a.jpg", "le focus y va, avec ou sans script"
    assert noms_affiches(avis) == []
    avis.envoyer(bouton="Annuler le retrait de a.jpg")
    assert noms_affiches(avis) == ["a.jpg"]
    assert mots(avis.page.find(id=retour(avis))) == "a.jpg"
    avis.envoyer(bouton="Retirer a.jpg")
    horloge.avancer(hours=25)
    with ana_remplie.app.app_context():
        taches.nettoyer()
    assert ana_remplie.nombre("fichier") == 0, "le lendemain, le contenu et la ligne sont effacés"


def test_des_retraits_qui_s_accumulent_se_replient(avis):
    envoyer(avis, *(fichier(octets, f"{nom}.jpg") for nom, octets in zip("abc", (jpeg(), png(), photo()), strict=True)))
    for nom in "abc":
        avis.envoyer(bouton=f"Retirer {nom}.jpg")
    ouverts = [mots(ligne) for ligne in avis.page.select(".piece > .fait")]
    assert ouverts == ["« c.jpg » est retiré. Annuler le retrait de c.jpg"]
    assert mots(avis.page.select_one(".piece details summary")) == "2 autres fichiers retirés depuis hier"
    avis.envoyer(bouton="Annuler le retrait de a.jpg")
    assert noms_affiches(avis) == ["a.jpg"]
    assert len(avis.page.select(".piece > .fait")) == 2
    assert avis.page.select_one(".piece details") is None


@pytest.mark.asvs("5.2.4")
def test_au_dela_de_soixante_mo_le_fichier_est_refuse_et_le_reste_garde(avis, monkeypatch):
    from portail.pieces import quotas

    envoyer(avis, fichier(jpeg(), "a.jpg"))
    monkeypatch.setattr(quotas, "MO_PAR_DEMANDE", 0.0001)
    envoyer(avis, fichier(pdf_simple(), "c.pdf"))
    assert avis.statut == 422
    assert "« c.pdf » n’a pas été ajouté" in espaces(avis)
    assert noms_affiches(avis) == ["a.jpg"]


# --- « Je n’ai pas ce document » ------------------------------------------------------------------------------------


def dire(avis, suite: str, **cases: str):
    if "Vous n’avez pas ce document" not in avis.texte():
        avis.envoyer(bouton="Je n’ai pas ce document")
    formulaire = avis.page.select_one("main form")
    valeurs = avis.saisie(formulaire).to_dict(flat=False)
    cases = {f"absence-{nom}": valeur for nom, valeur in cases.items()}
    avis.poster(
        formulaire["action"], {**valeurs, **cases, "absence-suite": suite, "action": "preciser-absence"}, htmx=False
    )
    return avis


def etat_au_volet(foyer: Foyer) -> str:
    return foyer.navigateur(slug="revenu-fiscal").volet("revenu-fiscal")


def test_dire_qu_on_ne_l_a_pas_propose_les_autres_et_une_suite(avis, ana_remplie):  # noqa: F811
    avis.envoyer(bouton="Je n’ai pas ce document")
    texte = espaces(avis)
    assert "Un autre des documents listés plus haut convient aussi" in texte
    assert "Votre demande peut partir sans lui." in texte
    assert "vous ne l’avez pas" in etat_au_volet(ana_remplie)


def test_demander_de_l_aide_change_le_volet_et_mene_au_guichet(avis, ana_remplie):  # noqa: F811
    dire(avis, "aide", mot="Je ne sais pas où le demander.")
    assert avis.statut == 200
    assert "vous demandez de l’aide" in etat_au_volet(ana_remplie)
    assert avis.lien("trouver un guichet")
    assert b"demander" not in bytes(ana_remplie.valeur("piece_fournie", "absence_mot")), "chiffré"


def test_un_rappel_part_a_sa_date_une_fois_et_la_piece_redevient_a_joindre(avis, ana_remplie, horloge):  # noqa: F811
    jour = horloge().date() + timedelta(days=10)
    dire(
        avis,
        "rappel",
        **{"rappel_le-jour": str(jour.day), "rappel_le-mois": str(jour.month), "rappel_le-annee": str(jour.year)},
    )
    assert f"rappel le {jour:%d/%m/%Y}" in etat_au_volet(ana_remplie)
    for jours, courriels in ((9, 0), (1, 1), (1, 1)):
        horloge.avancer(days=jours)
        with ana_remplie.app.app_context():
            taches.suivre()
        assert ana_remplie.nombre("envoi", "WHERE cle LIKE 'rappel-piece-%'") == courriels
    with ana_remplie.app.app_context():
        assert ana_remplie.lire(sa.text("SELECT absente_le, absence_rappel_le FROM piece_fournie")) == [(None, None)]


@pytest.mark.parametrize(
    ("cases", "phrase"),
    [
        ({}, "Écrivez la date du rappel."),
        ({"rappel_le-jour": "1", "rappel_le-mois": "1", "rappel_le-annee": "2020"}, "entre demain et dans un an"),
    ],
)
def test_un_rappel_sans_date_possible_se_corrige(avis, cases, phrase):
    dire(avis, "rappel", **cases)
    assert avis.statut == 422
    assert phrase in espaces(avis)
    assert avis.page.select_one("#resume a")


def test_envoyer_le_document_efface_l_absence(avis, ana_remplie):  # noqa: F811
    dire(avis, "sans", mot="Perdu.")
    assert ana_remplie.valeur("piece_fournie", "absence_suite") == SuiteAbsence.SANS.code
    envoyer(avis, fichier(jpeg(), "a.jpg"))
    assert "Vous n’avez pas ce document" not in avis.texte()
    assert ana_remplie.lire(sa.text("SELECT absente_le, absence_suite, absence_mot FROM piece_fournie")) == [
        (None, None, None)
    ]


def test_finalement_je_vais_le_joindre(avis, ana_remplie):  # noqa: F811
    dire(avis, "sans")
    avis.envoyer(bouton="Finalement, je vais le joindre")
    assert "à joindre" in etat_au_volet(ana_remplie)


def test_la_piece_d_identite_ne_se_dit_pas_absente(ana_remplie):  # noqa: F811
    nav = ana_remplie.navigateur().ouvrir(f"{ana_remplie.adresse()}/pieces/ID")
    assert "Je n’ai pas ce document" not in nav.texte()
