"""Un compte mis à l'abri, relié à FranceConnect avant le vol : la même identité le rouvre, une autre jamais (T1, T9)."""

from __future__ import annotations

import threading
from datetime import timedelta

import pytest
import sqlalchemy as sa
from flask import Flask

from portail.cles_acces.ceremonie import CleNeuve
from portail.compte import adresse, cles, suppression
from portail.compte.modeles import CodeCourriel, Compte, SessionOuverte
from portail.db import db, ecriture, lecture
from portail.franceconnect import lien
from portail.franceconnect.modeles import LienFranceConnect
from tests.compte.gestes import comptes, courriels, creer_compte, est_connecte, presser_le_lien
from tests.compte.test_changer_d_adresse import lien_de
from tests.franceconnect.gestes import confirmes, entrer, presser
from tests.franceconnect.test_allers_retours import relier, se_deconnecter
from tests.navigateur import Navigateur
from tests.socle.applications import ouvrir

pytestmark = [pytest.mark.menace("T1"), pytest.mark.menace("T9")]

ANA, VOLEUR, NEUVE = "ana@exemple.fr", "voleur@exemple.fr", "ana.neuve@exemple.fr"


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgresql)])
def app(request, dossier, horloge, franceconnect):
    base = "" if request.param == "sqlite" else request.getfixturevalue("base_postgresql")
    with ouvrir(dossier, horloge, base=base, franceconnect=franceconnect) as application:
        yield application


def relier_puis_sortir(navigateur: Navigateur, horloge) -> None:
    creer_compte()
    relier(navigateur)
    se_deconnecter(navigateur)
    horloge.avancer(seconds=2)  # le vol vient après


def voler_puis_mettre_a_l_abri(app: Flask) -> str:
    """Rend le lien qui l'a mis à l'abri."""
    with app.test_request_context("/", method="POST"), ecriture() as base:
        adresse.demander(base, base.get_one(Compte, 1), VOLEUR)
    gel = lien_de(app, ANA, "/geler/")
    presser_le_lien(Navigateur(app.test_client()), lien_de(app, VOLEUR, "/confirmer/"), "Confirmer ma nouvelle adresse")
    creer_compte(ANA, nir=None)
    page = presser_le_lien(Navigateur(app.test_client()), gel, "Ce n’est pas moi")
    assert page.h1 == "Ce compte est mis à l’abri"
    assert "Il était déjà relié à FranceConnect" in page.texte()
    return gel


def test_la_meme_identite_rouvre_le_compte_et_lui_donne_une_adresse(app, client, navigateur, horloge):
    relier_puis_sortir(navigateur, horloge)
    voler_puis_mettre_a_l_abri(app)
    entrer(navigateur, "ana")
    assert (navigateur.h1, est_connecte(client)) == ("Changer mon adresse mail", True)
    assert "seul FranceConnect ouvre celui-ci" in navigateur.texte()
    assert "Donnez-lui une adresse mail" in navigateur.ouvrir("/compte").texte()
    assert "Donner une adresse à mon compte" in navigateur.ouvrir("/compte/mot-de-passe").texte()
    navigateur.ouvrir("/compte/adresse")
    presser(navigateur, "Changer mon adresse mail", courriel=NEUVE)
    presser_le_lien(navigateur, lien_de(app, NEUVE, "/confirmer/"), "Confirmer ma nouvelle adresse")
    compte = next(c for c in comptes() if c.id == 1)
    assert (compte.courriel, compte.est_a_l_abri, confirmes()) == (NEUVE, False, [1])
    assert len([m for m in courriels(app) if m["To"] == ANA and m["Subject"] == "Votre adresse mail change"]) == 4


def test_aucun_code_ne_part_a_l_adresse_d_un_autre_compte(app, client, navigateur, horloge):
    """Dix minutes après, la preuve se redonne là où elle a été donnée : la boîte d'avant est à un autre compte."""
    relier_puis_sortir(navigateur, horloge)
    voler_puis_mettre_a_l_abri(app)
    entrer(navigateur, "ana")
    with db.sessionmaker() as session, session.begin():  # le fournisseur a l'heure vraie : la session vieillit seule
        session.execute(sa.update(SessionOuverte).values(ouverte_le=horloge() - timedelta(minutes=11)))
    navigateur.ouvrir("/compte/adresse")
    assert navigateur.h1 == "Confirmez que c’est bien vous"
    assert "entrez de nouveau par FranceConnect" in navigateur.texte()
    assert not navigateur.page.find("form", action="/compte/prouver/code")
    avant = len(courriels(app))
    navigateur.poster("/compte/prouver/code", {"csrf_token": navigateur.saisie(navigateur.formulaire())["csrf_token"]})
    assert (navigateur.h1, len(courriels(app))) == ("Confirmez que c’est bien vous", avant)
    with lecture() as base:
        assert base.scalar(sa.select(CodeCourriel.id)) is None
    se_deconnecter(navigateur)
    entrer(navigateur, "ana")
    presser(navigateur, "Changer mon adresse mail", courriel=NEUVE)
    assert lien_de(app, NEUVE, "/confirmer/")


