"""« Guichet » : adresse, horaires, communes, territoires, et deux responsables sur la même page."""

from __future__ import annotations

import pytest

from portail.db import db
from portail.guichet import guichets
from portail.guichet.modeles import ActeJournal, Agent, Guichet
from tests.fabriques import LYON, PARIS, VILLEURBANNE
from tests.guichet.lecture import courriels, ecritures, objets, un
from tests.guichet.monde import Monde, guichet
from tests.navigateur import Navigateur


@pytest.fixture
def chef(naviguer, monde: Monde) -> Navigateur:
    return naviguer(monde.responsable).ouvrir("/guichet/reglages")


def perimetre(numero: int) -> tuple[list[str], list[str]]:
    with db.sessionmaker() as session:
        couvert = guichets.couverture(session.get_one(Guichet, numero))
        return sorted(couvert.territoires), sorted(couvert.communes)


def test_ce_que_voit_le_public_se_change(chef, monde):
    assert chef.h1 == "Guichet"
    chef.envoyer(
        {
            "adresse": "12 rue Neuve",
            "telephone": "+33 4 78 03 67 67",
            "horaires": "Lundi 9 h à 12 h\n\nMardi fermé",
        },
        "Enregistrer",
    )
    assert chef.adresse == "/guichet/reglages?fait=enregistre"
    change = un(Guichet, monde.g1)
    assert (change.adresse, change.telephone) == ("12 rue Neuve", "04 78 03 67 67")
    assert change.horaires == "Lundi 9 h à 12 h\n\nMardi fermé"
    (ligne,) = ecritures(ActeJournal.GUICHET)
    assert ligne.agent_id == monde.responsable
    assert objets(ActeJournal.GUICHET) == ["guichet modifié : adresse, telephone, horaires"]


def test_rien_change_n_est_pas_un_acte(chef, monde):
    version = un(Guichet, monde.g1).version
    chef.envoyer({}, "Enregistrer")
    assert un(Guichet, monde.g1).version == version
    assert ecritures(ActeJournal.GUICHET) == []


@pytest.mark.asvs("15.3.3")
def test_le_code_et_le_type_ne_se_forgent_pas(chef, monde):
    valeurs = chef.saisie(chef.formulaire())
    valeurs["code"], valeurs["type"], valeurs["ferme_le"], valeurs["nom"] = "99999", "etat", "2020-01-01", "Autre nom"
    chef.poster("/guichet/reglages", valeurs)
    change = un(Guichet, monde.g1)
    assert (change.code, change.type.value, change.ferme_le, change.nom) == ("69266", "commune", None, "Autre nom")


def test_ajouter_puis_retirer_une_commune(chef, monde):
    chef.envoyer({"ajout_commune": "Lyon"}, "Enregistrer")
    assert perimetre(monde.g1) == (["069"], sorted([LYON, VILLEURBANNE]))
    chef.envoyer({"communes": [LYON]}, "Enregistrer")
    assert perimetre(monde.g1) == (["069"], [LYON])
    assert "territoires 069, 1 commune(s)" in ecritures(ActeJournal.GUICHET)[-1].objet


@pytest.mark.parametrize("tapee", ["Xyzzy", "Saint-Denis"])
def test_une_commune_inconnue_ou_ambigue_se_corrige_sur_place(chef, monde, tapee):
    chef.envoyer({"ajout_commune": tapee}, "Enregistrer")
    assert chef.statut == 422
    assert chef.page.find(id="ajout_commune")["value"] == tapee
    assert perimetre(monde.g1) == (["069"], [VILLEURBANNE])


def test_une_commune_hors_des_territoires_est_refusee_avec_le_pourquoi(chef, monde):
    chef.envoyer({"ajout_commune": "Paris"}, "Enregistrer")
    assert chef.statut == 422
    assert "territoire 111" in chef.page.find(id="resume").get_text()
    assert perimetre(monde.g1) == (["069"], [VILLEURBANNE])


