"""Deux pages, deux onglets, une réponse perdue : rien n'est écrasé en silence, rien n'est perdu."""

from __future__ import annotations

import io

import pytest

from portail.demande.modeles import Declaration, Demande
from tests.demande.conftest import les_deux_moteurs
from tests.fabriques import INSTANT
from tests.navigateur import mots
from tests.pieces.cas import jpeg

LES_DEUX_FACONS = pytest.mark.parametrize("htmx", [False, True], ids=["page", "fragments"])
POURSUIVRE = "Poursuivre pour renforcer ma demande"


def deux_onglets(foyer, slug: str, *, htmx: bool = False):
    return foyer.navigateur(slug=slug), foyer.navigateur(htmx=htmx, slug=slug)


# --- La même page n'est jamais en conflit avec elle-même -------------------------------------------------------


@les_deux_moteurs
@LES_DEUX_FACONS
def test_une_reponse_perdue_n_est_pas_un_conflit(ana_remplie, htmx):
    """L'enregistrement est fait, la réponse n'arrive pas : la page renvoie, avec la révision qu'elle connaît."""
    nav = ana_remplie.navigateur(htmx=htmx, slug="logement-actuel")
    nav.taper("surface", "62")
    perdue = nav.saisie(nav.formulaire())
    ana_remplie.client.post(nav.adresse, data=perdue, headers={"HX-Request": "true"}, base_url=nav.base)
    nav.repondre(surface="63")
    assert nav.statut == 200
    assert ana_remplie.valeur("logement_actuel", "surface") == 63
    if htmx:
        assert nav.est_a_jour(), "la réponse perdue portait des changements : la suivante les rend tous"


def test_apres_une_reponse_perdue_tout_ce_qui_a_change_est_redessine(ana_remplie):
    nav = ana_remplie.navigateur(htmx=True, slug="logement-actuel")
    nav.taper("occupation", "HLM")
    ana_remplie.client.post(
        nav.adresse, data=nav.saisie(nav.formulaire()), headers={"HX-Request": "true"}, base_url=nav.base
    )
    nav.repondre(nb_habitants="4")
    assert nav.page.find(attrs={"name": "bailleur_nom"}), "la question ouverte par la réponse perdue"
    assert nav.est_a_jour()


def test_f5_sur_une_page_et_retour_arriere_ne_sont_pas_des_pannes(ana_remplie):
    nav = ana_remplie.navigateur(slug="logement-actuel")
    ancienne = nav.saisie(nav.formulaire())
    nav.envoyer(surface="62", bouton=POURSUIVRE)
    assert nav.h1 == "Motifs"
    ancienne["surface"] = "64"  # la page d'avant, retrouvée par le bouton « retour » du navigateur
    nav.poster(ana_remplie.adresse("logement-actuel"), {**ancienne.to_dict(flat=False), "action": "poursuivre"})
    assert nav.h1 == "Motifs"
    assert ana_remplie.valeur("logement_actuel", "surface") == 64


# --- Deux onglets ------------------------------------------------------------------------------------------------


@les_deux_moteurs
@LES_DEUX_FACONS
def test_le_second_onglet_recoit_les_deux_valeurs_et_choisit(ana_remplie, htmx):
    premier, second = deux_onglets(ana_remplie, "logement-actuel", htmx=htmx)
    premier.repondre(surface="62", nb_habitants="4")
    second.taper("surface", "70")
    second.taper("loyer_mensuel", "100,50")
    second.envoyer(bouton=POURSUIVRE)
    assert second.statut == 409
    assert second.h1 == "Cette étape a changé ailleurs"
    assert second.page.title.get_text().startswith("Erreur – Cette étape a changé ailleurs")
    assert ana_remplie.valeur("logement_actuel", "surface") == 62, "rien n’est écrasé"
    groupes = {mots(g.legend): [mots(label) for label in g.find_all("label")] for g in second.page.select("fieldset")}
    assert groupes == {
        "Surface": ["62 m² (déjà enregistré)", "70 m² (ce que vous venez d’écrire)"],
        "Combien de personnes y vivent, vous compris ?": [
            "4 (déjà enregistré)",
            "3 (ce que vous venez d’écrire)",
        ],
        "Loyer ou redevance, charges comprises": [
            "0 € par mois (déjà enregistré)",
            "100,50 € par mois (ce que vous venez d’écrire)",
        ],
    }
    choix = [case for case in second.page.select("input[type=radio]") if case.has_attr("checked")]
    assert {case["value"] for case in choix} == {"enregistree"}, "par défaut, rien ne change"
    second.envoyer({"choix:surface": "nouvelle", "choix:loyer_mensuel": "nouvelle"}, bouton="Enregistrer mon choix")
    assert second.h1 == "Logement actuel"
    assert ana_remplie.valeur("logement_actuel", "surface") == 70
    assert ana_remplie.valeur("logement_actuel", "loyer_mensuel") == 10_050
    assert ana_remplie.valeur("logement_actuel", "nb_habitants") == 4


