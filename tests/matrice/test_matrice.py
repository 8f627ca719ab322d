"""Chaque rôle, chaque route de `app.url_map`, chaque objet : ce qui s'ouvre, ce qui n'existe pas. Une route nouvelle y entre seule."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from itertools import count
from pathlib import Path

import pytest
from bs4 import BeautifulSoup
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from portail.droits import Droit
from tests.conftest import INSTANT, MEMOIRE
from tests.horloge import HorlogeReglable
from tests.matrice.attendu import ABSENT, OUVRE, Route, attendu, objet_de, obtenu, routes
from tests.matrice.monde import AGENTS, PERSONNES, ROLES, Objet, Peuple, peupler, venir
from tests.socle.applications import ouvrir
from tests.socle.routes import differences, photo

pytestmark = [pytest.mark.menace("T6"), pytest.mark.menace("T7")]

TOUS_LES_AGENTS = (*AGENTS,)
# Où la réponse n'est pas celle que dit le droit : pour qui, laquelle, pourquoi. Une exception qui ne sert plus fait échouer.
EXCEPTIONS: dict[str, tuple[tuple[str, ...], str, str]] = {
    "GET franceconnect.mon_lien": (PERSONNES, ABSENT, "FranceConnect n’est pas réglé ici"),
    "GET franceconnect.relier": (PERSONNES, ABSENT, "FranceConnect n’est pas réglé ici"),
    "GET documents.annexe_handicap": (("propriétaire",), ABSENT, "sa demande n’a pas d’annexe"),
    "GET documents.annexe_handicap_en_page": (("propriétaire",), ABSENT, "sa demande n’a pas d’annexe"),
    "GET guichet.code_qr": (("agent sans facteur",), ABSENT, "son application est déjà enrôlée"),
    "GET guichet.mon_application_qr": (TOUS_LES_AGENTS, ABSENT, "aucune application à ajouter"),
    "POST compte.deconnecter_appareil": (
        PERSONNES[1:],
        OUVRE,
        "même réponse quel que soit le numéro ; rien ne se ferme",
    ),
    "POST guichet.ma_cle_retirer": (("agent d’ailleurs",), OUVRE, "le second facteur est redemandé avant tout"),
    "GET guichet.raison": (("agent d’ailleurs",), OUVRE, "c’est là qu’une raison se donne, sans rien montrer"),
    "POST guichet.raison_donner": (("agent d’ailleurs",), OUVRE, "sans raison écrite, refusé au champ"),
}
NUMEROS = count(1000)


@pytest.fixture(scope="module")
def dossier() -> Iterator[Path]:
    chemin = Path(tempfile.mkdtemp(prefix="portail-", dir=MEMOIRE))
    yield chemin
    shutil.rmtree(chemin)


@pytest.fixture(scope="module")
def app(dossier: Path) -> Iterator[Flask]:
    with ouvrir(dossier, HorlogeReglable(INSTANT)) as application:
        yield application


@pytest.fixture(scope="module")
def peuple(app: Flask) -> Peuple:
    return peupler(app)


def jeton(client: FlaskClient) -> str:
    """Le jeton de formulaire de cette session, pris sur une page qu'elle ouvre."""
    page = client.get("/aide/mail").text
    return BeautifulSoup(page, "html.parser").find("input", attrs={"name": "csrf_token"})["value"]


def demander(app: Flask, client: FlaskClient, route: Route, objet: Objet, csrf: str) -> TestResponse:
    donnees = {"csrf_token": csrf} if route.methode == "POST" else None
    reponse = client.open(route.adresse(app, objet), method=route.methode, data=donnees)
    assert reponse.status_code < 500, route
    return reponse


def mal_dite(reponse: TestResponse) -> str:
    """Ce qui manque à toute réponse, et à toute page de quelqu'un : son type, son codage, de quoi se déconnecter."""
    if reponse.mimetype.startswith("text/") and reponse.mimetype_params.get("charset") != "utf-8":
        return f"type « {reponse.content_type} »"
    a_quelqu_un = (reponse.status_code, reponse.mimetype) == (200, "text/html")
    if reponse.data and not reponse.mimetype:
        return "sans type"
    return "rien pour se déconnecter" if a_quelqu_un and "Se déconnecter" not in reponse.text else ""


def voulu(role: str, route: Route) -> str:
    roles, issue, _ = EXCEPTIONS.get(f"{route.methode} {route.endpoint}", ((), "", ""))
    return issue if role in roles else attendu(role, route)


@pytest.mark.asvs("4.1.1", "7.4.4", "8.1.1", "8.2.1", "8.2.2", "8.4.1")
@pytest.mark.parametrize("role", ROLES)
def test_lire_partout_et_envoyer_la_ou_c_est_refuse(app, peuple, dossier, role):
    client = venir(app, peuple, role, next(NUMEROS))
    csrf, avant, fautes = jeton(client), photo(dossier), []
    for route in routes(app):
        permis = attendu(role, route) == OUVRE
        if route.methode == "POST" and permis:
            continue  # ce qu'un envoi permis fait est éprouvé avec ce geste, pas ici
        reponse = demander(app, client, route, objet_de(peuple, route), csrf)
        if (issue := obtenu(reponse)) != voulu(role, route):
            fautes.append(f"{route} : {issue}, attendu : {voulu(role, route)}")
        if manque := mal_dite(reponse):
            fautes.append(f"{route} : {manque}")
    assert not fautes, "\n".join(fautes)
    assert differences(avant, photo(dossier)) <= {"ecriture_journal", "frein", "document_emis"}


@pytest.mark.asvs("8.2.2")
@pytest.mark.parametrize("role", ["autre personne", "accueil", "instructeur", "responsable"])
def test_un_objet_d_autrui_ne_se_prend_pas_par_sa_propre_demande(app, peuple, dossier, role):
    """Le numéro de sa demande, puis celui d'un fichier, d'un envoi ou d'une pièce qui n'y sont pas."""
    client = venir(app, peuple, role, next(NUMEROS))
    csrf, avant, fautes, vues = jeton(client), photo(dossier), [], 0
    for route in routes(app):
        if len(route.objets) < 2 or (route.droit is Droit.COMPTE) != (role in PERSONNES):
            continue
        if attendu("propriétaire" if role in PERSONNES else role, route) == OUVRE:
            vues += 1
            issue = obtenu(demander(app, client, route, peuple.croises[role], csrf))
            if issue != ABSENT:
                fautes.append(f"{route} : {issue}")
    assert not fautes, "\n".join(fautes)
    assert vues >= 5
    assert differences(avant, photo(dossier)) <= {"ecriture_journal", "frein"}


def test_chaque_exception_sert_encore(app):
    connues = {f"{route.methode} {route.endpoint}": route for route in routes(app)}
    for nom, (roles, issue, _) in EXCEPTIONS.items():
        assert all(attendu(role, connues[nom]) != issue for role in roles), nom
