"""Chaque route de l'application, avec chaque rôle, sans jeton, depuis un autre site, sous un autre nom d'hôte."""

from __future__ import annotations

from urllib.parse import parse_qs, urlsplit

import pytest

from portail.db import db
from portail.droits import AGENTS, Droit, droit_de
from tests.fabriques import connecter
from tests.socle.routes import Dossier, differences, peupler, photo, routes

pytestmark = pytest.mark.menace("T7")

# Une route que tout le monde peut appeler par POST sans être connecté : chacune est ici pour une raison.
POST_PUBLICS = {
    "compte.creer_envoyer", "compte.connexion_envoyer", "compte.confirmer_envoyer", "compte.oubli_envoyer",
    "compte.nouveau_envoyer", "compte.deconnexion", "compte.quitter", "compte.code_envoyer", "compte.adresse_confirmer_envoyer",
    "compte.geler_envoyer", "compte.cle_refuser_envoyer", "compte.connexion_par_cle", "compte.connexion_par_cle_defi",
    "franceconnect.entrer", "franceconnect.inscription_envoyer",
    "franceconnect.relier_par_lien_envoyer", "information.suis_je_eligible_repondre",
    "assistance.mail_envoyer", "guichet.connexion_envoyer", "guichet.deconnexion", "guichet.invitation_accepter",
}  # fmt: skip


@pytest.fixture
def dossier_ana(app) -> Dossier:
    return peupler()


# Ce que le brouillon d'Ana n'a pas : un fichier joint ou en chemin, une attestation, une annexe.
PAS_ENCORE_LA = ("/fichiers/", "/envois/", "/attestation", "/annexe-handicap")


def entrer(app, client, compte_id: int, jeton: str = "s" * 43) -> None:
    from portail.compte.modeles import Compte

    with db.sessionmaker() as session:
        connecter(app, client, session, session.get_one(Compte, compte_id), jeton)


@pytest.mark.asvs("8.1.1")
def test_chaque_route_nomme_son_droit(app):
    sans_droit = [str(regle) for regle in app.url_map.iter_rules() if droit_de(app, regle.endpoint) is None]
    assert sans_droit == []


@pytest.mark.asvs("8.2.1")
def test_une_route_qui_oublie_son_droit_ne_repond_pas(app, client):
    app.add_url_rule("/oubliee", "oubliee", lambda: "secret")
    reponse = client.get("/oubliee")
    assert (reponse.status_code, "secret" in reponse.text) == (403, False)


def test_les_ecritures_ouvertes_a_tous_sont_connues(app, dossier_ana):
    publiques = {
        route.endpoint for route in routes(app, dossier_ana, "POST") if route.droit not in {Droit.COMPTE, *AGENTS}
    }
    assert publiques <= POST_PUBLICS


def test_sans_etre_connecte_une_page_a_soi_mene_a_la_connexion_et_y_revient(app, client, dossier_ana):
    fautes = []
    for route in routes(app, dossier_ana, "GET"):
        reponse = client.get(route.adresse)
        if route.droit is not Droit.COMPTE:
            if reponse.status_code not in {200, 303, 404, 410}:
                fautes.append(f"{route} : {reponse.status_code}")
            continue
        cible = urlsplit(reponse.headers.get("Location", ""))
        if (reponse.status_code, cible.path, parse_qs(cible.query).get("suite")) != (
            303,
            "/compte/connexion",
            [route.adresse],
        ):
            fautes.append(f"{route} : {reponse.status_code} {reponse.headers.get('Location')}")
    assert fautes == []


@pytest.mark.asvs("8.2.1")
def test_sans_etre_connecte_aucun_envoi_n_a_d_effet(app, client, dossier, dossier_ana):
    avant = photo(dossier)
    fautes = []
    for route in routes(app, dossier_ana, "POST"):
        reponse = client.post(route.adresse, data={"action": "poursuivre"})
        fragment = client.post(route.adresse, headers={"HX-Request": "true"})
        if reponse.status_code not in {303, 400} or fragment.status_code not in {303, 400, 401}:
            fautes.append(f"{route} : {reponse.status_code}, {fragment.status_code}")
    assert fautes == []
    assert differences(avant, photo(dossier)) == set()


def test_la_demande_d_un_autre_et_une_demande_absente_se_repondent_pareil(app, client, dossier_ana):
    entrer(app, client, dossier_ana.leo_id)
    d_ana = client.get(f"/demandes/{dossier_ana.demande_id}")
    absente = client.get(f"/demandes/{dossier_ana.demande_id + 1000}")
    assert d_ana.text == absente.text


def test_la_proprietaire_ouvre_toutes_ses_pages(app, client, dossier_ana):
    entrer(app, client, dossier_ana.ana_id)
    statuts = {route: client.get(route.adresse).status_code for route in routes(app, dossier_ana, "GET")}
    # Un document ou un fichier qui n'existe pas encore est absent, FranceConnect sans réglages aussi ; le reste s'ouvre.
    d_ana = {
        str(route): statut
        for route, statut in statuts.items()
        if route.droit is Droit.COMPTE
        and not route.endpoint.startswith(("documents.", "franceconnect."))
        and "fichiers" not in route.adresse
        and "envois" not in route.adresse
        and not route.adresse.endswith(".ics")
    }
    assert set(d_ana.values()) <= {200, 303}, {
        route: statut for route, statut in d_ana.items() if statut not in {200, 303}
    }
    anonymes = {
        str(r): statut
        for r, statut in statuts.items()
        if r.droit is Droit.ANONYME and not r.adresse.startswith("/guichet/")
    }
    assert set(anonymes.values()) == {303}, anonymes


