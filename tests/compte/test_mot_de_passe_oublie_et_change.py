"""Mot de passe oublié, mot de passe changé : une seule fois, à temps, et tout le reste se ferme."""

from __future__ import annotations

import pytest

from portail import taches
from tests.compte.gestes import code_recu, comptes, courriels, creer_compte, est_connecte, lien_recu, se_connecter
from tests.fabriques import MOT_DE_PASSE
from tests.navigateur import Navigateur

NEUF = "tambour lagune rosier 42"


@pytest.fixture(autouse=True)
def ana(app) -> int:
    return creer_compte()


@pytest.fixture
def navigateur(client) -> Navigateur:
    return Navigateur(client)


def demander(navigateur: Navigateur, courriel: str = "ana@exemple.fr") -> Navigateur:
    return navigateur.ouvrir("/compte/mot-de-passe-oublie").envoyer(courriel=courriel, bouton="Recevoir un lien")


def choisir(navigateur: Navigateur, lien: str, neuf: str = NEUF, confirmation: str = "") -> Navigateur:
    return navigateur.ouvrir(lien).envoyer(mot_de_passe=neuf, confirmation=confirmation or neuf, bouton="Enregistrer")


def test_du_lien_recu_au_nouveau_mot_de_passe(app, client, navigateur):
    demander(navigateur)
    assert navigateur.h1 == "Ouvrez votre boîte mail"
    avant = comptes()[0].mot_de_passe
    lien = lien_recu(app)
    navigateur.ouvrir(lien)
    assert comptes()[0].mot_de_passe == avant, "ouvrir le lien ne change rien"
    choisir(navigateur, lien)
    assert "nouveau mot de passe est enregistré" in navigateur.texte()
    assert not est_connecte(client), "choisir un mot de passe ne connecte pas"
    se_connecter(navigateur)
    assert navigateur.statut == 422
    se_connecter(navigateur, mot_de_passe=NEUF)
    assert est_connecte(client)


@pytest.mark.asvs("6.3.7", "7.4.3")
def test_le_nouveau_mot_de_passe_ferme_toutes_les_sessions_et_previent(app, client, autre_client):
    se_connecter(Navigateur(autre_client))
    demander(Navigateur(client))
    choisir(Navigateur(client), lien_recu(app))
    assert not est_connecte(autre_client)
    message = courriels(app)[-1]
    assert message["Subject"] == "Votre mot de passe a changé"
    assert "/compte/mot-de-passe-oublie" in message.get_content()


def test_le_lien_ne_sert_qu_une_fois_et_le_suivant_annule_les_autres(app, navigateur):
    demander(navigateur)
    premier = lien_recu(app)
    demander(navigateur)
    second = lien_recu(app)
    choisir(navigateur, second)
    for lien in (premier, second):
        assert navigateur.ouvrir(lien).statut == 410
        assert navigateur.h1 == "Ce lien ne fonctionne plus"


def test_un_lien_ouvert_avant_et_envoye_apres_un_autre_ne_vaut_plus_rien(app, client, autre_client):
    demander(Navigateur(client))
    lien = lien_recu(app)
    en_attente = Navigateur(autre_client).ouvrir(lien)
    choisir(Navigateur(client), lien)
    en_attente.envoyer(mot_de_passe="autre phrase bien choisie 7", confirmation="autre phrase bien choisie 7")
    assert en_attente.statut == 410
    se_connecter(Navigateur(client), mot_de_passe=NEUF)
    assert est_connecte(client)


@pytest.mark.parametrize(("minutes", "statut"), [(119, 200), (121, 410)])
def test_deux_heures_a_partir_de_l_envoi_meme_apres_trois_jours_de_panne(app, navigateur, horloge, minutes, statut):
    demander(navigateur)
    horloge.avancer(days=3)
    taches.nettoyer()
    lien = lien_recu(app)
    horloge.avancer(minutes=minutes)
    assert navigateur.ouvrir(lien).statut == statut


@pytest.mark.asvs("9.2.2")
def test_un_lien_de_confirmation_ne_change_pas_de_mot_de_passe_et_l_inverse(app, navigateur, client):
    demander(navigateur)
    secret = lien_recu(app).rsplit("/", 1)[1]
    page = navigateur.ouvrir(f"/compte/confirmer/{secret}").envoyer(bouton="Confirmer")
    assert page.statut == 410
    assert navigateur.ouvrir(f"/compte/nouveau-mot-de-passe/{secret}").statut == 200


