"""Entrer dans la démonstration par ce que la console imprime ; le bandeau est sur chaque page, et jamais ailleurs."""

from __future__ import annotations

import re

import pytest
import sqlalchemy as sa

from portail.assistance import fils
from portail.compte.modeles import Compte
from portail.config import ConfigurationIncomplete, lire
from portail.db import ecriture, lecture
from portail.demande.modeles import Declaration, Demande
from portail.demonstration import entrees
from portail.droits import Droit
from portail.guichet.modeles import Agent
from tests import fabriques
from tests.guichet.monde import entrer
from tests.navigateur import Navigateur
from tests.socle.applications import ouvrir
from tests.socle.routes import Dossier, routes

pytestmark = pytest.mark.lent
BANDEAU = "Démonstration : personnes fictives"
AGENTS = {Droit.AGENT_ACCUEIL, Droit.AGENT_INSTRUCTEUR, Droit.AGENT_RESPONSABLE}


def imprimees() -> str:
    return "\n".join(entrees.lignes("http://127.0.0.1")).replace("\u00a0", " ")


def test_la_console_dit_par_ou_entrer(app):
    console = imprimees()
    for adresse in ("accueil@exemple.fr", "instructeur@exemple.fr", "responsable@exemple.fr"):
        assert adresse in console
    assert entrees.mot_de_passe() in console
    assert re.search(r"Clé du second facteur : (?:[A-Z2-7]{4} ){7}[A-Z2-7]{4}", console)


def test_un_agent_entre_avec_ce_qui_est_imprime(app):
    nav = Navigateur(app.test_client()).ouvrir("/guichet/connexion")
    nav.envoyer(courriel="instructeur@exemple.fr", mot_de_passe=entrees.mot_de_passe(), bouton="Me connecter")
    assert nav.h1 == "Confirmer que c’est vous"
    nav.envoyer(code_totp=entrees.code_du_moment(), bouton="Entrer")
    assert nav.h1 == "Espace guichet"
    nav.suivre("Demandes à vérifier")
    assert nav.h1 == "Demandes à vérifier"
    assert "en retard de" in nav.texte()


def test_une_personne_entre_et_voit_sa_demande_a_corriger(app):
    adresse = re.search(r"(\S+@exemple\.fr) +demande à corriger", imprimees())[1]
    nav = Navigateur(app.test_client()).ouvrir("/compte/connexion")
    nav.envoyer(courriel=adresse, mot_de_passe=entrees.mot_de_passe(), bouton="Me connecter")
    assert "À corriger" in nav.ouvrir("/demandes").texte()


def _dossier(app) -> tuple[Dossier, int]:
    """Une demande à corriger (elle a un brouillon), sa personne, et un agent responsable."""
    with lecture() as session:
        demande = session.scalars(
            sa.select(Demande)
            .join(Demande.declarations)
            .where(Declaration.deposee_le.is_(None), Demande.territoire == "069")
        ).first()
        autre = session.scalar(sa.select(Compte.id).where(Compte.id != demande.compte_id).limit(1))
        agent = session.scalar(sa.select(Agent.id).where(Agent.courriel == "responsable@exemple.fr"))
        personne = demande.declarations[0].personnes[0].cle
        demandeur = demande.compte_id, demande.id
    with ecriture() as session:
        fil = fils.ouvrir(session, demandeur[0], "111", None, None, fabriques.INSTANT)
        fils.ajouter(session, fil, "Bonjour.", "cle", fabriques.INSTANT)
    return Dossier(demandeur[1], personne, demandeur[0], autre, fil.id), agent


def test_chaque_page_dit_que_les_personnes_sont_fictives(app):
    dossier, agent = _dossier(app)
    agente, personne, anonyme = app.test_client(), app.test_client(), app.test_client()
    entrer(app, agente, agent)
    with lecture() as session:
        proprietaire = session.get_one(Compte, dossier.ana_id)
    from portail.db import db

    with db.sessionmaker() as session:
        fabriques.connecter(app, personne, session, proprietaire)
    vues, muettes = 0, []
    for route in routes(app, dossier, "GET"):
        client = agente if route.droit in AGENTS else personne if route.droit is Droit.COMPTE else anonyme
        reponse = client.get(route.adresse)
        if reponse.mimetype == "text/html" and reponse.status_code not in {301, 302, 303}:
            vues += 1
            if BANDEAU not in reponse.get_data(as_text=True).replace("\u00a0", " "):
                muettes.append(f"{route} {reponse.status_code}")
    assert not muettes
    assert vues > 50
    assert BANDEAU in anonyme.get("/nulle-part").get_data(as_text=True).replace("\u00a0", " ")


@pytest.mark.asvs("15.2.3")
def test_ailleurs_le_bandeau_n_existe_pas(dossier, horloge):
    with ouvrir(dossier, horloge) as autre:
        for adresse in ("/", "/guichet/connexion", "/nulle-part"):
            assert "fictives" not in autre.test_client().get(adresse).get_data(as_text=True)


@pytest.mark.asvs("6.3.2", "13.4.2", "15.2.3")
def test_la_production_refuse_la_demonstration():
    with pytest.raises(ConfigurationIncomplete) as refus:
        lire({"PORTAIL_DEMO": "1"})
    assert any("PORTAIL_DEMO" in manque and "production" in manque for manque in refus.value.manques)


def test_la_demonstration_a_son_dossier_a_elle(monkeypatch, tmp_path):
    monkeypatch.setattr("portail.config.RACINE", tmp_path)
    assert lire({"PORTAIL_MODE": "local"}).dossier == tmp_path / "instance"
    assert lire({"PORTAIL_MODE": "local", "PORTAIL_DEMO": "0"}).demonstration is False
    demo = lire({"PORTAIL_MODE": "local", "PORTAIL_DEMO": "1"})
    assert demo.demonstration
    assert demo.dossier == tmp_path / "instance" / "demonstration"
    assert lire({"PORTAIL_MODE": "local", "PORTAIL_DEMO": "1", "PORTAIL_DOSSIER": str(tmp_path / "x")}).dossier == (
        tmp_path / "x"
    )
