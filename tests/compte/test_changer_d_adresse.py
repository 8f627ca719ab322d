"""Changer d'adresse mail : preuve d'abord, les deux boîtes prévenues, et l'ancienne peut tout arrêter (surete.md T1)."""

from __future__ import annotations

import re
from datetime import datetime
from urllib.parse import urlsplit

import pytest

from portail.compte.modeles import Compte
from portail.db import db, ecriture
from tests import fabriques
from tests.compte.gestes import (
    code_recu,
    comptes,
    courriels,
    creer_compte,
    depuis,
    est_connecte,
    lien_recu,
    presser_le_lien,
    se_connecter,
)
from tests.fabriques import MOT_DE_PASSE
from tests.navigateur import Navigateur

pytestmark = pytest.mark.menace("T1")

NOUVELLE = "nouvelle@exemple.fr"


@pytest.fixture
def navigateur(app, client) -> Navigateur:
    creer_compte()
    return se_connecter(Navigateur(client))


def demander(navigateur: Navigateur, nouvelle: str = NOUVELLE) -> Navigateur:
    return navigateur.ouvrir("/compte/adresse").envoyer(courriel=nouvelle, bouton="Changer mon adresse mail")


def lien_de(app, adresse: str, morceau: str) -> str:
    """Le lien du dernier courriel parti à cette adresse dont le chemin contient `morceau`."""
    for message in reversed(courriels(app)):
        trouve = re.search(rf"http\S+{morceau}\S+", message.get_content())
        if message["To"] == adresse and trouve:
            return urlsplit(trouve.group()).path
    raise AssertionError(f"rien pour {adresse}")


def confirmer(app, navigateur: Navigateur) -> None:
    presser_le_lien(navigateur, lien_de(app, NOUVELLE, "/confirmer/"), "Confirmer ma nouvelle adresse")


@pytest.mark.asvs("6.3.7")
def test_la_nouvelle_boite_confirme_et_l_ancienne_le_sait_deux_fois(app, client, navigateur):
    demander(navigateur)
    assert "Nous avons écrit à votre nouvelle adresse" in navigateur.texte()
    assert comptes()[0].courriel == "ana@exemple.fr"
    navigateur.ouvrir(lien_de(app, NOUVELLE, "/confirmer/"))
    assert comptes()[0].courriel == "ana@exemple.fr"  # lire la page ne change rien
    confirmer(app, navigateur)
    assert comptes()[0].courriel == NOUVELLE
    avis = [m["Subject"] for m in courriels(app) if m["To"] == "ana@exemple.fr"]
    assert avis == ["Votre adresse mail change"] * 2
    presser_le_lien(navigateur, lien_de(app, NOUVELLE, "/confirmer/"), "Confirmer ma nouvelle adresse")
    assert navigateur.statut == 410


@pytest.mark.asvs("7.5.1")
def test_une_session_ancienne_redemande_le_mot_de_passe_et_rend_ce_qui_etait_ecrit(app, client, navigateur, horloge):
    navigateur.ouvrir("/compte/adresse")
    valeurs = navigateur.saisie(navigateur.formulaire("courriel"))
    valeurs["courriel"] = NOUVELLE
    horloge.avancer(minutes=11)
    navigateur.poster("/compte/adresse", valeurs)
    assert navigateur.h1 == "Confirmez que c’est bien vous"
    assert not [m for m in courriels(app) if m["To"] == NOUVELLE]
    navigateur.envoyer(actuel="un mauvais mot de passe", bouton="Continuer")
    assert navigateur.statut == 422
    navigateur.envoyer(actuel=MOT_DE_PASSE, bouton="Continuer")
    assert navigateur.h1 == "Votre envoi est gardé"
    navigateur.envoyer(bouton="Envoyer de nouveau")
    assert lien_de(app, NOUVELLE, "/confirmer/")


@pytest.mark.parametrize("confirme", [False, True], ids=["avant le changement", "après"])
def test_geler_ferme_tout_rend_l_ancienne_adresse_et_efface_le_mot_de_passe(
    app, client, autre_client, navigateur, horloge, confirme
):
    demander(navigateur)
    if confirme:
        confirmer(app, navigateur)
        horloge.avancer(hours=71)
        se_connecter(navigateur, NOUVELLE)
        assert est_connecte(client)
    victime = Navigateur(autre_client)
    lien = lien_de(app, "ana@exemple.fr", "/geler/")
    victime.ouvrir(lien)
    assert est_connecte(client)  # lire la page n'arrête rien
    presser_le_lien(victime, lien, "Ce n’est pas moi")
    assert victime.h1 == "Votre compte est protégé"
    [compte] = comptes()
    assert (compte.courriel, compte.mot_de_passe) == ("ana@exemple.fr", None)
    assert not est_connecte(client)
    if not confirme:  # le lien de la nouvelle boîte ne vaut plus rien
        confirmer(app, victime)
        assert victime.statut == 410
    neuf = "douze pommes tombent du camion"
    victime.ouvrir(lien_recu(app)).envoyer(mot_de_passe=neuf, confirmation=neuf, bouton="Enregistrer")
    se_connecter(victime, mot_de_passe=neuf)
    assert victime.h1 == "Bonjour Ana !"


