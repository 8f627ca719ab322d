"""Enregistrer toujours, juger ensuite : rien de ce qui est tapé ne se perd."""

from __future__ import annotations

import json

import pytest
import sqlalchemy as sa

from tests.demande.conftest import les_deux_moteurs
from tests.navigateur import mots

LES_DEUX_FACONS = pytest.mark.parametrize("htmx", [False, True], ids=["page", "fragments"])
TROP = "Écrivez un nombre entre 1 et 1 000. Vous avez écrit 12 345."


def erreur(nav, nom: str) -> str:
    return mots(nav.page.find(id=f"e-{nom}")).removeprefix("Erreur : ")


# --- Ce qui ne va pas est gardé tel que tapé ---------------------------------------------------------------


@les_deux_moteurs
@LES_DEUX_FACONS
def test_une_valeur_invalide_est_gardee_telle_que_tapee_et_les_autres_enregistrees(ana_remplie, htmx):
    nav = ana_remplie.navigateur(htmx=htmx, slug="logement-actuel")
    nav.repondre(surface="12 345", nb_habitants="4")
    assert erreur(nav, "surface") == TROP
    assert nav.valeur("surface") == "12 345"
    assert ana_remplie.valeur("logement_actuel", "surface") == 61, "l’ancienne valeur reste dans sa colonne"
    assert ana_remplie.valeur("logement_actuel", "nb_habitants") == 4
    assert nav.volet("logement-actuel").startswith("Logement actuel 1 réponse à corriger")
    if htmx:
        assert nav.est_a_jour()


@LES_DEUX_FACONS
def test_elle_est_montree_avec_son_erreur_le_lendemain_et_apres_reconnexion(ana_remplie, horloge, htmx):
    nav = ana_remplie.navigateur(htmx=htmx, slug="logement-actuel")
    nav.repondre(surface="douze")
    horloge.avancer(hours=26)  # au-delà de toute session
    nav = ana_remplie.navigateur(slug="logement-actuel")
    assert nav.h1 == "J’ai déjà un compte, je me connecte"
    from tests.fabriques import MOT_DE_PASSE

    nav.envoyer(courriel="ana@exemple.fr", mot_de_passe=MOT_DE_PASSE, bouton="Me connecter")
    nav.ouvrir(ana_remplie.adresse("logement-actuel"))
    assert nav.h1 == "Logement actuel"
    assert nav.valeur("surface") == "douze"
    assert erreur(nav, "surface") == "Écrivez un nombre entier, en chiffres. Vous avez écrit « douze »."
    assert not nav.page.find(id="resume"), "à l’arrivée, rien ne vole le focus"
    assert nav.page.title.get_text().startswith("Logement actuel"), "revenir n’est pas une erreur"


@LES_DEUX_FACONS
def test_corrigee_elle_disparait(ana_remplie, htmx):
    nav = ana_remplie.navigateur(htmx=htmx, slug="logement-actuel")
    nav.repondre(surface="douze")
    assert ana_remplie.nombre("saisie_refusee") == 1
    nav.repondre(surface="62")
    assert ana_remplie.nombre("saisie_refusee") == 0
    assert ana_remplie.valeur("logement_actuel", "surface") == 62
    assert erreur(nav, "surface") == ""
    assert "Complète" in nav.volet("logement-actuel")
    if htmx:
        assert nav.est_a_jour()


@LES_DEUX_FACONS
def test_une_reponse_que_les_autres_lignes_refusent_garde_son_erreur_puis_la_perd(ana_remplie, htmx):
    """La règle écrite pour une étape (pas deux fois la même commune) se relit comme celle du champ."""
    nav = ana_remplie.navigateur(htmx=htmx, slug="souhaits")
    nav.envoyer(bouton="Ajouter une commune")
    premiere, *_, case = (champ["name"] for champ in nav.page.select("input[name^=commune-][name$=-commune]"))
    nav.repondre(**{case: nav.valeur(premiere)})
    phrase = "Vous avez déjà choisi cette commune. Choisissez-en une autre, ou retirez celle-ci."
    assert erreur(nav, case) == phrase
    nav.ouvrir(ana_remplie.adresse("souhaits"))
    assert erreur(nav, case) == phrase, "revenir plus tard la montre encore"
    nav.repondre(**{case: ""})
    assert erreur(nav, case) == "", "corrigée, elle ne reste pas à l’écran"
    if htmx:
        assert nav.est_a_jour()


