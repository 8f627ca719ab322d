"""Deux réponses valides qui ne vont pas ensemble : un avis « À vérifier », jamais un refus."""

from __future__ import annotations

from dataclasses import replace

import pytest

from portail.demande.foyer import nouvelle_personne
from portail.demande.modeles import Role
from portail.demande.parcours import PARCOURS
from tests.demande.conftest import les_deux_moteurs
from tests.demande.memoire import contexte, declaration
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
    with couple.declaration() as declaration:
        declaration.foyer.a_autres_enfants, declaration.foyer.attend_un_enfant = NON, OUI
        declaration.foyer.nb_naissances = None
    assert not couple.navigateur(slug="souhaits").page.find(id=f"v-{NOMBRE}")


@les_deux_moteurs
@pytest.mark.parametrize("htmx", [False, True], ids=["page", "htmx"])
def test_un_nom_qui_ne_s_ecrit_pas_avec_des_lettres_s_enregistre_et_se_signale(ana_remplie, htmx):
    nav = ana_remplie.navigateur(htmx=htmx, slug="informations-generales")
    assert not nav.page.find(id="v-prenoms")
    nav.repondre(prenoms="Ana 2", nom_naissance="<b>Lopez</b>", nom_usage="Lopez 😀")
    assert "« 2 » n’est pas une lettre" in avis(nav, "prenoms")
    assert avis(nav, "prenoms").startswith("À vérifier : ")
    assert not nav.page.select("p.avis .lu"), "« À vérifier » se lit à l'œil aussi : la couleur seule ne le dit pas"
    assert "« < » n’est pas une lettre" in avis(nav, "nom_naissance")
    assert "« 😀 » n’est pas une lettre" in avis(nav, "nom_usage")
    assert nav.erreurs() == []
    assert ana_remplie.valeur("personne", "prenoms", "WHERE role = 'demandeur'") == "Ana 2"
    if htmx:
        assert nav.est_a_jour()
    nav.repondre(prenoms="Ana", nom_naissance="d’Àlvarez-Nuñez", nom_usage="")
    assert not nav.page.select("p.avis")


@pytest.mark.parametrize("slug", ["demandeurs", "composition-du-foyer"])
def test_le_nom_de_chaque_personne_du_foyer_se_relit(couple, slug):
    with couple.declaration() as declaration:
        declaration.foyer.a_autres_enfants = declaration.coordonnees.a_colocataires = OUI
        declaration.personnes += [
            nouvelle_personne(role, 1, nom_naissance="Petit") for role in (Role.COLOCATAIRE, Role.AUTRE_ENFANT)
        ]
        for personne in declaration.personnes:
            personne.prenoms = "12345"
    nav = couple.navigateur(slug=slug)
    cases = {case["id"] for case in nav.page.select("input[name$=-prenoms]")}
    assert len(cases) >= 2
    assert {avis["id"].removeprefix("v-") for avis in nav.page.select("p.avis[id$=-prenoms]")} == cases


def rappels(foyer) -> list[str]:
    return [
        mots(ligne) for ligne in foyer.navigateur().ouvrir(f"{foyer.adresse()}/verifier").page.select("#a-relire li")
    ]


def test_le_recapitulatif_rappelle_ce_qui_est_a_verifier_de_qui_et_ou(couple):
    assert rappels(couple) == []
    with couple.declaration() as declaration:
        declaration.personnes[0].nom_naissance = "Martin 2"
        leo = declaration.personnes[2]
        leo.prenoms = "Léo 😀"
        declaration.coordonnees.adresse_code_postal, declaration.souhaits.nb_personnes_a_loger = "69002", 3
    nom, code, prenom, nombre = rappels(couple)
    assert nom.startswith("Nom de naissance : « 2 » n’est pas une lettre.")
    assert code.startswith("Code postal : ")
    assert prenom.startswith("Prénom(s) (Personne à charge : Léo 😀) : « 😀 » n’est pas une lettre.")
    assert nombre.startswith("Combien de personnes à loger ? D’après les étapes précédentes, vous serez 6 personnes")
    nav = couple.navigateur().ouvrir(f"{couple.adresse()}/verifier")
    for lien in nav.page.select("#a-relire a"):
        adresse, ancre = lien["href"].split("#")
        assert couple.navigateur().ouvrir(adresse).page.find(id=ancre), lien
    assert not nav.page.select("#a-corriger"), "rien n'est refusé"


@pytest.mark.parametrize("htmx", [False, True], ids=["page", "htmx"])
def test_un_enfant_declare_deux_fois_se_signale(couple, htmx):
    with couple.declaration() as declaration:
        declaration.foyer.a_autres_enfants = OUI
        leo = declaration.personnes[2]
        declaration.personnes.append(
            nouvelle_personne(Role.AUTRE_ENFANT, 1, prenoms="léo", date_naissance=leo.date_naissance)
        )
    nav = couple.navigateur(htmx=htmx, slug="composition-du-foyer")
    phrase = "Une autre personne de cette demande a ce prénom et cette date de naissance."
    assert nav.texte().count(phrase) == 2
    assert sum(phrase in rappel for rappel in rappels(couple)) == 2
    case = next(c["name"] for c in nav.page.select("input[name^=autre-enfant-][name$=-prenoms]"))
    nav.repondre(**{case: "Léa"})
    assert phrase not in nav.texte()
    if htmx:
        assert nav.est_a_jour()


def test_une_identite_que_le_guichet_a_verifiee_ne_se_relit_plus():
    qui = declaration()
    qui.personnes[0].nom_naissance = "Silva 2"
    assert len(PARCOURS.a_relire(qui, contexte())) == 1
    assert PARCOURS.a_relire(qui, replace(contexte(), identite_verifiee=True)) == []