@pytest.mark.parametrize(
    ("neuf", "confirmation", "extrait"),
    [
        ("court", "court", "12 au moins"),
        (NEUF, "autre chose", "pas les mêmes"),
        ("Silva-Villeurbanne1985", "Silva-Villeurbanne1985", "reprend votre nom"),
        ("motdepasse1234", "motdepasse1234", "se devine"),
    ],
)
def test_un_nouveau_mot_de_passe_faible_est_explique_et_le_lien_sert_encore(
    app, navigateur, neuf, confirmation, extrait
):
    demander(navigateur)
    lien = lien_recu(app)
    choisir(navigateur, lien, neuf, confirmation)
    assert navigateur.statut == 422
    assert extrait in navigateur.erreurs()[0]
    choisir(navigateur, lien)
    assert "enregistré" in navigateur.texte()


def test_une_adresse_sans_compte_recoit_un_message_qui_le_dit(app, navigateur):
    demander(navigateur, "inconnue@exemple.fr")
    [message] = courriels(app)
    assert message["To"] == "inconnue@exemple.fr"
    assert "Il n’y a pas de compte" in message.get_content()
    assert "nouveau-mot-de-passe" not in message.get_content()


def test_une_adresse_est_ecrite_au_plus_trois_fois_par_heure(app, navigateur, horloge):
    for _ in range(6):
        demander(navigateur)
    assert len(courriels(app)) == 3
    horloge.avancer(hours=1)
    demander(navigateur)
    assert len(courriels(app)) == 4


@pytest.mark.asvs("6.2.2", "6.2.3", "6.3.7", "7.4.3")
def test_changer_demande_l_ancien_ferme_les_autres_appareils_et_previent(app, client, autre_client, navigateur):
    se_connecter(Navigateur(autre_client))
    se_connecter(navigateur).ouvrir("/compte/mot-de-passe")
    navigateur.envoyer(actuel="faux faux faux faux", mot_de_passe=NEUF, confirmation=NEUF, bouton="Changer")
    assert navigateur.erreurs() == ["Ce n’est pas votre mot de passe actuel."]
    navigateur.envoyer(actuel="", mot_de_passe=NEUF, confirmation=NEUF, bouton="Changer")
    assert navigateur.erreurs() == ["Indiquez votre mot de passe actuel."]
    assert est_connecte(autre_client)
    navigateur.envoyer(actuel=MOT_DE_PASSE, mot_de_passe=NEUF, confirmation=NEUF, bouton="Changer")
    assert "Vos autres appareils sont déconnectés" in navigateur.texte()
    assert (est_connecte(client), est_connecte(autre_client)) == (True, False)
    assert [message["Subject"] for message in courriels(app)] == ["Votre mot de passe a changé"]


def test_changer_annule_les_liens_en_route(app, client, navigateur):
    demander(navigateur)
    lien = lien_recu(app)
    se_connecter(navigateur).ouvrir("/compte/mot-de-passe")
    navigateur.envoyer(actuel=MOT_DE_PASSE, mot_de_passe=NEUF, confirmation=NEUF, bouton="Changer")
    assert navigateur.ouvrir(lien).statut == 410


@pytest.mark.asvs("6.2.10")
def test_un_mot_de_passe_de_cinq_ans_vaut_toujours(app, client, navigateur, horloge):
    horloge.avancer(days=5 * 365)
    se_connecter(navigateur)
    assert navigateur.h1 == "Recopiez le code reçu"  # le mot de passe est bon ; l'appareil n'est plus connu
    navigateur.envoyer(code_recu=code_recu(app), bouton="Entrer")
    assert est_connecte(client)


def test_aucun_message_ne_demande_ni_ne_contient_de_donnee_personnelle(app, client, navigateur):
    from tests.compte.gestes import NIR, inscrire

    inscrire(navigateur, courriel="neuve@exemple.fr")
    inscrire(navigateur)
    demander(navigateur)
    demander(navigateur, "inconnue@exemple.fr")
    choisir(navigateur, lien_recu(app, 2))
    messages = courriels(app)
    assert len(messages) == 5
    base = app.extensions["portail"].url
    for message in messages:
        texte = message.get_content()
        for interdit in (NIR, "Silva", "Ana", MOT_DE_PASSE, NEUF, "1985", "<img", "<html"):
            assert interdit not in texte
        for lien in (ligne.strip() for ligne in texte.splitlines() if "://" in ligne):
            assert lien.startswith(base)


@pytest.mark.asvs("4.1.3")
def test_les_liens_ne_viennent_jamais_de_l_entete_host(app, client):
    entetes = {"X-Forwarded-Host": "pirate.test", "X-Forwarded-Proto": "https", "Forwarded": "host=pirate.test"}
    page = Navigateur(client).ouvrir("/compte/mot-de-passe-oublie")
    valeurs = page.saisie(page.formulaire()).to_dict()
    client.post("/compte/mot-de-passe-oublie", data={**valeurs, "courriel": "ana@exemple.fr"}, headers=entetes)
    assert "pirate" not in courriels(app)[0].get_content()