def test_videe_elle_disparait_et_la_colonne_se_vide(ana_remplie):
    nav = ana_remplie.navigateur(slug="logement-actuel")
    nav.repondre(surface="douze")
    nav.repondre(surface="")
    assert ana_remplie.nombre("saisie_refusee") == 0
    assert ana_remplie.valeur("logement_actuel", "surface") is None


def test_une_date_incomplete_garde_ses_trois_cases(ana_remplie):
    nav = ana_remplie.navigateur(slug="logement-actuel")
    nav.repondre(**{"date_entree-jour": "31", "date_entree-mois": "fevrier", "date_entree-annee": "2020"})
    nav = ana_remplie.navigateur(slug="logement-actuel")
    assert [nav.valeur(f"date_entree-{partie}") for partie in ("jour", "mois", "annee")] == ["31", "fevrier", "2020"]
    assert erreur(nav, "date_entree") == "Le 31 février 2020 n’existe pas."


def test_poursuivre_reste_sur_la_page_et_le_resume_mene_a_la_case(ana_remplie):
    nav = ana_remplie.navigateur(slug="logement-actuel")
    nav.envoyer(surface="douze", nb_habitants="0", bouton="Poursuivre pour renforcer")
    assert nav.statut == 422
    assert nav.h1 == "Logement actuel"
    assert nav.page.title.get_text().startswith("Erreur – Logement actuel – Étape 7 sur 9")
    liens = nav.page.select("#resume a")
    assert [lien["href"] for lien in liens] == ["#surface", "#nb_habitants"]
    assert all(nav.page.find(id=lien["href"][1:]) for lien in liens)
    assert nav.page.find(id="resume").has_attr("autofocus")


def test_une_reponse_qui_manque_ne_retient_pas(ana):
    nav = ana.navigateur(slug="logement-actuel")
    nav.envoyer(bouton="Poursuivre pour renforcer")
    assert nav.h1 == "Motifs"


@les_deux_moteurs
def test_sans_javascript_poursuivre_montre_d_abord_ce_qu_une_reponse_fait_demander(ana):
    nav = ana.navigateur(slug="composition-du-foyer")
    nav.envoyer(a_personnes_a_charge="oui", attend_un_enfant="oui", bouton="Poursuivre pour renforcer")
    assert nav.h1 == "Composition du foyer"
    encart = nav.page.find(id="ouverte")
    assert encart.has_attr("autofocus")
    assert mots(encart).startswith("C’est enregistré. Vos réponses amènent d’autres questions sur cette page.")
    assert nav.page.find(id=encart.a["href"][1:])["name"].startswith("a-charge-"), (
        "la première, dans l’ordre de la page"
    )
    nav.envoyer(bouton="Poursuivre pour renforcer")
    assert nav.h1 == "Situation professionnelle", "vues, elles ne retiennent plus"


def test_le_resume_nomme_la_personne_quand_la_question_est_posee_a_plusieurs(couple):
    nav = couple.navigateur(slug="situation-professionnelle")
    tom = couple.valeur("personne", "id", "WHERE prenoms = 'Tom'")
    nav.envoyer({f"situation-{tom}-siret_employeur": "123"}, bouton="Poursuivre pour renforcer")
    assert mots(nav.page.find(id="resume")).startswith(
        "Il y a un problème Numéro SIRET de l’employeur (Tom) : Un numéro SIRET a 14 chiffres."
    )


