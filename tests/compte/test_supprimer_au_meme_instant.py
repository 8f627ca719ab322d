"""Supprimer son compte pendant qu'un lien, un code ou un mot de passe y mène : l'un après l'autre, et sans panne.

La suppression verrouille le compte, puis emporte ses jetons, ses codes et ses sessions. Un geste qui tiendrait l'un
d'eux et attendrait le compte la croiserait : PostgreSQL couperait l'un des deux.
"""

from __future__ import annotations

import functools
import threading
from collections.abc import Callable

import pytest
from flask import Flask
from flask_login import current_user

from portail import code_a_recopier
from portail.assistance import fils
from portail.cles_acces.ceremonie import CleNeuve
from portail.compte import adresse, cles, entree, mots_de_passe, preuve, sessions, suppression
from portail.compte.modeles import Compte
from portail.compte.routes import connexion
from portail.db import ecriture
from portail.horloge import maintenant
from tests.attentes import LIMITE, EnParallele, attendre_le_verrou, pendant
from tests.compte.gestes import code_recu, comptes, courriels, creer_compte, depuis, lien_recu, se_connecter
from tests.compte.test_changer_d_adresse import lien_de
from tests.fabriques import INSTANT, MOT_DE_PASSE
from tests.navigateur import Navigateur

pytestmark = pytest.mark.menace("T13")

ANA, NEUF, AILLEURS = "ana@exemple.fr", "tambour lagune rosier 42", "203.0.113.7"


def supprimer(app: Flask) -> None:
    with app.test_request_context("/", method="POST"), ecriture() as base:
        suppression.supprimer(base, 1, maintenant())


def suppression_en_parallele(app: Flask) -> EnParallele:
    return EnParallele(app, lambda: supprimer(app))


def mot_de_passe_oublie(app: Flask) -> str:
    Navigateur(app.test_client()).ouvrir("/compte/mot-de-passe-oublie").envoyer(courriel=ANA, bouton="Recevoir")
    return lien_recu(app)


def _changer(app: Flask) -> None:
    with app.test_request_context("/", method="POST"), ecriture() as base:
        adresse.demander(base, base.get_one(Compte, 1), "neuve@exemple.fr")


def confirmer_l_adresse(app: Flask) -> str:
    _changer(app)
    return lien_de(app, "neuve@exemple.fr", "/confirmer/")


def geler(app: Flask) -> str:
    _changer(app)
    return lien_de(app, ANA, "/geler/")


def refuser_une_cle(app: Flask) -> str:
    with app.test_request_context("/", method="POST"), ecriture() as base:
        cles.ajouter(base, base.get_one(Compte, 1), CleNeuve("AA", b"", 0, True), "Clé")
    return lien_de(app, ANA, "/refuser/")


@pytest.mark.parametrize("recevoir", [mot_de_passe_oublie, confirmer_l_adresse, geler, refuser_une_cle])
def test_un_lien_presse_pendant_la_suppression_ne_vaut_plus(
    app_deux_moteurs: Flask, recevoir: Callable[[Flask], str]
) -> None:
    app = app_deux_moteurs
    creer_compte()
    page = Navigateur(app.test_client()).ouvrir(recevoir(app))
    saisie = page.saisie(page.formulaire())
    if "mot_de_passe" in saisie:
        saisie["mot_de_passe"] = saisie["confirmation"] = NEUF
    envoi = threading.Thread(target=page.poster, args=(page.adresse, saisie))
    with app.test_request_context("/", method="POST"), ecriture() as base:
        suppression.supprimer(base, 1, maintenant())
        envoi.start()
        attendre_le_verrou(app, envoi)
    envoi.join(LIMITE * 3)
    assert (page.statut, page.h1) == (410, "Ce lien ne fonctionne plus")
    assert comptes() == []


