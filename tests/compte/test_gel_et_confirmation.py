"""Un gel et une confirmation au même instant : quel que soit l'ordre, la main qui a volé le compte ne le garde pas."""

from __future__ import annotations

import threading

import pytest

from portail import freins
from portail.compte import adresse, jetons
from portail.compte.modeles import Compte, UsageJeton
from portail.compte.routes import connexion
from portail.db import ecriture
from tests.compte.gestes import comptes, courriels, creer_compte, est_connecte, presser_le_lien, se_connecter
from tests.compte.test_changer_d_adresse import lien_de
from tests.navigateur import Navigateur

pytestmark = pytest.mark.menace("T1")


@pytest.mark.asvs("15.4.2")
def test_un_gel_qui_attend_une_confirmation_la_defait(app_deux_moteurs, monkeypatch):
    app = app_deux_moteurs
    creer_compte()
    secrets = {}
    creer = jetons.creer

    def retenir(base, usage, compte_id):
        secret, jeton = creer(base, usage, compte_id)
        secrets[usage] = secret
        return secret, jeton

    monkeypatch.setattr(jetons, "creer", retenir)
    with app.test_request_context("/", method="POST"), ecriture() as base:
        adresse.demander(base, base.get_one(Compte, 1), "voleur@exemple.fr")
    gel, confirmation = secrets[UsageJeton.GELER], secrets[UsageJeton.CHANGER_COURRIEL]
    confirmee, gelee = threading.Event(), []

    def geler() -> None:
        assert confirmee.wait(10)
        with app.test_request_context("/", method="POST"), ecriture() as base:
            gelee.append(adresse.geler(base, gel))

    fil = threading.Thread(target=geler)
    with app.test_request_context("/", method="POST"), ecriture() as base:
        fil.start()
        assert adresse.confirmer(base, confirmation) is not None
        base.flush()
        confirmee.set()
        fil.join(0.5)  # il attend notre transaction : le verrou est à nous jusqu'au bout du bloc
        assert not gelee
    fil.join(20)
    assert [compte is not None for compte in gelee] == [True]
    (compte,) = comptes()
    assert (compte.courriel, compte.mot_de_passe) == ("ana@exemple.fr", None)


def test_un_second_changement_demande_pendant_le_gel_n_ecrit_a_personne(app_deux_moteurs, monkeypatch):
    """La main du vol, encore connectée, envoie le formulaire ; le gel passe avant qu'elle n'ait le verrou du compte."""
    app = app_deux_moteurs
    creer_compte()
    with app.test_request_context("/", method="POST"), ecriture() as base:
        adresse.demander(base, base.get_one(Compte, 1), "voleur@exemple.fr")
    gel = lien_de(app, "ana@exemple.fr", "/geler/")
    main = se_connecter(Navigateur(app.test_client()), "ana@exemple.fr").ouvrir("/compte/adresse")

    def pendant_ce_temps(*_frein) -> None:
        presser_le_lien(Navigateur(app.test_client()), gel, "Ce n’est pas moi")

    monkeypatch.setattr(freins, "essayer", pendant_ce_temps)
    main.envoyer(courriel="encore@exemple.fr", bouton="Changer")
    monkeypatch.undo()
    assert main.adresse.startswith("/compte/connexion")
    assert not [message for message in courriels(app) if message["To"] == "encore@exemple.fr"]
    assert comptes()[0].courriel == "ana@exemple.fr"


def test_une_connexion_que_le_gel_double_n_ouvre_rien(app_deux_moteurs, monkeypatch):
    """Le mot de passe du vol vient d'être reconnu ; le gel passe avant que la session ne s'ouvre."""
    app = app_deux_moteurs
    creer_compte()
    with app.test_request_context("/", method="POST"), ecriture() as base:
        adresse.demander(base, base.get_one(Compte, 1), "voleur@exemple.fr")
    gel = lien_de(app, "ana@exemple.fr", "/geler/")
    main, vrai = Navigateur(app.test_client()), connexion.authentifier

    def reconnaitre_puis_geler(*arguments):
        reconnu = vrai(*arguments)
        presser_le_lien(Navigateur(app.test_client()), gel, "Ce n’est pas moi")
        return reconnu

    monkeypatch.setattr(connexion, "authentifier", reconnaitre_puis_geler)
    se_connecter(main, "ana@exemple.fr")
    assert (main.statut, est_connecte(main.client)) == (422, False)
