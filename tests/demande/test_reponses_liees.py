"""Une réponse refusée à cause d'une autre : quand l'autre change, elle s'enregistre, ou se signale encore. Jamais perdue."""

from __future__ import annotations

import re

import pytest
import sqlalchemy as sa

from tests.demande.conftest import les_deux_moteurs
from tests.fabriques import LYON
from tests.navigateur import mots

BRON = "69029"
DEUX_FACONS = pytest.mark.parametrize("htmx", [False, True], ids=["page", "htmx"])


def erreur(nav, nom: str) -> str:
    return mots(nav.page.find(id=f"e-{nom}"))


def communes(personne) -> list[str]:
    lignes = personne.lire(sa.text("SELECT commune FROM commune_souhaitee ORDER BY rang, id"))
    return [ligne[0] for ligne in lignes]


@les_deux_moteurs
@DEUX_FACONS
def test_le_doublon_leve_par_l_autre_commune_s_enregistre(ana_remplie, htmx):
    nav = ana_remplie.navigateur(htmx=htmx, slug="souhaits")
    nav.envoyer(bouton="Ajouter une commune")
    nav.ouvrir(ana_remplie.adresse("souhaits"))
    premiere, *_, seconde = [case["name"] for case in nav.page.select("input[name^=commune-][name$=-commune]")]
    nav.repondre(**{seconde: "Lyon"})
    nav.repondre(**{premiere: "Lyon"})
    assert "Vous avez déjà choisi cette commune" in erreur(nav, premiere)
    nav.repondre(**{seconde: "Bron"})
    assert erreur(nav, premiere) == ""
    assert communes(ana_remplie) == [LYON, BRON]
    assert ana_remplie.nombre("saisie_refusee") == 0
    if htmx:
        assert nav.est_a_jour()


@DEUX_FACONS
def test_une_commune_suffit_quelle_que_soit_sa_case(ana_remplie, htmx):
    """La première case vidée, la seconde remplie : il y a bien une commune."""
    nav = ana_remplie.navigateur(htmx=htmx, slug="souhaits")
    nav.envoyer(bouton="Ajouter une commune")
    nav.ouvrir(ana_remplie.adresse("souhaits"))
    premiere, seconde = [case["name"] for case in nav.page.select("input[name^=commune-][name$=-commune]")]
    nav.repondre(**{premiere: ""})
    manque = "Commune souhaitée n° 1 (Souhaits)"
    verifier = ana_remplie.navigateur().ouvrir(f"{ana_remplie.adresse()}/verifier")
    assert manque in [mots(ligne) for ligne in verifier.page.select("#manques li")]
    nav.repondre(**{seconde: "Lyon"})
    if htmx:
        assert nav.est_a_jour()
    verifier.ouvrir(f"{ana_remplie.adresse()}/verifier")
    assert manque not in [mots(ligne) for ligne in verifier.page.select("#manques li")]


@DEUX_FACONS
def test_une_personne_de_plus_rend_valable_le_nombre_refuse(couple, htmx):
    nav = couple.navigateur(htmx=htmx, slug="composition-du-foyer")
    nav.repondre(a_handicap="oui")
    nav.repondre(nb_handicapes="7")
    assert "Vous avez déclaré 6 personnes" in erreur(nav, "nb_handicapes")
    nav.presser("ajouter:a-charge")
    assert (erreur(nav, "nb_handicapes"), couple.valeur("foyer", "nb_handicapes")) == ("", 7)
    assert couple.nombre("saisie_refusee") == 0


def test_levee_par_une_autre_etape_elle_se_signale_encore_avant_de_soumettre(couple):
    """Un co-demandeur annoncé de plus lève le refus d'une autre étape, qui n'enregistre pas celle-ci."""
    nav = couple.navigateur(slug="composition-du-foyer")
    nav.repondre(a_handicap="oui")
    nav.repondre(nb_handicapes="7")
    nav.ouvrir(couple.adresse("informations-generales"))
    nav.repondre(nb_codemandeurs="2")
    assert couple.valeur("foyer", "nb_handicapes") is None
    nav.ouvrir(f"/demandes/{couple.demande_id}/verifier")
    assert "Combien de personnes ?" in mots(nav.page.find(id="a-corriger") or nav.page.find("main"))
    assert nav.page.find("a", href=lambda adresse: adresse and adresse.endswith("#nb_handicapes"))


@les_deux_moteurs
@DEUX_FACONS
def test_un_autre_motif_est_a_preciser_les_motifs_de_la_liste_non(ana_remplie, htmx):
    nav = ana_remplie.navigateur(htmx=htmx, slug="motifs")
    motif = nav.page.find("select", attrs={"name": re.compile(r"^motif-\d+-motif$")})["name"]
    for code, intitule, etat in (
        ("01", "Voulez-vous préciser ? (facultatif)", "Complète"),
        ("23", "Voulez-vous préciser ?", "En cours : 1 réponse manque"),
        ("02", "Voulez-vous préciser ? (facultatif)", "Complète"),
    ):
        nav.repondre(**{motif: code})
        assert mots(nav.page.find("label", attrs={"for": "precisions"})) == intitule
        assert etat in mots(nav.page.select_one("#volet li a[href$=motifs]").parent)
        if htmx:
            assert nav.est_a_jour()
    nav.repondre(**{motif: "23"})
    nav.repondre(precisions="Me rapprocher d’un hôpital")
    assert "Complète" in mots(nav.page.select_one("#volet li a[href$=motifs]").parent)