def test_le_compte_supprime_pendant_l_entree_n_ouvre_rien(app, client, navigateur, horloge, monkeypatch):
    relier_puis_sortir(navigateur, horloge)
    trouver, faits = lien.compte_de, []

    def supprimer() -> None:
        with app.test_request_context("/", method="POST"), ecriture() as base:
            suppression.supprimer(base, 1, horloge())

    def trouver_puis_supprimer(*arguments):
        trouve = trouver(*arguments)
        if not faits:
            faits.append(threading.Thread(target=supprimer))
            faits[0].start()
            faits[0].join(1)  # PostgreSQL : supprimé avant la suite ; SQLite : la suppression attend son tour
        return trouve

    monkeypatch.setattr(lien, "compte_de", trouver_puis_supprimer)
    entrer(navigateur, "ana")
    faits[0].join(20)
    assert (navigateur.statut, comptes()) == (200, [])


def test_l_adresse_d_avant_une_fois_libre_se_redonne(app, client, navigateur, horloge):
    relier_puis_sortir(navigateur, horloge)
    voler_puis_mettre_a_l_abri(app)
    entrer(navigateur, "ana")
    presser(navigateur, "Changer mon adresse mail", courriel=ANA)
    assert "elle a déjà un compte" in courriels(app)[-1].get_content()
    with db.sessionmaker() as session, session.begin():
        session.execute(sa.delete(Compte).where(Compte.courriel == ANA, Compte.courriel_confirme_le.is_not(None)))
    navigateur.ouvrir("/compte/adresse")
    presser(navigateur, "Changer mon adresse mail", courriel=ANA)
    presser_le_lien(navigateur, lien_de(app, ANA, "/confirmer/"), "Confirmer ma nouvelle adresse")
    [compte] = comptes()
    assert (compte.id, compte.courriel, compte.est_a_l_abri) == (1, ANA, False)


def test_une_identite_reliee_depuis_le_vol_n_ouvre_rien(app, client, navigateur, horloge):
    creer_compte()
    with app.test_request_context("/", method="POST"), ecriture() as base:
        adresse.demander(base, base.get_one(Compte, 1), "entre-deux@exemple.fr")
    gel = lien_de(app, ANA, "/geler/")
    horloge.avancer(seconds=2)
    relier(navigateur)
    se_deconnecter(navigateur)
    presser_le_lien(
        Navigateur(app.test_client()), lien_de(app, "entre-deux@exemple.fr", "/confirmer/"), "Confirmer ma nouvelle"
    )
    creer_compte(ANA, nir=None)
    presser_le_lien(Navigateur(app.test_client()), gel, "Ce n’est pas moi")
    entrer(navigateur, "ana")
    assert (navigateur.h1, est_connecte(client)) == ("Terminer mon inscription", False)


def test_refuser_une_cle_retire_l_identite_reliee_depuis(app, client, navigateur, horloge):
    """La clé ajoutée dit quand l'autre main a commencé : une identité reliée après peut être la sienne."""
    creer_compte()
    with app.test_request_context("/", method="POST"), ecriture() as base:
        cles.ajouter(base, base.get_one(Compte, 1), CleNeuve("AA", b"", 0, True), "Clé du voleur")
    horloge.avancer(seconds=2)
    relier(navigateur)
    se_deconnecter(navigateur)
    page = presser_le_lien(Navigateur(app.test_client()), lien_de(app, ANA, "/refuser/"), "Ce n’est pas moi")
    assert page.h1 == "Votre compte est protégé"
    assert confirmes() == []
    entrer(navigateur, "ana")
    assert (navigateur.h1, est_connecte(client)) == ("Terminer mon inscription", False)


def test_une_autre_identite_n_ouvre_pas_un_compte_a_l_abri(app, client, navigateur, horloge):
    relier_puis_sortir(navigateur, horloge)
    voler_puis_mettre_a_l_abri(app)
    entrer(navigateur, "leo")
    assert (navigateur.h1, est_connecte(client)) == ("Terminer mon inscription", False)


def test_un_lien_confirme_d_un_compte_jamais_ouvert_n_ouvre_toujours_rien(app, client, navigateur, horloge):
    """Sans adresse prouvée et jamais entré : une inscription, pas un compte à l'abri."""
    relier_puis_sortir(navigateur, horloge)
    with db.sessionmaker() as session, session.begin():
        session.execute(sa.update(Compte).values(courriel_confirme_le=None, vu_le=None))
        session.execute(sa.update(LienFranceConnect).values(cree_le=horloge() - timedelta(days=1)))
    entrer(navigateur, "ana")
    assert (navigateur.h1, est_connecte(client)) == ("Terminer mon inscription", False)
