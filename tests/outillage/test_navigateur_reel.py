"""Le vrai navigateur : ce qu'il sait faire, et les fautes qu'il ne laisse pas passer."""

from __future__ import annotations

import asyncio
import time

import pytest
from flask import Flask, Response, request

from tests import navigateur_reel
from tests.manques import en_ci
from tests.navigateur_reel import photographier, reseau_lent, trafic
from tests.serveur import servir

pytestmark = pytest.mark.navigateur

CSP = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; form-action 'self'"
SQUELETTE = '<!doctype html><html lang="fr"><title>Essai</title><link rel="icon" href="data:,"><body>{}'


@pytest.fixture
def adresse():
    application = Flask(__name__)

    @application.get("/")
    def accueil():
        return SQUELETTE.format('<p id="mot">sans</p><script src="/mot.js"></script>')

    @application.get("/mot.js")
    def script():
        return Response("mot.textContent = navigator.language + ' ' + innerWidth", mimetype="text/javascript")

    @application.get("/corps")
    def corps():
        return SQUELETTE.format(request.args["html"])

    @application.get("/boum")
    def boum():
        return SQUELETTE.format("<h1>Panne</h1>"), 503

    @application.get("/refus")
    def refus():
        return SQUELETTE.format("<h1>Erreur</h1>"), 422

    @application.get("/lourd")
    def lourd():
        return SQUELETTE.format("x" * 20_000)

    @application.after_request
    def proteger(reponse):
        reponse.headers["Content-Security-Policy"] = CSP
        return reponse

    with servir(lambda url: application) as serveur:
        yield serveur.url


def test_la_page_est_francaise_et_sans_memoire(page, ouvrir_page, adresse):
    page.goto(adresse)
    assert page.inner_text("#mot") == "fr-FR 1280"
    page.context.add_cookies([{"name": "a", "value": "b", "url": adresse}])
    assert ouvrir_page().context.cookies() == []


@pytest.mark.parametrize("page", [(320, 640)], indirect=True)
def test_la_taille_se_choisit(page, adresse):
    page.goto(adresse)
    assert page.inner_text("#mot") == "fr-FR 320"


def test_sans_javascript_rien_ne_s_execute(page_sans_js, adresse):
    page_sans_js.goto(adresse)
    assert page_sans_js.inner_text("#mot") == "sans"


def test_un_refus_422_n_est_pas_une_faute(page, surveillance, adresse):
    page.goto(f"{adresse}/refus")
    assert surveillance.fautes == []


@pytest.mark.parametrize(
    ("chemin", "faute"),
    [
        ("/corps?html=<script>alert(1)</script>", "console : .*Content Security Policy"),
        ("/corps?html=<p style='color:red'>x", "console : .*style"),
        ("/corps?html=<img src='/absente.png'>", r"réponse 404 \(image\)"),
        ("/boum", r"réponse 503 \(document\)"),
    ],
)
def test_une_faute_est_vue(page, surveillance, adresse, chemin, faute):
    page.goto(adresse + chemin)
    page.wait_for_load_state("networkidle")
    assert surveillance.restantes()
    surveillance.tolerer(faute)
    assert surveillance.restantes() == []


def test_une_exception_de_script_est_une_faute(page, surveillance, adresse):
    page.goto(adresse)
    with page.expect_event("pageerror"):
        page.evaluate("setTimeout(() => { throw new Error('oups') })")
    assert surveillance.fautes == ["script : oups"]
    surveillance.tolerer("oups")


@pytest.mark.asvs("3.6.1", "14.2.3")
def test_une_requete_vers_une_autre_origine_est_une_faute(page, surveillance, adresse):
    with servir(lambda url: Flask("ailleurs")) as ailleurs:
        page.goto(adresse)
        page.goto(ailleurs.url)
    assert surveillance.fautes == [f"requête hors de l’origine : GET {ailleurs.url}/"]
    surveillance.tolerer("hors de l’origine")


def test_une_faute_restante_fait_echouer_le_test():
    fixture = navigateur_reel.surveillance.__wrapped__()
    next(fixture).fautes.append("console : oups")
    with pytest.raises(pytest.fail.Exception, match="oups"):
        next(fixture)


@pytest.fixture
def serveur_ferme_le_premier(page):
    """Un serveur né après la page, donc rendu avant elle : la page doit être fermée quand il s'arrête."""
    with servir(lambda url: Flask("bref")) as serveur:
        yield serveur
        assert page.is_closed()


def test_la_page_se_ferme_avant_son_serveur(page, serveur_ferme_le_premier):
    page.goto(serveur_ferme_le_premier.url)
    assert not page.is_closed()


def test_hors_ligne_la_panne_se_declare(page, surveillance, adresse):
    page.goto(adresse)
    page.context.set_offline(True)
    with page.expect_event("requestfailed"):
        page.evaluate("fetch('/mot.js').catch(() => 0)")
    assert surveillance.fautes == [f"requête échouée : GET {adresse}/mot.js (net::ERR_INTERNET_DISCONNECTED)"]
    surveillance.tolerer("ERR_INTERNET_DISCONNECTED")


def test_le_reseau_lent_ralentit_comme_annonce(page, adresse):
    reseau_lent(page, latence_ms=100, kbps_bas=400, kbps_haut=200)
    debut = time.monotonic()
    page.goto(f"{adresse}/lourd")
    duree = time.monotonic() - debut
    assert duree >= 0.1 + 20_000 * 8 / 400_000  # la latence, puis 20 ko à 400 kbit/s


def test_le_trafic_compte_les_octets_sur_le_fil(page, adresse):
    with trafic(page) as compte:
        page.goto(f"{adresse}/lourd", wait_until="networkidle")
    assert compte.reponses == 1
    assert 20_000 < compte.octets < 21_000


def test_photographier(page, adresse, monkeypatch, tmp_path):
    monkeypatch.setattr(navigateur_reel, "RESULTATS", tmp_path)
    page.goto(adresse)
    assert photographier(page, "accueil").read_bytes().startswith(b"\x89PNG")


def test_apres_un_test_du_navigateur_asyncio_reste_utilisable(chromium):
    async def quatre() -> int:
        return 4

    assert chromium.is_connected()
    assert asyncio.run(quatre()) == 4


def test_chromium_absent_le_test_est_saute_ou_echoue(monkeypatch):
    monkeypatch.setattr(navigateur_reel, "trouver_chromium", lambda: None)
    attendu = pytest.fail.Exception if en_ci() else pytest.skip.Exception
    with pytest.raises(attendu, match="apt install chromium"):
        next(navigateur_reel.chromium.__wrapped__())
