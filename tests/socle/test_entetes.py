"""Les en-têtes de sûreté, mot pour mot, sur toute réponse : pages, fragments, erreurs, fichiers statiques."""

from __future__ import annotations

import re

import pytest

from tests.socle.applications import ouvrir
from tests.socle.routes import peupler, routes
from tests.socle.test_droits import entrer

pytestmark = pytest.mark.menace("T18")

CSP = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; form-action 'self'; "
    "frame-ancestors 'none'; base-uri 'none'; object-src 'none'"
)
DORES = {
    "Content-Security-Policy": CSP,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=(), browsing-topics=()",
    "Strict-Transport-Security": "max-age=31536000; includeSubDomains",
}
URL = "https://portail.test"


@pytest.fixture
def app(dossier, horloge):
    """Le portail comme en service : en HTTPS, sans le mode de test qui laisse échapper les erreurs."""
    with ouvrir(dossier, horloge, url=URL, TESTING=False, PROPAGATE_EXCEPTIONS=False) as application:
        yield application


def ecarts(reponse, sauf: tuple[str, ...] = ()) -> dict[str, str | None]:
    return {
        nom: reponse.headers.get(nom)
        for nom, valeur in DORES.items()
        if nom not in sauf and reponse.headers.get(nom) != valeur
    }


@pytest.mark.asvs("3.4.1", "3.4.3", "3.4.4", "3.4.5", "3.4.6", "3.4.8", "3.5.8", "3.6.1", "12.2.1", "14.2.3")
def test_chaque_page_chaque_fragment_chaque_erreur_porte_les_entetes(app, client):
    donnees = peupler()
    fautes = []
    for route in routes(app, donnees, "GET"):
        for entetes in ({}, {"HX-Request": "true"}):
            reponse = client.get(route.adresse, headers=entetes)
            # Une page peut être plus muette encore : elle ne dit à personne d'où l'on vient.
            sauf = ("Referrer-Policy",) if reponse.headers["Referrer-Policy"] == "no-referrer" else ()
            if manque := ecarts(reponse, sauf):
                fautes.append(f"{route} {entetes} : {manque}")
    assert fautes == []


@pytest.mark.asvs("3.4.1", "3.4.3", "3.4.4", "3.4.6", "3.4.8")
@pytest.mark.parametrize(
    ("methode", "adresse", "entetes", "statut"),
    [
        ("GET", "/absente", {}, 404),
        ("GET", "/absente", {"HX-Request": "true"}, 404),
        ("GET", "/compte/connexion", {"Host": "pirate.test"}, 400),
        ("PUT", "/", {}, 405),
        ("POST", "/compte/connexion", {}, 400),
        ("POST", "/demandes/nouvelle", {}, 303),
        ("POST", "/compte/connexion", {"Sec-Fetch-Site": "cross-site"}, 400),
        ("OPTIONS", "/", {}, 200),
        ("GET", "/demandes/", {}, 404),
        ("GET", "/panne", {}, 500),
        ("GET", "/panne", {"HX-Request": "true"}, 500),
    ],
)
def test_les_erreurs_aussi(app, client, methode, adresse, entetes, statut):
    from portail.droits import Droit, droit

    @droit(Droit.PUBLIC)
    def panne():
        raise ZeroDivisionError

    app.add_url_rule("/panne", "panne", panne)
    reponse = client.open(adresse, method=methode, headers=entetes)
    assert reponse.status_code == statut
    assert ecarts(reponse) == {}


@pytest.mark.asvs("3.4.1")
def test_un_envoi_trop_lourd_aussi(app, client):
    reponse = client.post("/compte/connexion", data={"courriel": "x" * (600_000)}, headers={"Origin": URL})
    assert reponse.status_code == 413
    assert ecarts(reponse) == {}


@pytest.mark.asvs("3.4.1", "3.4.2", "3.4.4")
def test_les_fichiers_statiques_aussi(app, client):
    page = client.get("/").text
    adresses = set(re.findall(r"/static/[^\"]+", page))
    assert len(adresses) >= 4
    for adresse in adresses:
        for encodage in ("br", "gzip", "identity"):
            reponse = client.get(adresse, headers={"Accept-Encoding": encodage})
            assert reponse.status_code == 200
            assert (
                ecarts(reponse, ("Content-Security-Policy", "Cross-Origin-Opener-Policy", "Permissions-Policy")) == {}
            ), adresse
            assert reponse.headers["Content-Security-Policy"] == "default-src 'none'"
            assert "Access-Control-Allow-Origin" not in reponse.headers
            assert "Set-Cookie" not in reponse.headers
            reponse.close()


@pytest.mark.asvs("3.4.5")
@pytest.mark.parametrize("adresse", ["/compte/confirmer/" + "j" * 43, "/compte/nouveau-mot-de-passe/" + "j" * 43])
def test_une_adresse_qui_porte_un_jeton_ne_se_transmet_a_personne(app, client, adresse):
    reponse = client.get(adresse)
    assert reponse.headers["Referrer-Policy"] == "no-referrer"
    assert "no-store" in reponse.headers["Cache-Control"]
    assert ecarts(reponse, ("Referrer-Policy",)) == {}


@pytest.mark.asvs("3.4.2")
def test_aucune_origine_n_est_renvoyee(app, client):
    reponse = client.get("/", headers={"Origin": "https://pirate.test"})
    assert not [nom for nom in dict(reponse.headers) if nom.lower().startswith("access-control")]


@pytest.mark.asvs("13.4.6")
def test_aucun_entete_ne_dit_avec_quoi_le_site_est_fait(app, client):
    for adresse in ("/", "/absente", "/compte/connexion"):
        texte = str(client.get(adresse).headers).lower()
        assert not re.search(r"werkzeug|python|flask|waitress|gunicorn|x-powered-by", texte)


@pytest.mark.asvs("14.2.2", "14.3.2")
def test_ce_qui_est_a_une_personne_n_est_jamais_garde(app, client):
    donnees = peupler()
    entrer(app, client, donnees.ana_id)
    fautes = []
    for route in routes(app, donnees, "GET"):
        if route.adresse.startswith("/guichet/") or route.adresse == "/guichet":
            continue  # l'espace des agents : pour lui, Ana n'est personne
        for entetes in ({}, {"HX-Request": "true"}):
            reponse = client.get(route.adresse, headers=entetes)
            if reponse.headers.get("Cache-Control") != "no-store":
                fautes.append(f"{route} {entetes} : {reponse.headers.get('Cache-Control')}")
    assert fautes == []


@pytest.mark.asvs("14.2.2")
def test_une_page_qui_porte_un_jeton_de_formulaire_ne_se_garde_pas_dans_un_cache_partage(app, client):
    reponse = client.get("/compte/connexion")
    assert "csrf_token" in reponse.text
    assert "no-store" in reponse.headers["Cache-Control"]


def test_les_pages_et_les_fragments_ne_se_melangent_pas_dans_un_cache(app, client):
    for adresse in ("/compte/connexion", "/compte/creer", "/"):
        assert "HX-Request" in client.get(adresse).headers["Vary"]