def test_ne_rien_choisir_garde_ce_qui_etait_enregistre(ana_remplie):
    premier, second = deux_onglets(ana_remplie, "logement-actuel")
    premier.repondre(surface="62")
    second.envoyer(surface="70", bouton=POURSUIVRE)
    second.envoyer(bouton="Enregistrer mon choix")
    assert ana_remplie.valeur("logement_actuel", "surface") == 62


def test_une_valeur_invalide_choisie_au_conflit_est_gardee_telle_que_tapee(ana_remplie):
    premier, second = deux_onglets(ana_remplie, "logement-actuel")
    premier.repondre(surface="62")
    second.envoyer(surface="douze", bouton=POURSUIVRE)
    second.envoyer({"choix:surface": "nouvelle"}, bouton="Enregistrer mon choix")
    assert second.h1 == "Logement actuel"
    assert second.valeur("surface") == "douze"


def test_dates_listes_et_lieux_se_choisissent_aussi(couple):
    premier, second = deux_onglets(couple, "souhaits")
    premier.repondre(types=["T1"], loyer_max="500")
    commune = next(nom for nom in second.saisie(second.formulaire()) if nom.endswith("-commune"))
    second.taper("types", ["T2", "T3"])
    second.taper(commune, "Lyon (69)")
    second.envoyer(bouton=POURSUIVRE)
    assert second.statut == 409
    second.envoyer({"choix:types": "nouvelle", f"choix:{commune}": "nouvelle"}, bouton="Enregistrer mon choix")
    assert couple.valeur("souhaits", "types") == ",T2,T3,"
    assert couple.valeur("commune_souhaitee", "commune") == "69123"

    premier, second = deux_onglets(couple, "logement-actuel")
    premier.repondre(surface="62")
    second.repondre(**{"date_entree-jour": "1", "date_entree-mois": "mars", "date_entree-annee": "2020"})
    assert second.statut == 409
    second.envoyer({"choix:date_entree": "nouvelle"}, bouton="Enregistrer mon choix")
    assert str(couple.valeur("logement_actuel", "date_entree")) == "2020-03-01"


def test_le_conflit_nomme_la_personne(couple):
    premier, second = deux_onglets(couple, "situation-professionnelle")
    tom = couple.valeur("personne", "id", "WHERE prenoms = 'Tom'")
    premier.repondre(**{f"situation-{tom}-profession": "Livreur"})
    second.envoyer({f"situation-{tom}-profession": "Magasinier"}, bouton=POURSUIVRE)
    assert [mots(legende) for legende in second.page.select("legend")] == ["Profession (Tom)"]


def test_deux_etapes_differentes_ne_se_genent_pas(ana_remplie):
    premier, second = ana_remplie.navigateur(slug="logement-actuel"), ana_remplie.navigateur(slug="souhaits")
    premier.repondre(surface="62")
    second.repondre(loyer_max="600")
    assert second.statut == 200
    premier.repondre(surface="63")
    assert premier.statut == 200


def test_le_premier_onglet_est_a_son_tour_prevenu(ana_remplie):
    premier, second = deux_onglets(ana_remplie, "logement-actuel")
    premier.repondre(surface="62")
    second.envoyer(surface="70", bouton=POURSUIVRE)
    second.envoyer({"choix:surface": "nouvelle"}, bouton="Enregistrer mon choix")
    premier.envoyer(surface="80", bouton=POURSUIVRE)
    assert premier.statut == 409
    assert ana_remplie.valeur("logement_actuel", "surface") == 70


def test_deux_onglets_qui_disent_la_meme_chose_le_savent(ana_remplie):
    premier, second = deux_onglets(ana_remplie, "logement-actuel")
    premier.repondre(surface="62")
    second.envoyer(surface="62", bouton=POURSUIVRE)
    assert second.statut == 409
    assert "déjà enregistré à l’identique" in second.texte()
    second.envoyer(bouton="Enregistrer mon choix")
    assert second.h1 == "Logement actuel"


# --- Enregistrement automatique -----------------------------------------------------------------------------------


