"""La fiche d'une vraie demande dit ce que dit la page « Vérifier », sans l'annexe handicap ni le numéro en clair."""

from __future__ import annotations

import re

import pytest

from portail.choix import OuiNon
from portail.demande.listes import AideTechnique
from portail.demande.modeles import AnnexeHandicap
from tests import fabriques
from tests.demande.conftest import Foyer, ana_remplie, app, couple, moteur  # noqa: F401
from tests.documents.lecture import Lecture, aplati

SECRET = "Un besoin que personne d’autre ne doit lire"


def fiche(foyer: Foyer) -> Lecture:
    reponse = foyer.client.get(f"{foyer.adresse()}/fiche.pdf", base_url="http://127.0.0.1")
    assert reponse.status_code == 200
    assert reponse.mimetype == "application/pdf"
    assert reponse.headers["Content-Disposition"].startswith("attachment")
    assert reponse.headers["Cache-Control"] == "no-store"
    return Lecture(reponse.data)


def texte(lecture: Lecture) -> str:
    return _a_plat(" ".join(lecture.tout()))


def _a_plat(chaine: str) -> str:
    return re.sub(r"\s+", " ", chaine.replace("\u00a0", " ").replace("\u202f", " ").replace("\u00ad", "")).strip()


@pytest.fixture
def avec_annexe(couple: Foyer) -> Foyer:  # noqa: F811
    with couple.declaration() as declaration:
        declaration.foyer.a_handicap = declaration.foyer.logement_a_adapter = OuiNon.OUI
        annexe = AnnexeHandicap(rang=1, personne=declaration.personnes[0].cle, besoins=SECRET)
        annexe.aides_techniques = (AideTechnique.LEVE_PERSONNE,)
        declaration.annexes.append(annexe)
    return couple


def test_la_fiche_dit_tout_le_recapitulatif(avec_annexe):
    page = avec_annexe.navigateur().ouvrir(f"{avec_annexe.adresse()}/verifier").page
    lu = texte(fiche(avec_annexe))
    for etape in page.select("section.recap"):
        assert _a_plat(etape.h2.get_text()) in lu
        for element in etape.select("h3, dt, dd"):
            assert _a_plat(element.get_text(" ")) in lu, element


def test_la_fiche_garde_l_ordre_des_etapes(avec_annexe):
    titres = [_a_plat(titre) for titre in fiche(avec_annexe).textes("H2")]
    attendus = [
        "Informations générales", "Demandeurs", "Composition du foyer", "Situation professionnelle", "Revenu fiscal",
        "Ressources mensuelles", "Logement actuel", "Motifs", "Souhaits",
    ]  # fmt: skip
    assert [titre for titre in titres if titre in attendus] == attendus


def test_l_annexe_handicap_et_le_numero_n_y_sont_pas(avec_annexe):
    lu = texte(fiche(avec_annexe))
    for interdit in (_a_plat(SECRET), "Lève-personne", "Aides techniques", fabriques.nir("2850369266001")):
        assert interdit not in lu
    assert "2 85 03 •• ••• ••• ••" in lu


def test_les_pieces_y_sont_par_personne_avec_leur_etat(couple):  # noqa: F811
    lu = texte(fiche(couple))
    assert "Avis d’impôt 2025 vous à joindre" in lu
    assert "Fiche de paie Tom à joindre" in lu


def test_un_prenom_a_parenthese_ne_deforme_pas_la_fiche(couple):  # noqa: F811
    with couple.declaration() as declaration:
        declaration.personnes[1].prenoms = "Tom (Thomas)"
    assert "Fiche de paie Tom (Thomas) à joindre" in texte(fiche(couple))


def test_la_fiche_d_un_brouillon_vide_ne_leve_rien(app):  # noqa: F811
    from tests.demande.conftest import commencer

    lu = texte(fiche(commencer(app, "ana@exemple.fr")))
    assert "Brouillon, pas encore soumise" in lu
    assert "pas de réponse" in lu


def test_la_fiche_d_une_demande_soumise_porte_sa_date(ana_remplie):  # noqa: F811
    with ana_remplie.declaration() as declaration:
        declaration.deposee_le = declaration.demande.deposee_le = fabriques.INSTANT
    lu = texte(fiche(ana_remplie))
    assert "Soumise, en cours de vérification" in lu
    assert "24 novembre 2026" in lu
    assert aplati("Ana Silva") in lu


def test_le_bouton_du_tableau_mene_a_la_fiche(ana_remplie):  # noqa: F811
    nav = ana_remplie.navigateur().ouvrir("/demandes")
    lien = nav.lien("Générer une fiche récapitulative")
    assert lien.get_text() == "Générer une fiche récapitulative, PDF"
    assert lien["href"] == f"{ana_remplie.adresse()}/fiche.pdf"