@pytest.mark.asvs("3.5.3")
@pytest.mark.parametrize("connecte", [False, True])
def test_aucune_page_lue_ne_change_la_base(app, client, dossier, dossier_ana, horloge, connecte):
    if connecte:
        entrer(app, client, dossier_ana.ana_id)
        horloge.avancer(minutes=5)  # assez pour que la dernière activité soit datée
    avant = photo(dossier)
    for route in routes(app, dossier_ana, "GET"):
        for entetes in ({}, {"HX-Request": "true"}):
            assert client.get(route.adresse, headers=entetes).status_code < 500, route
        client.head(route.adresse)
        client.options(route.adresse)
    assert differences(avant, photo(dossier)) == set()


def _jeton(client) -> str:
    """Le jeton de formulaire de la session du client."""
    from bs4 import BeautifulSoup

    page = BeautifulSoup(client.get("/compte/mot-de-passe").text, "html.parser")
    return page.find("input", attrs={"name": "csrf_token"})["value"]


@pytest.mark.asvs("3.5.1", "15.3.7")
@pytest.mark.parametrize("faux", ["absent", "inventé", "d’une autre session", "dans l’adresse"])
def test_aucun_envoi_sans_le_jeton_de_sa_session_n_a_d_effet(app, client, autre_client, dossier, dossier_ana, faux):
    entrer(app, client, dossier_ana.ana_id)
    entrer(app, autre_client, dossier_ana.ana_id, "t" * 43)
    jeton = {"absent": None, "inventé": "x" * 90}.get(faux) or _jeton(
        autre_client if faux != "dans l’adresse" else client
    )
    avant = photo(dossier)
    for route in routes(app, dossier_ana, "POST"):
        donnees = {"nom_naissance": "Intrus", "action": "poursuivre", "courriel": "i@exemple.fr"}
        if faux not in {"absent", "dans l’adresse"}:
            donnees["csrf_token"] = jeton
        adresse = f"{route.adresse}?csrf_token={jeton}" if faux == "dans l’adresse" else route.adresse
        reponse = client.post(adresse, data=donnees)
        assert reponse.status_code in {303, 400}, route
    assert differences(avant, photo(dossier)) == set()


@pytest.mark.asvs("3.5.1")
@pytest.mark.parametrize(
    "entetes",
    [
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {"Origin": "https://pirate.test"},
        {"Origin": "http://127.0.0.1.pirate.test"},
        {"Origin": "http://127.0.0.1:81"},
    ],
)
def test_un_envoi_venu_d_un_autre_site_est_refuse_meme_avec_le_bon_jeton(app, client, dossier, dossier_ana, entetes):
    entrer(app, client, dossier_ana.ana_id)
    jeton = _jeton(client)
    avant = photo(dossier)
    for route in routes(app, dossier_ana, "POST"):
        assert client.post(route.adresse, data={"csrf_token": jeton}, headers=entetes).status_code == 400, route
    assert differences(avant, photo(dossier)) == set()


@pytest.mark.parametrize("hote", ["pirate.test", "127.0.0.1.pirate.test", "127.0.0.1@pirate.test", "localhost:0x", ""])
def test_un_nom_d_hote_inconnu_est_refuse_partout(app, client, dossier_ana, hote):
    for methode in ("GET", "POST"):
        for route in routes(app, dossier_ana, methode):
            reponse = client.open(route.adresse, method=methode, headers={"Host": hote})
            assert reponse.status_code == 400, route
            assert "pirate" not in reponse.text


@pytest.mark.asvs("4.1.4", "13.4.4")
@pytest.mark.parametrize("methode", ["PUT", "DELETE", "PATCH", "TRACE"])
def test_les_methodes_inutiles_sont_refusees_et_les_permises_annoncees(app, client, dossier_ana, methode):
    for route in routes(app, dossier_ana, "GET"):
        reponse = client.open(route.adresse, method=methode)
        assert reponse.status_code == 405, route
        assert "GET" in reponse.headers["Allow"]


def test_un_numero_que_la_base_ne_sait_pas_ecrire_n_est_le_numero_de_rien(app_deux_moteurs):
    dossier_ana = peupler()
    client = app_deux_moteurs.test_client()
    entrer(app_deux_moteurs, client, dossier_ana.ana_id)
    for adresse in (
        "/demandes/{}",
        "/demandes/{}/etapes/motifs",
        "/demandes/{}/pieces/ID",
        "/demandes/1/pieces/fichiers/{}",
    ):
        for numero in (2**31, 2**63, 10**30):
            assert client.get(adresse.format(numero)).status_code == 404
            assert client.post(adresse.format(numero), headers={"Origin": "http://127.0.0.1"}).status_code < 500