def test_un_enregistrement_automatique_en_conflit_le_signale_sans_toucher_aux_cases(ana_remplie):
    premier, second = deux_onglets(ana_remplie, "logement-actuel", htmx=True)
    premier.repondre(surface="62")
    second.repondre(surface="70")
    assert second.statut == 409
    assert second.h1 == "Logement actuel", "la page ne bouge pas"
    assert second.valeur("surface") == "70"
    signal = second.page.find(id="conflit")
    assert mots(signal.p).startswith("Cette étape a été modifiée dans une autre page. Vos réponses sont encore là.")
    assert (
        mots(second.page.find(id="alerte"))
        == "Cette étape a été modifiée dans une autre page. Vos réponses ne sont pas perdues."
    )
    second.repondre(nb_habitants="5")  # la personne continue : toujours signalé, toujours rien de perdu
    assert second.statut == 409
    second.envoyer(bouton="Comparer et choisir")
    assert second.h1 == "Cette étape a changé ailleurs"
    assert [mots(legende) for legende in second.page.select("legend")] == [
        "Surface",
        "Combien de personnes y vivent, vous compris ?",
    ]
    second.envoyer({"choix:surface": "nouvelle", "choix:nb_habitants": "nouvelle"}, bouton="Enregistrer mon choix")
    assert ana_remplie.valeur("logement_actuel", "surface") == 70
    assert ana_remplie.valeur("logement_actuel", "nb_habitants") == 5
    second.repondre(surface="71")
    assert second.statut == 200
    assert second.est_a_jour()


# --- Demande soumise dans un autre onglet ---------------------------------------------------------------------------


@pytest.fixture
def soumise_ailleurs(ana_remplie):
    """Un onglet ouvert sur une étape, pendant que l'autre soumet la demande."""

    def soumettre() -> None:
        with ana_remplie.declaration() as declaration:
            from tests.fabriques import INSTANT

            declaration.deposee_le = declaration.demande.deposee_le = INSTANT

    ana_remplie.soumettre = soumettre
    return ana_remplie


@les_deux_moteurs
@LES_DEUX_FACONS
def test_une_demande_soumise_ailleurs_montre_ce_qui_etait_tape(soumise_ailleurs, htmx):
    nav = soumise_ailleurs.navigateur(htmx=htmx, slug="logement-actuel")
    soumise_ailleurs.soumettre()
    nav.taper("surface", "70")
    nav.taper("nb_habitants", "")
    nav.envoyer(bouton=POURSUIVRE)
    assert nav.statut == 409
    assert nav.h1 == "Votre demande a été soumise ailleurs"
    assert dict(zip(*([mots(e) for e in nav.page.select(q)] for q in ("dl dt", "dl dd")), strict=True)) == {
        "Surface": "70 m²",
        "Combien de personnes y vivent, vous compris ?": "Pas de réponse",
    }
    assert soumise_ailleurs.valeur("logement_actuel", "surface") == 61
    nav.suivre("Voir ma demande")
    assert nav.h1 == "Votre demande est soumise"


def test_rien_de_tape_rien_de_perdu(soumise_ailleurs):
    nav = soumise_ailleurs.navigateur(slug="logement-actuel")
    soumise_ailleurs.soumettre()
    nav.envoyer(bouton=POURSUIVRE)
    assert nav.statut == 409
    assert "Ce que vous veniez d’écrire y est déjà." in nav.texte()
    assert not nav.page.find("dl")


def test_l_enregistrement_automatique_dit_que_la_demande_est_partie(soumise_ailleurs):
    nav = soumise_ailleurs.navigateur(htmx=True, slug="logement-actuel")
    soumise_ailleurs.soumettre()
    nav.repondre(surface="70")
    assert nav.statut == 409
    assert "soumise dans une autre page" in mots(nav.page.find(id="alerte"))
    nav.envoyer(bouton="Voir ce qui n’a pas été envoyé")
    assert nav.h1 == "Votre demande a été soumise ailleurs"
    assert "70 m²" in nav.texte()


def test_ce_qui_se_tapait_dans_une_ligne_retiree_ailleurs_se_relit(couple):
    nav, autre = deux_onglets(couple, "composition-du-foyer")
    autre.envoyer(bouton="Retirer Léo")
    autre.envoyer(bouton="Oui, retirer Léo")
    case = next(c["name"] for c in nav.page.select("input[name$=-prenoms]") if c["value"] == "Léo")
    nav.taper(case, "Léonard")
    nav.taper(case.replace("prenoms", "date_naissance-annee"), "2011")
    nav.envoyer(bouton=POURSUIVRE)
    assert (nav.statut, nav.h1) == (409, "Cette étape a changé ailleurs")
    assert "dans une ligne retirée depuis" in nav.texte()
    lues = [mots(e) for e in nav.page.select("dl dd")]
    assert "Léonard" in lues
    assert "1er mai 2011" in lues
    assert "Martin" not in lues, "ce que Zoé dit aussi n'est pas perdu"