@pytest.mark.asvs("15.4.2")
def test_pendant_qu_un_code_ouvre_le_compte(app_deux_moteurs: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    app = app_deux_moteurs
    creer_compte()
    se_connecter(Navigateur(app.test_client()))
    with depuis(app.test_client(), AILLEURS) as client:
        page = se_connecter(Navigateur(client))
        supprime = suppression_en_parallele(app)
        pendant(monkeypatch, entree, "entrer", supprime)
        page.envoyer(code_recu=code_recu(app), bouton="Entrer")
    assert page.statut == 200
    assert supprime.a_fini()
    assert comptes() == []


def test_un_code_donne_pendant_la_suppression_ne_vaut_plus(app_deux_moteurs: Flask) -> None:
    app = app_deux_moteurs
    creer_compte()
    se_connecter(Navigateur(app.test_client()))
    with depuis(app.test_client(), AILLEURS) as client:
        page = se_connecter(Navigateur(client))
        saisie = {**page.saisie(page.formulaire()), "code_recu": code_recu(app)}
        envoi = threading.Thread(target=page.poster, args=(page.adresse, saisie))
        with app.test_request_context("/", method="POST"), ecriture() as base:
            suppression.supprimer(base, 1, maintenant())
            envoi.start()
            attendre_le_verrou(app, envoi)
        envoi.join(LIMITE * 3)
    assert "Ce code ne vaut plus rien" in page.texte()


@pytest.fixture
def sans_mot_de_passe(app_deux_moteurs: Flask, horloge) -> Navigateur:
    """Connectée depuis plus de dix minutes, sans mot de passe : un code redit qui elle est."""
    creer_compte()
    page = se_connecter(Navigateur(app_deux_moteurs.test_client()))
    with ecriture() as base:
        base.get_one(Compte, 1).mot_de_passe = None
    horloge.avancer(minutes=11)
    return page.ouvrir("/compte/adresse").envoyer(bouton="Recevoir un code")


def test_pendant_qu_un_code_redit_qui_l_on_est(app_deux_moteurs: Flask, monkeypatch, sans_mot_de_passe) -> None:
    supprime = suppression_en_parallele(app_deux_moteurs)
    pendant(monkeypatch, preuve, "noter", supprime)
    saisie = sans_mot_de_passe.saisie(sans_mot_de_passe.formulaire("code_recu"))
    sans_mot_de_passe.poster("/compte/prouver", {**saisie, "code_recu": code_recu(app_deux_moteurs)})
    assert sans_mot_de_passe.statut == 200
    assert supprime.a_fini()
    assert comptes() == []


def test_pendant_qu_un_autre_code_se_prepare(app_deux_moteurs: Flask, monkeypatch, sans_mot_de_passe) -> None:
    supprime = suppression_en_parallele(app_deux_moteurs)
    pendant(monkeypatch, code_a_recopier, "tirer", supprime)
    sans_mot_de_passe.envoyer(bouton="Recevoir un autre code")
    assert sans_mot_de_passe.statut == 200
    assert supprime.a_fini()
    assert comptes() == []
    assert courriels(app_deux_moteurs)[-1]["Subject"] == "Votre compte est supprimé"


def test_pendant_qu_une_session_finie_se_rouvre(app_deux_moteurs: Flask, monkeypatch, horloge) -> None:
    app = app_deux_moteurs
    creer_compte()
    page = se_connecter(Navigateur(app.test_client()))
    horloge.avancer(minutes=31)
    page.ouvrir("/compte/connexion")
    supprime = suppression_en_parallele(app)
    pendant(monkeypatch, sessions, "nom_d_appareil", supprime)
    page.envoyer(courriel=ANA, mot_de_passe=MOT_DE_PASSE, bouton="Me connecter")
    assert page.statut == 200
    assert supprime.a_fini()
    assert comptes() == []


@pytest.mark.parametrize("appareil", ["connu", "inconnu"])
def test_le_bon_mot_de_passe_d_un_compte_qui_vient_de_partir(app_deux_moteurs, monkeypatch, appareil) -> None:
    """Reconnu, puis supprimé avant que la session ne s'ouvre, ou que le code ne parte."""
    app = app_deux_moteurs
    creer_compte()
    page = se_connecter(Navigateur(app.test_client()))
    if appareil == "inconnu":
        page.client.environ_base["REMOTE_ADDR"] = AILLEURS
        page = Navigateur(app.test_client())
        page.client.environ_base["REMOTE_ADDR"] = AILLEURS
    else:
        page.client.delete_cookie("portail", domain="127.0.0.1")
    page.ouvrir("/compte/connexion")
    vrai = connexion.authentifier

    def reconnaitre_puis_supprimer(*arguments):
        reconnu = vrai(*arguments)
        supprimer(app)
        return reconnu

    monkeypatch.setattr(connexion, "authentifier", reconnaitre_puis_supprimer)
    page.envoyer(courriel=ANA, mot_de_passe=MOT_DE_PASSE, bouton="Me connecter")
    assert page.statut == 422
    assert "n’est pas le bon" in page.texte()


def test_pendant_qu_un_message_s_ecrit(app_deux_moteurs: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    """Une question d'avant toute demande : son fil part avec le compte."""
    app = app_deux_moteurs
    creer_compte()
    with ecriture() as base:
        fils.ouvrir(base, 1, "069", None, None, INSTANT)
    page = se_connecter(Navigateur(app.test_client())).ouvrir("/aide/tchat/1")
    supprime = suppression_en_parallele(app)
    pendant(monkeypatch, fils, "ajouter", supprime)
    page.envoyer(texte="Bonjour, une question.", bouton="Envoyer")
    assert page.statut in {200, 404}
    assert supprime.a_fini()
    assert comptes() == []


def test_changer_son_mot_de_passe_d_un_compte_qui_vient_de_partir(app_deux_moteurs, monkeypatch) -> None:
    """Supprimé depuis un autre appareil, le temps d'un calcul : la page de connexion, pas une panne."""
    app = app_deux_moteurs
    creer_compte()
    page = se_connecter(Navigateur(app.test_client())).ouvrir("/compte/mot-de-passe")
    vrai = mots_de_passe.hacher

    def hacher(mot: str) -> str:
        supprimer(app)
        return vrai(mot)

    monkeypatch.setattr(mots_de_passe, "hacher", hacher)
    page.envoyer(actuel=MOT_DE_PASSE, mot_de_passe=NEUF, confirmation=NEUF, bouton="Changer")
    assert (page.statut, page.adresse) == (200, "/compte/connexion?motif=fermee")


@pytest.mark.parametrize(
    ("endpoint", "page", "saisie"),
    [
        ("compte.donnees_demander", "/compte/donnees", {}),
        ("demande.rattacher_envoyer", "/demandes/rattacher", {"numero": "0690123456789012GG"}),
        ("demande.nouvelle_envoyer", "/demandes/nouvelle", {"commune": "Lyon"}),
    ],
)
def test_un_geste_sur_un_compte_qui_vient_de_partir(app_deux_moteurs, monkeypatch, endpoint, page, saisie) -> None:
    """Supprimé d'un autre appareil, la session déjà lue : la page de connexion, pas une panne."""
    app = app_deux_moteurs
    creer_compte()
    nav = se_connecter(Navigateur(app.test_client())).ouvrir(page)
    vue = app.view_functions[endpoint]

    @functools.wraps(vue)
    def supprime_avant(**arguments):
        assert current_user.is_authenticated
        supprimer(app)
        return vue(**arguments)

    monkeypatch.setitem(app.view_functions, endpoint, supprime_avant)
    nav.poster(page, {**nav.saisie(nav.formulaire()), **saisie})
    assert (nav.statut, nav.adresse) == (200, "/compte/connexion?motif=fermee")


def test_commencer_une_demande_pendant_la_suppression(app_deux_moteurs: Flask) -> None:
    app = app_deux_moteurs
    creer_compte()
    nav = se_connecter(Navigateur(app.test_client())).ouvrir("/demandes/nouvelle")
    saisie = {**nav.saisie(nav.formulaire()), "commune": "Lyon"}
    envoi = threading.Thread(target=nav.poster, args=("/demandes/nouvelle", saisie))
    with app.test_request_context("/", method="POST"), ecriture() as base:
        suppression.supprimer(base, 1, maintenant())
        envoi.start()
        attendre_le_verrou(app, envoi)
    envoi.join(LIMITE * 3)
    assert nav.statut == 200
    assert nav.adresse.startswith("/compte/connexion")