@LES_DEUX_FACONS
def test_poursuivre_plus_tard_garde_tout_meme_l_invalide_et_dit_comment_revenir(ana_remplie, htmx):
    nav = ana_remplie.navigateur(htmx=htmx, slug="logement-actuel")
    nav.envoyer(surface="douze", nb_habitants="5", bouton="Poursuivre plus tard")
    assert nav.h1 == "Bonjour Ana !"
    assert "C’est enregistré." in nav.texte()
    assert "gardé au moins jusqu’au 24 février 2027" in nav.texte()
    assert "connectez-vous, puis choisissez « Reprendre ma demande »" in nav.texte()
    assert ana_remplie.valeur("logement_actuel", "nb_habitants") == 5
    nav.suivre("Reprendre ma demande")
    assert nav.h1 == "Logement actuel"
    assert nav.valeur("surface") == "douze"


def test_la_page_dit_quand_tout_a_ete_enregistre_et_jusqu_a_quand_c_est_garde(ana_remplie, horloge):
    nav = ana_remplie.navigateur(htmx=True, slug="logement-actuel")
    horloge.avancer(minutes=12)
    nav.repondre(surface="62")
    assert mots(nav.page.find(id="enregistre")) == "Enregistré à 11 h 12."
    assert "Votre brouillon est gardé au moins jusqu’au 24 février 2027." in nav.texte()
    horloge.avancer(days=1)
    with ana_remplie.app.app_context():
        from portail.compte.modeles import Compte
        from portail.db import db
        from tests import fabriques

        compte = db.session.get_one(Compte, ana_remplie.compte_id)
        fabriques.connecter(ana_remplie.app, ana_remplie.client, db.session, compte, "n" * 43)
    nav = ana_remplie.navigateur(slug="logement-actuel")
    assert mots(nav.page.find(id="enregistre")) == "Enregistré le 24 novembre 2026 à 11 h 12."


# --- Questions masquées -------------------------------------------------------------------------------------


@LES_DEUX_FACONS
def test_une_question_masquee_garde_sa_reponse(ana_remplie, htmx):
    nav = ana_remplie.navigateur(htmx=htmx, slug="logement-actuel")
    nav.repondre(occupation="HLM")
    nav.repondre(bailleur_nom="Est Métropole Habitat")
    nav.repondre(occupation="SD")
    assert nav.page.find(attrs={"name": "bailleur_nom"}) is None
    assert ana_remplie.valeur("logement_actuel", "bailleur_nom") == "Est Métropole Habitat"
    if htmx:
        assert nav.est_a_jour()
    nav.repondre(occupation="HLM")
    assert nav.valeur("bailleur_nom") == "Est Métropole Habitat"
    if htmx:
        assert nav.est_a_jour()


def test_une_nouvelle_question_est_annoncee_son_erreur_aussi(ana_remplie):
    nav = ana_remplie.navigateur(htmx=True, slug="logement-actuel")
    nav.repondre(autre_propriete="oui")
    assert mots(nav.page.find(id="annonce")) == "Nouvelle question : Lequel, et pourquoi n’y vivez-vous pas ?"
    nav.repondre(surface="douze")
    assert mots(nav.page.find(id="alerte")).startswith("Surface : Écrivez un nombre entier")


def test_une_erreur_dont_la_question_se_masque_ne_compte_plus(ana_remplie):
    nav = ana_remplie.navigateur(slug="logement-actuel")
    nav.repondre(surface="douze")
    nav.repondre(occupation="SD")
    assert "à corriger" not in nav.volet("logement-actuel")
    nav.repondre(occupation="CP")
    assert nav.valeur("surface") == "douze"
    assert "1 réponse à corriger" in nav.volet("logement-actuel")


# --- Numéro de sécurité sociale -------------------------------------------------------------------------------


@pytest.mark.asvs("14.2.6")
def test_le_numero_enregistre_n_est_jamais_reaffiche(ana_remplie):
    from tests.fabriques import nir

    nav = ana_remplie.navigateur(slug="informations-generales")
    numero = nir("2850369266001")
    assert numero not in str(nav.page)
    assert "2 85 03 •• ••• ••• ••" in nav.texte()
    nav.repondre(nom_usage="Durand")  # la case vide ne l'efface pas
    assert "2 85 03 •• ••• ••• ••" in nav.texte()


