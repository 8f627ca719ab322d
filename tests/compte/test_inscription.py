"""« Je crée un compte » : de la page au compte confirmé, par le vrai formulaire et le vrai courriel."""

from __future__ import annotations

import pytest
import sqlalchemy as sa
from bs4 import BeautifulSoup

from portail import taches
from portail.compte.modeles import Compte, Jeton
from portail.db import lecture
from tests.compte.gestes import (
    NIR,
    comptes,
    courriels,
    creer_compte,
    est_connecte,
    inscrire,
    lien_recu,
    se_connecter,
)
from tests.fabriques import MOT_DE_PASSE
from tests.navigateur import Navigateur
from tests.socle.bouchon_smtp import bouchon_smtp
from tests.socle.test_courriel import brancher


@pytest.fixture
def navigateur(client) -> Navigateur:
    return Navigateur(client)


def test_de_la_page_au_compte_confirme_puis_connecte(app, client, navigateur):
    inscrire(navigateur)
    assert navigateur.h1 == "Ouvrez votre boîte mail"
    [compte] = comptes()
    assert (compte.courriel, compte.nom_naissance, compte.prenoms) == ("ana@exemple.fr", "Silva", "Ana")
    assert (compte.date_naissance.isoformat(), compte.lieu_naissance, compte.nir) == ("1985-03-12", "69266", NIR)
    assert compte.courriel_confirme_le is None

    navigateur.ouvrir(lien_recu(app))
    assert navigateur.h1 == "Confirmer mon adresse mail"
    assert comptes()[0].courriel_confirme_le is None, "ouvrir le lien ne confirme rien : un antivirus l’ouvre aussi"
    navigateur.envoyer(bouton="Confirmer mon adresse mail")
    assert "Votre adresse mail est confirmée" in navigateur.texte()
    assert comptes()[0].courriel_confirme_le is not None
    assert not est_connecte(client), "confirmer une adresse ne connecte pas"
    se_connecter(navigateur)
    assert navigateur.h1 == "Bonjour Ana !"


def test_une_fois_l_adresse_confirmee_l_identifiant_est_deja_ecrit(app, navigateur):
    """Dans la page rendue, et là seulement : ni adresse, ni cookie, ni page gardée par le navigateur."""
    inscrire(navigateur)
    navigateur.ouvrir(lien_recu(app)).envoyer(bouton="Confirmer mon adresse mail")
    assert navigateur.page.find(attrs={"name": "courriel"})["value"] == "ana@exemple.fr"
    assert navigateur.erreurs() == []
    assert "exemple" not in navigateur.adresse
    assert navigateur.reponse.headers["Cache-Control"] == "no-store"
    assert "exemple" not in repr(navigateur.reponse.headers)
    navigateur.envoyer(mot_de_passe=MOT_DE_PASSE, bouton="Me connecter")
    assert navigateur.h1 == "Bonjour Ana !"


def test_confirmer_dans_le_navigateur_d_un_autre_compte_n_y_ecrit_rien(app, navigateur, autre_client):
    creer_compte("lea@exemple.fr", nir=None)
    inscrire(navigateur)
    lien = lien_recu(app)
    lea = se_connecter(Navigateur(autre_client), "lea@exemple.fr")
    lea.ouvrir(lien).envoyer(bouton="Confirmer mon adresse mail")
    assert "ana@exemple.fr" not in str(lea.page)
    assert comptes()[-1].courriel_confirme_le is not None


def test_avant_la_confirmation_la_connexion_est_refusee_comme_si_le_compte_n_existait_pas(navigateur):
    inscrire(navigateur)
    attente = se_connecter(navigateur).erreurs()
    inconnue = se_connecter(navigateur, "inconnue@exemple.fr").erreurs()
    assert attente == inconnue != []


def test_le_lien_ne_sert_qu_une_fois(app, navigateur):
    inscrire(navigateur)
    lien = lien_recu(app)
    navigateur.ouvrir(lien).envoyer(bouton="Confirmer")
    confirme = comptes()[0].courriel_confirme_le
    navigateur.ouvrir(lien).envoyer(bouton="Confirmer")
    assert (navigateur.statut, navigateur.h1) == (410, "Ce lien ne fonctionne plus")
    assert comptes()[0].courriel_confirme_le == confirme


def test_ouvrir_dix_fois_le_lien_ne_le_consomme_pas(app, client, navigateur, horloge):
    inscrire(navigateur)
    lien = lien_recu(app)
    for methode in ("GET", "HEAD") * 5:
        assert client.open(lien, method=methode).status_code == 200
    navigateur.ouvrir(lien).envoyer(bouton="Confirmer")
    assert comptes()[0].courriel_confirme_le is not None


