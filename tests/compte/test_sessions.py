"""Les sessions : identifiant neuf à la connexion, empreinte seule en base, limites tenues par le serveur."""

from __future__ import annotations

import hashlib
import re

import pytest

from portail import taches
from tests.compte.gestes import code_recu, cookie, creer_compte, est_connecte, se_connecter, sessions
from tests.navigateur import Navigateur
from tests.socle.applications import ouvrir

pytestmark = pytest.mark.menace("T4")

CHROME = "Mozilla/5.0 (Linux; Android 13) AppleWebKit/537.36 Chrome/120.0 Mobile Safari/537.36"
FIREFOX = "Mozilla/5.0 (Windows NT 10.0; rv:120.0) Gecko/20100101 Firefox/120.0"


@pytest.fixture(autouse=True)
def ana(app) -> int:
    return creer_compte()


@pytest.fixture
def connecte(client) -> Navigateur:
    navigateur = Navigateur(client)
    se_connecter(navigateur)
    assert navigateur.adresse == "/demandes"
    return navigateur


def test_sans_connexion_aucune_ligne_n_est_ecrite_et_l_accueil_ne_pose_pas_de_cookie(client):
    assert "Set-Cookie" not in client.get("/").headers
    for adresse in ("/compte/connexion", "/compte/creer", "/compte/mot-de-passe-oublie", "/demandes"):
        client.get(adresse)
    assert sessions() == []


@pytest.mark.asvs("7.2.4")
def test_l_identifiant_change_a_la_connexion_et_l_ancien_reste_anonyme(client, autre_client):
    Navigateur(client).ouvrir("/compte/connexion")
    avant = cookie(client)
    se_connecter(Navigateur(client))
    apres = cookie(client)
    assert avant != apres != ""
    autre_client.set_cookie("portail", avant, domain="127.0.0.1")
    assert not est_connecte(autre_client)
    assert est_connecte(client)


@pytest.mark.asvs("7.2.4")
def test_un_identifiant_impose_par_un_tiers_ne_devient_jamais_celui_de_la_personne(client, autre_client):
    impose = "A" * 43
    client.set_cookie("portail", impose, domain="127.0.0.1")
    se_connecter(Navigateur(client))
    assert cookie(client) != impose
    autre_client.set_cookie("portail", impose, domain="127.0.0.1")
    assert not est_connecte(autre_client)


@pytest.mark.asvs("7.2.1")
def test_la_base_ne_connait_que_l_empreinte_de_l_identifiant(connecte, client, dossier):
    [ligne] = sessions()
    assert ligne.empreinte == hashlib.sha256(cookie(client).encode()).hexdigest()
    octets = b"".join(chemin.read_bytes() for chemin in dossier.glob("portail.sqlite*"))
    assert cookie(client).encode() not in octets
    assert ligne.empreinte.encode() in octets


@pytest.mark.asvs("7.2.2", "7.2.3", "11.5.1")
def test_les_identifiants_sont_longs_et_tous_differents(app):
    vus = set()
    for _ in range(50):
        client = app.test_client()
        client.get("/compte/connexion")
        vus.add(cookie(client))
    assert len(vus) == 50
    assert all(re.fullmatch(r"[A-Za-z0-9_-]{43}", identifiant) for identifiant in vus), "32 octets au hasard"


@pytest.mark.asvs("1.5.2", "7.2.1")
@pytest.mark.parametrize(
    "faux", ["", "x", "A" * 42, "A" * 44, "' OR 1=1 --" + "A" * 32, "%00" * 14, "é" * 43, "A" * 5000]
)
def test_un_cookie_abime_est_celui_d_une_personne_inconnue(client, faux):
    reponse = client.get("/compte", headers={"Cookie": f"portail={faux}"})
    assert reponse.status_code == 303


@pytest.mark.asvs("7.3.1")
@pytest.mark.parametrize(("partage", "minutes"), [(False, 30), (True, 10)])
def test_sans_activite_la_session_meurt_et_le_meme_cookie_ne_vaut_plus_rien(client, horloge, partage, minutes):
    autres = {"partage": "oui"} if partage else {}
    se_connecter(Navigateur(client), **autres)
    horloge.avancer(minutes=minutes - 1)
    assert est_connecte(client)
    horloge.avancer(minutes=minutes - 1)
    assert est_connecte(client), "chaque page prolonge"
    horloge.avancer(minutes=minutes)
    assert not est_connecte(client)


@pytest.mark.asvs("7.3.2")
def test_vingt_heures_apres_la_connexion_la_session_meurt_meme_active(connecte, client, horloge):
    for _ in range(60):
        horloge.avancer(minutes=20)
        if not est_connecte(client):
            break
    duree = horloge() - sessions()[0].ouverte_le
    assert duree.total_seconds() == 20 * 3600
    assert not est_connecte(client)


def test_prolonger_date_l_activite(connecte, client, horloge):
    jeton = connecte.page.find("input", attrs={"name": "csrf_token"})["value"]
    for _ in range(3):
        horloge.avancer(minutes=25)
        reponse = client.post("/compte/prolonger", headers={"X-CSRFToken": jeton})
        assert (reponse.status_code, reponse.data) == (204, b"")
    assert est_connecte(client)


@pytest.mark.asvs("7.4.1", "14.3.1")
def test_se_deconnecter_ferme_la_session_nettoie_le_navigateur_et_tue_le_cookie(connecte, client, autre_client):
    volee = cookie(client)
    jeton = connecte.page.find("input", attrs={"name": "csrf_token"})["value"]
    reponse = client.post("/compte/deconnexion", data={"csrf_token": jeton})
    assert (reponse.status_code, reponse.headers["Location"]) == (303, "/compte/connexion?motif=deconnecte")
    assert reponse.headers["Clear-Site-Data"] == '"cache", "storage"'
    autre_client.set_cookie("portail", volee, domain="127.0.0.1")
    assert not est_connecte(client)
    assert not est_connecte(autre_client)
    assert sessions()[0].fermee_le is not None