def test_le_gel_vaut_trois_jours_et_une_fois(app, client, autre_client, navigateur, horloge):
    demander(navigateur)
    confirmer(app, navigateur)
    lien = lien_de(app, "ana@exemple.fr", "/geler/")
    horloge.avancer(hours=73)
    assert presser_le_lien(Navigateur(autre_client), lien, "Ce n’est pas moi").statut == 410
    assert comptes()[0].courriel == NOUVELLE


def test_deux_changements_de_suite_l_ancienne_d_avant_garde_la_main(app, autre_client, navigateur):
    """La main qui vole le compte change deux fois d'adresse : la première boîte rend tout, et la suite est annulée."""
    demander(navigateur)
    confirmer(app, navigateur)
    premiere = lien_de(app, "ana@exemple.fr", "/geler/")
    demander(navigateur, "pirate@exemple.fr")
    seconde = lien_de(app, NOUVELLE, "/geler/")
    presser_le_lien(Navigateur(autre_client), premiere, "Ce n’est pas moi")
    assert presser_le_lien(Navigateur(autre_client), seconde, "Ce n’est pas moi").statut == 410
    assert comptes()[0].courriel == "ana@exemple.fr"


@pytest.mark.asvs("6.3.8")
def test_une_adresse_deja_prise_se_dit_seulement_dans_sa_boite(app, navigateur):
    creer_compte("leo@exemple.fr")
    demander(navigateur, "leo@exemple.fr")
    assert "Nous avons écrit à votre nouvelle adresse" in navigateur.texte()
    [message] = [m for m in courriels(app) if m["To"] == "leo@exemple.fr"]
    assert "elle a déjà un compte" in message.get_content()
    assert "http" not in message.get_content()


def test_sans_mot_de_passe_un_code_prouve(app, client, navigateur, horloge):
    with ecriture() as base:
        base.get_one(Compte, 1).mot_de_passe = None
    horloge.avancer(minutes=11)
    navigateur.ouvrir("/compte/adresse").envoyer(bouton="Recevoir un code")
    code = re.search(r"^[0-9A-Z]{4}-[0-9A-Z]{4}$", courriels(app)[-1].get_content(), re.M).group()
    valeurs = navigateur.saisie(navigateur.formulaire("code_recu"))
    for essai, h1 in (("AAAA-AAAA", "Confirmez que c’est bien vous"), (code, "Changer mon adresse mail")):
        valeurs["code_recu"] = essai
        assert navigateur.poster("/compte/prouver", valeurs).h1 == h1


def deposee(instant: datetime) -> int:
    with db.sessionmaker() as session:
        demande = fabriques.brouillon(session, session.get_one(Compte, 1)).demande
        demande.deposee_le = instant
        session.commit()
        return demande.id


@pytest.mark.asvs("7.5.3")
def test_abandonner_une_demande_redemande_le_mot_de_passe(app, navigateur, horloge):
    numero = deposee(horloge())
    horloge.avancer(minutes=11)
    navigateur.ouvrir(f"/demandes/{numero}/abandonner")
    assert navigateur.h1 == "Confirmez que c’est bien vous"
    navigateur.envoyer(actuel=MOT_DE_PASSE, bouton="Continuer")
    assert navigateur.h1 == "Abandonner la demande"


def test_geler_son_propre_second_changement_n_ote_rien_a_la_premiere_adresse(app, autre_client, navigateur):
    demander(navigateur)
    confirmer(app, navigateur)
    demander(navigateur, "pirate@exemple.fr")
    premiere, seconde = lien_de(app, "ana@exemple.fr", "/geler/"), lien_de(app, NOUVELLE, "/geler/")
    for lien, adresse in ((seconde, NOUVELLE), (premiere, "ana@exemple.fr")):
        assert presser_le_lien(Navigateur(autre_client), lien, "Ce n’est pas moi").h1 == "Votre compte est protégé"
        assert comptes()[0].courriel == adresse


def test_un_code_demande_avant_le_gel_n_ouvre_plus_rien(app, client, autre_client, navigateur):
    demander(navigateur)
    confirmer(app, navigateur)
    with depuis(app.test_client(), "203.0.113.7") as ailleurs:
        pirate = se_connecter(Navigateur(ailleurs), NOUVELLE)
        code = code_recu(app)
        presser_le_lien(Navigateur(autre_client), lien_de(app, "ana@exemple.fr", "/geler/"), "Ce n’est pas moi")
        pirate.envoyer(code_recu=code, bouton="Entrer")
        assert not est_connecte(ailleurs)


def test_un_abandon_envoye_trop_tard_est_garde_le_temps_de_la_preuve(app, navigateur, horloge):
    numero = deposee(horloge())
    navigateur.ouvrir(f"/demandes/{numero}/abandonner")
    valeurs = {**navigateur.saisie(navigateur.formulaire("compris")), "compris": "oui"}
    horloge.avancer(minutes=11)
    navigateur.poster(f"/demandes/{numero}/abandonner", valeurs)
    assert navigateur.h1 == "Confirmez que c’est bien vous"
    navigateur.envoyer(actuel=MOT_DE_PASSE, bouton="Continuer")
    assert navigateur.h1 == "Votre envoi est gardé"