def test_un_numero_faux_est_garde_chiffre_et_rendu(ana_remplie):
    nav = ana_remplie.navigateur(slug="informations-generales")
    nav.repondre(nir="2 85 03 69 266 001 00")
    assert "2850369266" not in str(ana_remplie.lire(sa.text("SELECT saisie FROM saisie_refusee")))
    nav = ana_remplie.navigateur(slug="informations-generales")
    assert nav.valeur("nir") == "2 85 03 69 266 001 00"
    assert erreur(nav, "nir")


# --- Robustesse -----------------------------------------------------------------------------------------------


@pytest.mark.asvs("1.2.4", "1.3.3", "1.3.7")
@pytest.mark.menace("T11")
@pytest.mark.parametrize(
    "saisie",
    [
        "\0",
        "é" * 5000,
        "😀",
        "\u202e123",
        "<script>alert(1)</script>",
        "' OR 1=1 --",
        "{{ 7*7 }}",
        "９９",
        "1e9",
        "-0",
        "+5",
    ],
    ids=ascii,
)
def test_tout_ce_qui_se_tape_s_enregistre_ou_se_garde(ana_remplie, saisie):
    nav = ana_remplie.navigateur(slug="logement-actuel")
    for nom in ("surface", "loyer_mensuel", "bailleur_siren", "date_entree-jour", "occupation"):
        if nav.formulaire().find(attrs={"name": nom}) is not None and nom != "occupation":
            nav.taper(nom, saisie)
    nav.envoyer()
    assert nav.statut in {200, 422}
    relu = ana_remplie.navigateur(slug="logement-actuel")
    assert relu.valeur("surface") in {saisie, "61", "", "5", "99", "123"}
    assert "<script>alert" not in str(relu.page)


@pytest.mark.asvs("2.2.1", "2.2.2")
def test_une_reponse_hors_liste_est_refusee(ana_remplie):
    nav = ana_remplie.navigateur(slug="logement-actuel")
    valeurs = nav.saisie(nav.formulaire())
    valeurs["occupation"] = "CHATEAU"
    nav.poster(nav.adresse, valeurs)
    assert erreur(nav, "occupation") == "Choisissez une des réponses proposées."
    assert ana_remplie.valeur("logement_actuel", "occupation") == "CP"


@pytest.mark.parametrize("revision", ["", "abc", "-1", "9" * 400])
def test_une_revision_malformee_n_est_jamais_une_panne(ana_remplie, revision):
    reponse = ana_remplie.poster("logement-actuel", {"revision": revision, "surface": "50"})
    assert reponse.status_code in {200, 409}


@pytest.mark.parametrize(
    "action", ["inconnu", "monter", "a:b:c:d", "retirer:motif:" + "9" * 5000, ":::", "joindre:" + "9" * 30]
)
def test_un_bouton_inconnu_enregistre_et_n_est_jamais_une_panne(ana_remplie, action):
    reponse = ana_remplie.poster("logement-actuel", {"surface": "50", "action": action})
    assert reponse.status_code in {200, 303, 422}
    assert ana_remplie.valeur("logement_actuel", "surface") == 50


def test_etape_inconnue(ana):
    for reponse in (
        ana.client.get(f"{ana.adresse()}/etapes/inconnue", base_url="http://127.0.0.1"),
        ana.poster("inconnue", {}),
    ):
        assert reponse.status_code == 404


def test_la_touche_entree_poursuit(couple):
    """Le premier bouton d'un formulaire est celui que presse la touche Entrée : ce n'est pas « Retirer Tom »."""
    for slug in ("informations-generales", "demandeurs", "composition-du-foyer", "motifs", "souhaits"):
        nav = couple.navigateur(slug=slug)
        premier = nav.formulaire().find("button")
        assert (premier["name"], premier["value"]) == ("action", "poursuivre")
        assert premier["tabindex"] == "-1"


def test_les_saisies_refusees_sont_du_json_par_case(ana_remplie):
    nav = ana_remplie.navigateur(slug="logement-actuel")
    nav.repondre(surface="douze")
    with ana_remplie.declaration() as declaration:
        (refus,) = declaration.refus
        assert (refus.etape, refus.champ) == ("logement-actuel", "surface")
        assert json.loads(refus.saisie) == {"surface": ["douze"]}
