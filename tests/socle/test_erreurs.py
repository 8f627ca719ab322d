"""Les erreurs : une phrase claire, rien de perdu de ce qui était écrit, rien de personnel dans le journal."""

from __future__ import annotations

import logging
import sqlite3

import pytest
import sqlalchemy as sa
from bs4 import BeautifulSoup
from flask import request

from portail.compte.modeles import Compte
from portail.config import RACINE
from portail.db import db, ecriture
from portail.droits import Droit, droit
from portail.freins import TropDEssais
from tests.fabriques import MOT_DE_PASSE
from tests.navigateur import Navigateur, mots
from tests.pages import controler
from tests.socle.applications import ouvrir
from tests.socle.routes import peupler
from tests.socle.test_droits import entrer

ADRESSE = "ana@exemple.fr"
NIR, JETON = "285036926600199", "jeton-tres-secret-" + "j" * 30


def sans_nom() -> None:
    raise ZeroDivisionError(f"division du {NIR} de {ADRESSE}")


def base_en_panne() -> None:
    raise sa.exc.OperationalError("UPDATE", None, sqlite3.OperationalError("disk I/O error"))


def connexions_prises() -> None:
    raise sa.exc.TimeoutError("QueuePool limit of size 8 overflow 10 reached")


def frein() -> None:
    raise TropDEssais(40)


PANNES = {
    "sans-nom": (sans_nom, 500),
    "base": (base_en_panne, 503),
    "connexions": (connexions_prises, 503),
    "frein": (frein, 429),
}


@pytest.fixture
def app(dossier, horloge):
    """Sans le mode de test : les erreurs suivent leur cours, comme en service."""
    with ouvrir(dossier, horloge, TESTING=False, PROPAGATE_EXCEPTIONS=False) as application:
        for nom, (panne, _) in PANNES.items():
            application.add_url_rule(
                f"/panne/{nom}/<jeton>",
                nom,
                droit(Droit.PUBLIC)(lambda jeton, panne=panne: panne()),
                methods=["GET", "POST"],
            )
        application.add_url_rule(
            "/essai/<jeton>", "essai", droit(Droit.PUBLIC)(lambda jeton: request.form.to_dict()), methods=["POST"]
        )
        yield application


@pytest.mark.parametrize("nom", PANNES)
def test_une_page_d_erreur_est_une_page_comme_les_autres(client, nom):
    reponse = client.get(f"/panne/{nom}/{JETON}")
    assert reponse.status_code == PANNES[nom][1]
    controler(reponse.text, nom, reponse.status_code)


@pytest.mark.parametrize("nom", PANNES)
def test_ce_qui_etait_ecrit_attend_sous_un_bouton_reessayer(app, client, nom):
    navigateur = Navigateur(client).ouvrir("/compte/connexion")
    jeton = navigateur.page.find("input", attrs={"name": "csrf_token"})["value"]
    ecrit = {
        "csrf_token": jeton,
        "texte": "l’été\r\n<b>\"'&",
        "vide": "",
        "choix": ["a", "b"],
        "mot_de_passe": MOT_DE_PASSE,
        "actuel": "x",
    }
    navigateur.poster(f"/panne/{nom}/{JETON}", ecrit)
    assert navigateur.statut == PANNES[nom][1]
    formulaire = navigateur.formulaire()
    rendu = navigateur.saisie(formulaire)
    assert rendu.getlist("texte")[0].replace("\r\n", "\n") == "l’été\n<b>\"'&"
    assert (rendu.getlist("vide"), rendu.getlist("choix")) == ([""], ["a", "b"])
    assert not {"mot_de_passe", "actuel"} & set(rendu)
    assert MOT_DE_PASSE not in navigateur.reponse.text
    reponse = client.post(f"/essai/{JETON}", data=rendu)
    assert reponse.status_code == 200, "le jeton de la page d’erreur est valable"


@pytest.mark.parametrize("nom", PANNES)
def test_un_fragment_ne_touche_pas_a_ce_qui_est_ecrit(client, nom):
    reponse = client.get(f"/panne/{nom}/{JETON}", headers={"HX-Request": "true"})
    assert reponse.status_code == PANNES[nom][1]
    [element] = BeautifulSoup(reponse.text, "html.parser").select("[data-hx-swap-oob]")
    assert element["data-hx-swap-oob"] == "innerHTML:#alerte"
    assert len(mots(element)) > 20


@pytest.mark.parametrize(("nom", "attente"), [("base", "60"), ("connexions", "60"), ("frein", "40")])
def test_un_refus_passager_dit_quand_revenir(client, nom, attente):
    for entetes in ({}, {"HX-Request": "true"}):
        assert client.get(f"/panne/{nom}/{JETON}", headers=entetes).headers["Retry-After"] == attente