def test_se_deconnecter_apres_la_fin_de_la_session_nettoie_quand_meme(connecte, client, horloge):
    jeton = connecte.page.find("input", attrs={"name": "csrf_token"})["value"]
    horloge.avancer(hours=2)
    reponse = client.post("/compte/deconnexion", data={"csrf_token": jeton})
    assert reponse.headers["Clear-Site-Data"] == '"cache", "storage"'
    assert "motif=deconnecte" in reponse.headers["Location"]


@pytest.mark.asvs("7.1.2", "7.5.2")
def test_deux_appareils_se_voient_et_l_un_deconnecte_l_autre(app):
    telephone, ordinateur = app.test_client(), app.test_client()
    telephone.environ_base["HTTP_USER_AGENT"], ordinateur.environ_base["HTTP_USER_AGENT"] = CHROME, FIREFOX
    se_connecter(Navigateur(telephone))
    page = se_connecter(Navigateur(ordinateur), partage="oui")
    page = page.envoyer(code_recu=code_recu(app), bouton="Entrer").ouvrir("/compte")
    assert "Chrome sur Android" in page.texte()
    assert "Firefox sur Windows (cet appareil)" in page.texte()
    assert "Ordinateur partagé" in page.texte()
    formulaire = next(
        f for f in page.page.select("main form") if "/appareils/" in f["action"] and "Chrome" in f.get_text()
    )
    page.poster(formulaire["action"], page.saisie(formulaire))
    assert "Cet appareil est déconnecté" in page.texte()
    assert (est_connecte(telephone), est_connecte(ordinateur)) == (False, True)


@pytest.mark.asvs("7.5.2")
def test_deconnecter_tous_les_autres_appareils_garde_celui_ci(app, client):
    autres = [app.test_client() for _ in range(3)]
    for autre in autres:
        se_connecter(Navigateur(autre))
    page = se_connecter(Navigateur(client)).ouvrir("/compte")
    formulaire = next(f for f in page.page.select("main form") if f["action"] == "/compte/appareils/deconnecter")
    page.poster(formulaire["action"], page.saisie(formulaire))
    assert [est_connecte(autre) for autre in autres] == [False] * 3
    assert est_connecte(client)


def test_on_ne_deconnecte_pas_l_appareil_d_un_autre(app, client, autre_client):
    creer_compte("leo@exemple.fr", nir=None)
    se_connecter(Navigateur(autre_client), "leo@exemple.fr")
    page = se_connecter(Navigateur(client)).ouvrir("/compte")
    [de_leo, _] = sessions()
    jeton = page.page.find("input", attrs={"name": "csrf_token"})["value"]
    client.post(f"/compte/appareils/{de_leo.id}/deconnecter", data={"csrf_token": jeton})
    assert est_connecte(autre_client)


@pytest.mark.asvs("8.3.2")
def test_une_revocation_pendant_une_requete_l_emporte(connecte, client, horloge, app):
    """La dernière activité, datée après la révocation, ne rouvre pas la session."""
    from portail.compte.modeles import SessionOuverte
    from portail.compte.sessions import dater
    from portail.db import ecriture

    [ligne] = sessions()
    with ecriture() as base:
        base.get_one(SessionOuverte, ligne.id).fermee_le = horloge()
    horloge.avancer(minutes=5)
    dater(SessionOuverte, ligne.id, horloge())
    assert sessions()[0].vue_le == ligne.vue_le
    assert not est_connecte(client)


def test_la_derniere_activite_s_ecrit_au_plus_une_fois_par_minute(connecte, client, horloge):
    vues = set()
    for _ in range(10):
        horloge.avancer(seconds=20)
        client.get("/compte")
        vues.add(sessions()[0].vue_le)
    assert len(vues) <= 4


@pytest.mark.asvs("14.2.7")
def test_les_sessions_s_oublient_apres_quatre_vingt_dix_jours(connecte, horloge):
    horloge.avancer(days=89)
    taches.nettoyer()
    assert len(sessions()) == 1
    horloge.avancer(days=2)
    taches.nettoyer()
    assert sessions() == []


@pytest.mark.asvs("3.3.1", "3.3.2", "3.3.3", "3.3.4", "12.2.1")
def test_en_https_le_cookie_est_reserve_a_l_hote_et_court(dossier, horloge, tmp_path):
    with ouvrir(dossier, horloge, url="https://portail.test") as app:
        reponse = app.test_client().get("/compte/connexion")
        [pose] = reponse.headers.getlist("Set-Cookie")
        nom, _, reste = pose.partition("=")
        assert nom == "__Host-portail"
        attributs = {morceau.strip().lower() for morceau in reste.split(";")[1:]}
        assert attributs == {"secure", "httponly", "samesite=lax", "path=/"}, (
            "ni Domain ni durée : il meurt avec le navigateur"
        )
        assert len(pose) <= 120


@pytest.mark.asvs("14.3.1")
def test_une_page_vue_connecte_n_a_plus_rien_de_personnel_une_fois_deconnecte(connecte, client):
    jeton = connecte.page.find("input", attrs={"name": "csrf_token"})["value"]
    assert "Ana" in client.get("/demandes").text
    client.post("/compte/deconnexion", data={"csrf_token": jeton})
    for adresse in ("/demandes", "/compte", "/"):
        assert "Ana" not in client.get(adresse).text