@pytest.mark.parametrize("faux", ["x", "x" * 43, "../connexion", "%00", "é" * 20])
def test_un_lien_invente_ne_confirme_rien(client, navigateur, faux):
    inscrire(navigateur)
    page = client.get(f"/compte/confirmer/{faux}")
    if page.status_code == 200:
        jeton = BeautifulSoup(page.text, "html.parser").find("input", attrs={"name": "csrf_token"})["value"]
        assert client.post(f"/compte/confirmer/{faux}", data={"csrf_token": jeton}).status_code in {404, 410}
    assert comptes()[0].courriel_confirme_le is None


@pytest.mark.parametrize(("heures", "marche"), [(71, True), (73, False)])
def test_la_duree_du_lien_court_depuis_l_envoi_du_message(app, navigateur, horloge, heures, marche):
    inscrire(navigateur)
    horloge.avancer(days=2)  # le serveur de courriel était en panne
    taches.nettoyer()
    lien = lien_recu(app)
    horloge.avancer(hours=heures)
    navigateur.ouvrir(lien).envoyer(bouton="Confirmer")
    assert (comptes()[0].courriel_confirme_le is not None) is marche


def test_quatre_jours_de_panne_du_courriel_n_effacent_pas_l_inscription(app, navigateur, horloge):
    with bouchon_smtp("fermé") as smtp:
        brancher(app, smtp)
        inscrire(navigateur)
        for _ in range(4):
            horloge.avancer(days=1)
            taches.passer()
            taches.nettoyer()
        smtp.panne = ""
        horloge.avancer(hours=6)
        assert taches.passer() == 1
    taches.nettoyer()
    assert len(comptes()) == 1
    horloge.avancer(days=4)
    taches.nettoyer()
    assert comptes() == [], "lien périmé : l’inscription jamais confirmée s’efface"


@pytest.mark.asvs("14.2.7")
def test_une_inscription_jamais_confirmee_s_efface_avec_son_nir(app, navigateur, horloge, dossier):
    inscrire(navigateur)
    courriels(app)
    horloge.avancer(days=3, minutes=1)
    taches.nettoyer()
    assert comptes() == []
    with lecture() as session:
        assert session.scalar(sa.select(sa.func.count()).select_from(Jeton)) == 0


def test_un_compte_confirme_ne_s_efface_pas(app, horloge):
    creer_compte()
    horloge.avancer(days=300)
    taches.nettoyer()
    assert len(comptes()) == 1


def test_deux_inscriptions_pour_une_adresse_la_premiere_confirmee_l_emporte(app, client, autre_client):
    inscrire(Navigateur(client))
    inscrire(Navigateur(autre_client), nom_naissance="Autre", prenoms="Personne")
    premier, second = lien_recu(app, 0), lien_recu(app, 1)
    Navigateur(autre_client).ouvrir(second).envoyer(bouton="Confirmer")
    en_retard = Navigateur(client).ouvrir(premier).envoyer(bouton="Confirmer")
    assert "a déjà un compte" in en_retard.texte()
    confirmes = [compte for compte in comptes() if compte.courriel_confirme_le]
    assert [compte.nom_naissance for compte in confirmes] == ["Autre"]


def test_l_adresse_d_un_compte_recoit_un_message_qui_le_dit_et_rien_ne_change(app, navigateur):
    creer_compte()
    avant = comptes()[0].mot_de_passe
    inscrire(navigateur, mot_de_passe="tambour lagune rosier 42", confirmation="tambour lagune rosier 42")
    [message] = courriels(app)
    assert "Vous en avez déjà un" in message.get_content()
    assert "/confirmer/" not in message.get_content()
    assert comptes()[0].mot_de_passe == avant


def test_cent_inscriptions_n_ecrivent_que_trois_messages_a_une_adresse(app, client):
    for rang in range(8):
        client.environ_base["REMOTE_ADDR"] = f"198.51.{rang}.1"
        inscrire(Navigateur(client))
    assert len(courriels(app)) == 3


def test_les_inscriptions_d_un_tiers_ne_privent_pas_d_un_lien_de_mot_de_passe(app, client):
    creer_compte()
    for _ in range(5):
        inscrire(Navigateur(client))
    Navigateur(client).ouvrir("/compte/mot-de-passe-oublie").envoyer(courriel="ana@exemple.fr")
    assert "/nouveau-mot-de-passe/" in courriels(app)[-1].get_content()


@pytest.mark.asvs("11.4.2")
def test_le_mot_de_passe_n_est_qu_un_hachage_et_le_jeton_une_empreinte(app, navigateur, dossier):
    inscrire(navigateur)
    secret = lien_recu(app).rsplit("/", 1)[1]
    octets = b"".join(chemin.read_bytes() for chemin in dossier.glob("portail.sqlite*"))
    for interdit in (MOT_DE_PASSE, secret, NIR):
        assert interdit.encode() not in octets
    with lecture() as session:
        assert session.scalar(sa.select(Compte.mot_de_passe)).startswith("$argon2id$")
    assert len(secret) == 43