@LES_DEUX_FACONS
def test_une_mise_a_jour_effacee_ailleurs_le_dit_et_montre_ce_qui_etait_tape(couple, horloge, htmx):
    with couple.declaration() as declaration:
        _enregistrer(declaration.demande, declaration)
    adresse = f"{couple.adresse()}/mise-a-jour"
    commencer = {"csrf_token": couple.jeton()}
    couple.client.post(adresse, data=commencer, base_url="http://127.0.0.1")
    nav = couple.navigateur(htmx=htmx, slug="composition-du-foyer")
    couple.client.post(f"{adresse}/effacer", data=commencer, base_url="http://127.0.0.1")
    case = next(c["name"] for c in nav.page.select("input[name$=-prenoms]") if c["value"] == "Léo")
    nav.taper(case, "Léonard")
    saisie = nav.saisie(nav.formulaire())
    nav.envoyer(bouton=POURSUIVRE)
    assert (nav.statut, nav.h1) == (409, "Votre mise à jour n’est plus ouverte")
    assert "Léonard" in [mots(e) for e in nav.page.select("dl dd")]
    # Recommencée : les lignes ont d'autres numéros, la page d'avant n'y écrit pas.
    horloge.avancer(minutes=1)
    couple.client.post(adresse, data=commencer, base_url="http://127.0.0.1")
    nav.poster(couple.adresse("composition-du-foyer"), {**saisie.to_dict(flat=False), "action": "poursuivre"})
    assert (nav.statut, nav.h1) == (409, "Cette étape a changé ailleurs")
    assert "Léonard" in nav.texte()


@LES_DEUX_FACONS
def test_une_demande_radiee_pendant_qu_on_ecrit_ne_dit_pas_enregistre(couple, horloge, htmx):
    """Radiée par un guichet, ou abandonnée ailleurs : la page ouverte disait « Enregistré », et rien n'en serait parti."""
    with couple.declaration() as declaration:
        _enregistrer(declaration.demande, declaration)
    couple.client.post(
        f"{couple.adresse()}/mise-a-jour", data={"csrf_token": couple.jeton()}, base_url="http://127.0.0.1"
    )
    nav = couple.navigateur(htmx=htmx, slug="logement-actuel")
    with couple.declaration() as declaration:
        declaration.demande.radiee_le, declaration.demande.motif_radiation = INSTANT, "b"
    if htmx:
        nav.repondre(surface="70")
        assert nav.statut == 409
        assert "radiée, pendant que vous écriviez" in mots(nav.page.find(id="alerte"))
        nav.envoyer(bouton="Voir ce qui n’a pas été envoyé")
    else:
        nav.envoyer(surface="70", bouton=POURSUIVRE)
    assert (nav.statut, nav.h1) == (409, "Votre demande n’est plus active")
    assert "70 m²" in nav.texte()
    assert couple.nombre("logement_actuel", "WHERE surface = 70") == 0
    nav.suivre("Voir ma demande")
    assert nav.h1 == "Bonjour Léa !"


def _enregistrer(demande: Demande, declaration: Declaration) -> None:
    demande.deposee_le = demande.soumise_le = demande.enregistree_le = declaration.deposee_le = INSTANT
    demande.presentee_le, demande.declaration_deposee = INSTANT.date(), declaration


# --- Fichiers -----------------------------------------------------------------------------------------------------


def test_un_fichier_joint_depuis_une_page_depassee_est_garde(ana):
    premier, second = deux_onglets(ana, "informations-generales")
    premier.repondre(nom_usage="Durand")
    case = second.page.find("input", type="file")["name"]
    second.taper("nom_usage", "Dupont")
    valeurs = second.saisie(second.formulaire()).to_dict(flat=False)
    second.poster(second.adresse, {**valeurs, case: (io.BytesIO(jpeg()), "carte.jpg"), "action": "joindre"})
    assert second.statut == 409
    assert ana.nombre("fichier") == 1
    second.envoyer({"choix:nom_usage": "nouvelle"}, bouton="Enregistrer mon choix")
    assert second.page.find("a", string="carte.jpg")
    assert ana.valeur("personne", "nom_usage") == "Dupont"
