"""Robots : ce qui est à quelqu'un ne s'indexe pas, ce qui est à tous se lit à un pas que les autres supportent."""

from __future__ import annotations

from dataclasses import replace
from urllib.robotparser import RobotFileParser

import pytest

from portail import debit
from portail.accueil import machines
from portail.droits import Droit
from portail.seaux import Seaux
from tests.guichet.monde import entrer, monter
from tests.socle.routes import peupler, routes
from tests.socle.test_droits import entrer as entrer_personne

pytestmark = pytest.mark.menace("T19")

COUTEUSES = (
    "/offres-par-commune?commune=lyon",
    "/offres-par-commune/69266",
    "/offres-par-commune/69266.csv",
    "/offres-par-commune/69266.json",
    "/offres-par-commune/comparer?commune=69266",
    "/guichets?ou=lyon",
    "/comment-ca-marche?mot=hlm",
    "/suis-je-eligible",
)


def lire(texte: str) -> RobotFileParser:
    lecteur = RobotFileParser()
    lecteur.parse(texte.splitlines())
    return lecteur


def test_robots_txt_ferme_tout_ce_qui_n_est_pas_a_tous(app, client):
    reponse = client.get("/robots.txt")
    assert (reponse.status_code, reponse.mimetype) == (200, "text/plain")
    robot = lire(reponse.text)
    assert robot.crawl_delay("*") == machines.PAS
    assert "Disallow: /guichet$" in reponse.text, "« /guichets » est à tous"
    for route in routes(app, peupler(), "GET"):
        if route.droit is not Droit.PUBLIC and route.adresse != "/guichet":
            assert not robot.can_fetch("*", route.adresse), route
    for ouverte in ("/", "/guichets", "/comment-ca-marche", "/suis-je-eligible", "/offres-par-commune/69266", "/aide"):
        assert robot.can_fetch("*", ouverte)


def test_une_demonstration_ne_s_indexe_pas(app):
    config = replace(app.extensions["portail"], demonstration=True)
    assert not lire(machines.robots(config)).can_fetch("*", "/")


def test_une_page_a_quelqu_un_dit_de_ne_pas_l_indexer(app, client):
    donnees = peupler()
    entrer_personne(app, client, donnees.ana_id)
    fautes = []
    for route in routes(app, donnees, "GET"):
        dit = client.get(route.adresse).headers.get("X-Robots-Tag", "")
        prive = route.droit is not Droit.PUBLIC or "j" * 43 in route.adresse
        if (prive and "noindex" not in dit) or (not prive and dit and "/verifier/" not in route.adresse):
            fautes.append(f"{route} : {dit!r}")
    assert fautes == []


def test_une_page_d_agent_aussi(app, client):
    monde = monter()
    entrer(app, client, monde.accueil)
    for adresse in (f"/guichet/demandes/{monde.demande_69}", "/guichet", "/guichet/recherche"):
        assert client.get(adresse).headers["X-Robots-Tag"] == "noindex, nofollow"


@pytest.mark.asvs("2.4.1")
def test_chaque_page_qui_coute_est_bornee_par_reseau_et_revient(app, client, horloge, monkeypatch):
    monkeypatch.setattr(debit, "RESERVE", 2)
    for rang, adresse in enumerate(COUTEUSES):
        robot, voisin = ({"REMOTE_ADDR": f"203.0.{113 + cote}.{rang}"} for cote in (0, 1))
        app.extensions["debit"] = Seaux()
        assert {client.get(adresse, environ_base=robot).status_code for _ in range(2)} <= {200, 303}
        trop = client.get(adresse, environ_base=robot)
        assert (trop.status_code, trop.headers["Retry-After"]) == (429, "1"), adresse
        assert "Ce réseau a demandé beaucoup de pages" in trop.text
        assert client.get(adresse, environ_base=voisin).status_code in {200, 303}
        assert client.get("/", environ_base=robot).status_code == 200, "le reste du site s'ouvre"
        horloge.avancer(seconds=1)
        assert client.get(adresse, environ_base=robot).status_code in {200, 303}


def test_un_seau_se_vide_et_la_memoire_reste_bornee():
    seaux = Seaux(maximum=3)

    def verser(cle: str, instant: float) -> int:
        return seaux.verser(cle, 120, 2.0, instant)

    assert [verser("a", 0.0) for _ in range(120)] == [0] * 120
    assert verser("a", 0.0) == 1
    assert [verser("a", 10.0) for _ in range(20)] == [0] * 20
    assert verser("a", 10.0) == 1
    assert verser("a", 5.0) == 1, "l'horloge qui recule ne vide rien"
    for cle in "bcd":
        verser(cle, 10.0)
    assert len(seaux) == 3
    assert verser("a", 10.0) == 0, "le moins récent s'est oublié"