def test_prendre_un_territoire_previent_qui_le_couvre_deja(chef, monde):
    chef.envoyer({"ajout_territoire": "111", "ajout_commune": "Paris"}, "Enregistrer")
    assert perimetre(monde.g1) == (["069", "111"], sorted([VILLEURBANNE, PARIS]))
    voisin = un(Agent, monde.ailleurs).courriel
    assert "Île-de-France (111)" in courriels(voisin)[-1].corps
    assert courriels(un(Agent, monde.responsable).courriel) == []
    assert "territoires 069 111" in ecritures(ActeJournal.GUICHET)[-1].objet


def test_un_guichet_garde_au_moins_un_territoire(chef, monde):
    valeurs = chef.saisie(chef.formulaire())
    valeurs.setlist("territoires", [])
    valeurs.setlist("communes", [])
    assert chef.poster("/guichet/reglages", valeurs).statut == 422
    assert "au moins un territoire" in chef.page.find(id="resume").get_text()


@pytest.mark.parametrize("forge", ["999", "063", "x" * 50])
def test_un_territoire_inconnu_ou_servi_ailleurs_ne_se_prend_pas(chef, monde, forge):
    valeurs = chef.saisie(chef.formulaire())
    valeurs.add("territoires", forge)
    assert chef.poster("/guichet/reglages", valeurs).statut == 422
    assert perimetre(monde.g1) == (["069"], [VILLEURBANNE])


def test_le_puy_de_dome_a_son_portail_et_n_est_pas_propose(app):
    proposes = dict(guichets.territoires_possibles())
    assert proposes["069"] == "Rhône"
    assert proposes["111"] == "Île-de-France"
    assert "063" not in proposes
    assert "075" not in proposes


def test_deux_responsables_sur_la_meme_page_le_second_voit_l_ecart(naviguer, chef, monde):
    autre = naviguer(monde.responsable).ouvrir("/guichet/reglages")
    autre.envoyer({"adresse": "1 place du Marché"}, "Enregistrer")
    chef.envoyer({"horaires": "Le jeudi", "adresse": "2 quai Sud"}, "Enregistrer")
    assert chef.statut == 409
    assert "Quelqu’un a changé ce guichet" in chef.texte()
    assert "1 place du Marché" in chef.page.find(id="resume").get_text()
    assert "2 quai Sud" in chef.page.find(id="resume").get_text()
    assert chef.page.find(id="adresse")["value"] == "2 quai Sud", "rien de ce qui est écrit n’est perdu"
    assert un(Guichet, monde.g1).adresse == "1 place du Marché"
    chef.envoyer({}, "Enregistrer")
    assert (un(Guichet, monde.g1).adresse, un(Guichet, monde.g1).horaires) == ("2 quai Sud", "Le jeudi")


def test_un_changement_de_communes_seul_fait_aussi_un_conflit(naviguer, chef, monde):
    naviguer(monde.responsable).ouvrir("/guichet/reglages").envoyer({"ajout_commune": "Lyon"}, "Enregistrer")
    chef.envoyer({"ajout_commune": "Bron"}, "Enregistrer")
    assert chef.statut == 409
    assert "Lyon" in chef.page.find(id="resume").get_text()


def test_l_agent_d_un_autre_guichet_ne_change_que_le_sien(naviguer, monde):
    nav = naviguer(monde.ailleurs).ouvrir("/guichet/reglages")
    nav.envoyer({"adresse": "ailleurs"}, "Enregistrer")
    assert un(Guichet, monde.g1).adresse == "Place Lazare-Goujon"
    assert un(Guichet, monde.g2).adresse == "ailleurs"


def test_les_memes_regles_sur_les_deux_moteurs(app_deux_moteurs):
    with db.sessionmaker() as session:
        g = guichet(session)
        avant = g.version
        couvert = guichets.couverture(g)
        description = {nom: getattr(g, nom) for nom in guichets.DESCRIPTION}
        plus = guichets.Perimetre(couvert.territoires, couvert.communes | {LYON})
        guichets.modifier(session, g, description, plus, None)
        session.commit()
        assert g.version == avant + 1
    assert perimetre(1) == (["069"], sorted([VILLEURBANNE, LYON]))
