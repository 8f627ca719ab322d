"""Les pages publiques se gardent tant qu'on n'est pas connecté, et ne pèsent presque rien."""

from __future__ import annotations

import brotli
import pytest

from portail.db import db
from tests.fabriques import compte, connecter

BASE = "http://127.0.0.1"
PAGES = {
    "/comment-ca-marche": 9_000,
    "/comment-ca-marche?mot=piece+idantité": 5_000,
    "/comment-ca-marche/titre-de-sejour": 9_000,
    "/aide": 6_000,
    "/offres-par-commune": 9_000,
    "/offres-par-commune/75056": 9_000,
    "/offres-par-commune/comparer?commune=69266&commune=69029&commune=69123&commune=69259": 9_000,
    "/guichets": 9_000,
    "/guichets?ou=nimes": 9_000,
    "/guichets?ou=paris": 9_000,
    "/suis-je-eligible": 9_000,
}
GARDEES = [adresse for adresse in PAGES if adresse != "/suis-je-eligible"]


@pytest.mark.parametrize(("adresse", "budget"), PAGES.items())
def test_le_poids_d_une_page(client, adresse, budget):
    """Octets du HTML comprimé comme il l'est en service (brotli 5)."""
    reponse = client.get(adresse, base_url=BASE)
    assert reponse.status_code == 200
    assert len(brotli.compress(reponse.data, quality=5)) <= budget


@pytest.mark.parametrize("adresse", GARDEES)
@pytest.mark.parametrize("codage", ["br", "gzip", "identity"])
def test_une_page_inchangee_repond_304(client, adresse, codage):
    entetes = {"Accept-Encoding": codage}
    premiere = client.get(adresse, headers=entetes, base_url=BASE)
    assert premiere.headers["Cache-Control"] == "public, max-age=300"
    assert {"Cookie", "HX-Request"} <= set(premiere.vary)
    assert "Set-Cookie" not in premiere.headers
    suite = client.get(adresse, headers={**entetes, "If-None-Match": premiere.headers["ETag"]}, base_url=BASE)
    assert suite.status_code == 304
    assert suite.data == b""


def test_deux_visiteurs_recoivent_la_meme_empreinte(app):
    empreintes = {app.test_client().get("/aide", base_url=BASE).headers["ETag"] for _ in range(2)}
    assert len(empreintes) == 1


def test_une_page_avec_un_jeton_n_est_pas_gardee(client):
    reponse = client.get("/suis-je-eligible", base_url=BASE)
    assert "ETag" not in reponse.headers
    assert reponse.headers["Cache-Control"] == "no-store"
    assert "Set-Cookie" in reponse.headers


def test_une_page_absente_n_est_pas_gardee(client):
    assert "ETag" not in client.get("/comment-ca-marche/rien", base_url=BASE).headers


@pytest.mark.asvs("14.2.2")
def test_une_personne_connectee_ne_laisse_rien_en_cache(app, client):
    connecter(app, client, db.session, compte(db.session))
    reponse = client.get("/aide", base_url=BASE)
    assert "Se déconnecter" in reponse.get_data(as_text=True)
    assert reponse.headers["Cache-Control"] == "no-store"
    assert "ETag" not in reponse.headers
