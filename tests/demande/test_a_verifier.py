"""Deux réponses valides qui ne vont pas ensemble : un avis « À vérifier », jamais un refus."""

from __future__ import annotations

import pytest

from tests.demande.conftest import les_deux_moteurs
from tests.fabriques import LYON, NON, OUI
from tests.navigateur import mots

CODE, NOMBRE = "adresse_code_postal", "nb_personnes_a_loger"


def avis(nav, nom: str) -> str:
    return mots(nav.page.find(id=f"v-{nom}"))


@les_deux_moteurs
@pytest.mark.parametrize("htmx", [False, True], ids=["page", "htmx"])
def test_un_code_postal_d_une_autre_commune_s_enregistre_et_se_signale(ana_remplie, htmx):
    nav = ana_remplie.navigateur(htmx=htmx, slug="demandeurs")
    assert not nav.page.find(id=f"v-{CODE}")
    nav.repondre(**{CODE: "69002"})
    assert "69002 n’est pas un code postal de Villeurbanne" in avis(nav, CODE)
    assert ana_remplie.valeur("coordonnees", CODE) == "69002"
    if htmx:
        assert nav.est_a_jour()
    nav.repondre(**{CODE: "69100"})
    assert not nav.page.find(id=f"v-{CODE}")


def test_l_avis_suit_la_commune_et_se_tait_sur_une_adresse_qu_on_ne_demande_plus(ana_remplie):
    with ana_remplie.declaration() as declaration:
        declaration.coordonnees.adresse_commune = LYON
    nav = ana_remplie.navigateur(slug="demandeurs")
    assert "n’est pas un code postal de Lyon" in avis(nav, CODE)
    nav.repondre(adresse_a_l_etranger="oui")
    assert not nav.page.find(id=f"v-{CODE}")


@les_deux_moteurs
@pytest.mark.parametrize("htmx", [False, True], ids=["page", "htmx"])
def test_un_nombre_a_loger_qui_n_est_pas_celui_du_foyer_s_enregistre_et_se_signale(couple, htmx):
    nav = couple.navigateur(htmx=htmx, slug="souhaits")
    assert not nav.page.find(id=f"v-{NOMBRE}")
    nav.repondre(**{NOMBRE: "3"})
    assert "vous serez 6 personnes" in avis(nav, NOMBRE)
    assert couple.valeur("souhaits", NOMBRE) == 3
    if htmx:
        assert nav.est_a_jour()


def test_les_naissances_comptent_la_colocation_non(couple):
    with couple.declaration() as declaration:
        declaration.foyer.attend_un_enfant, declaration.foyer.nb_naissances = OUI, 2
    assert "vous serez 8 personnes" in avis(couple.navigateur(slug="souhaits"), NOMBRE)
    with couple.declaration() as declaration:
        declaration.foyer.attend_un_enfant = NON
    assert not couple.navigateur(slug="souhaits").page.find(id=f"v-{NOMBRE}")
    with couple.declaration() as declaration:
        declaration.foyer.attend_un_enfant, declaration.coordonnees.a_colocataires = OUI, OUI
    assert not couple.navigateur(slug="souhaits").page.find(id=f"v-{NOMBRE}")


def test_un_foyer_pas_encore_decrit_ne_se_compare_pas(couple):
    with couple.declaration() as declaration:
        declaration.foyer.a_autres_enfants = None
        declaration.souhaits.nb_personnes_a_loger = 1
    assert not couple.navigateur(slug="souhaits").page.find(id=f"v-{NOMBRE}")