@pytest.mark.asvs("16.3.4", "16.5.4")
def test_le_journal_d_une_erreur_donne_le_genre_l_endroit_et_le_repere_de_la_page(client, caplog):
    page = client.get(f"/panne/sans-nom/{JETON}").text
    repere = BeautifulSoup(page, "html.parser").find("b").get_text()
    assert f"repère {repere} : ZeroDivisionError" in caplog.text
    assert "/panne/sans-nom/<jeton>" in caplog.text
    assert "in sans_nom" in caplog.text


@pytest.mark.asvs("16.5.1")
@pytest.mark.parametrize("nom", PANNES)
def test_le_journal_ne_repete_ni_l_adresse_ni_le_texte_de_l_erreur(client, caplog, nom):
    caplog.set_level(logging.DEBUG)
    client.get(f"/panne/{nom}/{JETON}", headers={"Referer": f"http://127.0.0.1/{JETON}"})
    for secret in (JETON, NIR, ADRESSE):
        assert secret not in caplog.text


def test_une_erreur_de_la_base_ne_recopie_pas_les_reponses(app):
    with pytest.raises(sa.exc.IntegrityError) as erreur, ecriture() as session:
        session.execute(sa.insert(Compte).values(courriel="ana@exemple.fr", nom_naissance="Silva"))
    assert "Silva" not in str(erreur.value)
    assert "ana@exemple.fr" not in str(erreur.value)


@pytest.mark.asvs("13.4.2", "16.5.1")
def test_la_page_d_erreur_ne_montre_aucun_detail_technique(client):
    for nom in PANNES:
        texte = mots(BeautifulSoup(client.get(f"/panne/{nom}/{JETON}").text, "html.parser").find("main"))
        for mot in ("Error", "Traceback", "SQL", "sqlite", str(RACINE), ".py"):
            assert mot not in texte


@pytest.mark.asvs("16.5.4")
def test_base_injoignable_des_l_entree_la_page_s_affiche_quand_meme(app, client, dossier):
    """La page d'erreur ne redemande pas à la base qui est connecté : elle échouerait à son tour."""
    entrer(app, client, peupler().ana_id)
    db.session.close()
    db.engine.dispose()
    base = sqlite3.connect(dossier / "portail.sqlite")
    base.execute("ALTER TABLE session_ouverte RENAME TO ailleurs")
    base.close()
    for adresse in ("/demandes", "/", "/compte"):
        reponse = client.get(adresse)
        assert reponse.status_code == 503
        assert reponse.headers["Cache-Control"] == "no-store"
        controler(reponse.text, adresse, 503)
    assert client.post("/demandes/nouvelle", data={"commune": "Lyon"}).status_code == 503


def test_un_verrou_trop_long_rend_la_page_occupee_avec_ce_qui_etait_ecrit(dossier, horloge, monkeypatch):
    from portail import db as module_db

    monkeypatch.setattr(module_db, "ATTENTE_MAXIMALE", 0.05)
    with ouvrir(dossier, horloge) as app:
        client = app.test_client()
        entrer(app, client, peupler().ana_id)
        navigateur = Navigateur(client).ouvrir("/demandes/nouvelle")
        autre_processus = sqlite3.connect(dossier / "portail.sqlite", isolation_level=None)
        autre_processus.execute("BEGIN IMMEDIATE")
        navigateur.envoyer(commune="Paris", bouton="Commencer")
        assert navigateur.statut == 503
        assert navigateur.saisie(navigateur.formulaire())["commune"] == "Paris"
        autre_processus.execute("ROLLBACK")
        autre_processus.close()
        navigateur.envoyer(bouton="Réessayer")
        assert navigateur.statut == 200
        assert "/etapes/" in navigateur.adresse


def test_la_page_se_lit_meme_quand_la_derniere_activite_ne_peut_pas_etre_datee(dossier, horloge, monkeypatch, caplog):
    """Disque plein ou verrou : lire reste possible."""
    from portail import db as module_db

    monkeypatch.setattr(module_db, "ATTENTE_MAXIMALE", 0.05)
    with ouvrir(dossier, horloge) as app:
        client = app.test_client()
        entrer(app, client, peupler().ana_id)
        horloge.avancer(minutes=2)
        autre_processus = sqlite3.connect(dossier / "portail.sqlite", isolation_level=None)
        autre_processus.execute("BEGIN IMMEDIATE")
        assert client.get("/demandes").status_code == 200
        assert "activité" in caplog.text
        autre_processus.execute("ROLLBACK")
        autre_processus.close()
