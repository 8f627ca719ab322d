"""Personne n'apprend quelles adresses ont un compte : mêmes pages, mêmes en-têtes, mêmes requêtes, même temps."""

from __future__ import annotations

import time
from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient

from portail.compte import mots_de_passe
from portail.db import db
from tests import fabriques
from tests.compte.gestes import INSCRIPTION, courriels, creer_compte, depuis
from tests.fabriques import MOT_DE_PASSE
from tests.navigateur import Navigateur
from tests.socle.applications import compter

pytestmark = pytest.mark.menace("T8")

CONNUE, INCONNUE = "connue@exemple.fr", "inconn@exemple.fr"  # même longueur : même poids de page
EN_ATTENTE = "attend@exemple.fr"
Geste = Callable[[FlaskClient, str], object]


def _envoyer(client: FlaskClient, adresse: str, donnees: dict[str, str]):
    navigateur = Navigateur(client).ouvrir(adresse)
    valeurs = navigateur.saisie(navigateur.formulaire()).to_dict()
    return client.post(adresse, data={**valeurs, **donnees})


def inscription(client: FlaskClient, courriel: str):
    return _envoyer(client, "/compte/creer", {**INSCRIPTION, "courriel": courriel})


def connexion(client: FlaskClient, courriel: str):
    return _envoyer(client, "/compte/connexion", {"courriel": courriel, "mot_de_passe": "une mauvaise phrase"})


def oubli(client: FlaskClient, courriel: str):
    return _envoyer(client, "/compte/mot-de-passe-oublie", {"courriel": courriel})


GESTES = [inscription, connexion, oubli]
# La longueur suit celle du jeton de formulaire, que sa compression fait varier d'un navigateur à l'autre.
CHANGEANTS = {"Set-Cookie", "Date", "Content-Length"}


@pytest.fixture
def peuple(app_deux_moteurs: Flask) -> Flask:
    creer_compte(CONNUE)
    creer_compte(EN_ATTENTE, courriel_confirme_le=None)
    mots_de_passe._leurre()  # le premier calcul du leurre n'a lieu qu'une fois par processus
    for geste in GESTES:  # caches et gabarits chargés
        geste(app_deux_moteurs.test_client(), "autre@exemple.fr")
    return app_deux_moteurs


def vu(reponse, courriel: str, jeton: str) -> tuple:
    """Ce qu'un observateur voit, sans l'adresse qu'il a tapée ni son propre jeton."""
    entetes = sorted((nom, valeur) for nom, valeur in reponse.headers if nom not in CHANGEANTS)
    return reponse.status_code, entetes, reponse.text.replace(courriel, "…").replace(jeton, "…")


def jeton_de(client: FlaskClient) -> str:
    navigateur = Navigateur(client).ouvrir("/compte/connexion")
    return navigateur.page.find("input", attrs={"name": "csrf_token"})["value"]


@pytest.mark.asvs("6.3.8")
@pytest.mark.parametrize("geste", GESTES)
def test_meme_page_memes_entetes_memes_requetes(peuple, geste, monkeypatch):
    import itsdangerous

    monkeypatch.setattr(itsdangerous.timed.TimestampSigner, "get_timestamp", lambda _self: 1_700_000_000)
    releves = {}
    for courriel in (CONNUE, INCONNUE, EN_ATTENTE):
        client = peuple.test_client()
        jeton = jeton_de(client)
        with compter(db.engine) as ordres:
            reponse = geste(client, courriel)
        releves[courriel] = (vu(reponse, courriel, jeton), len(ordres), sorted(ordre.split()[0] for ordre in ordres))
    assert releves[CONNUE] == releves[INCONNUE] == releves[EN_ATTENTE]


def changement(client: FlaskClient, courriel: str):
    return _envoyer(client, "/compte/adresse", {"courriel": courriel})


@pytest.mark.asvs("6.3.8")
def test_changer_pour_une_adresse_prise_ou_libre_fait_les_memes_requetes(app, client):
    creer_compte(CONNUE)
    with db.sessionmaker() as session:
        fabriques.connecter(app, client, session, fabriques.compte(session, "tierce@exemple.fr"))
    changement(client, "autre@exemple.fr")
    releves = []
    for courriel in (CONNUE, INCONNUE):
        with compter(db.engine) as ordres:
            reponse = changement(client, courriel)
        releves.append((reponse.status_code, reponse.headers["Location"], sorted(ordre.split()[0] for ordre in ordres)))
    assert releves[0] == releves[1]


@pytest.mark.asvs("6.3.8")
@pytest.mark.parametrize("geste", [inscription, oubli])
def test_le_compte_n_est_pas_charge(peuple, geste):
    """Le charger déchiffre son numéro : deux dixièmes de milliseconde, que deux cents essais suffisent à voir."""
    with compter(db.engine) as ordres:
        geste(peuple.test_client(), CONNUE)
    lus = [ordre for ordre in ordres if ordre.startswith("SELECT") and "session_ouverte" not in ordre]
    assert not [ordre for ordre in lus if "compte.nir" in ordre]


@pytest.mark.asvs("6.3.8")
@pytest.mark.parametrize("geste", [inscription, oubli])
def test_les_pages_suivantes_ne_disent_rien_non_plus(peuple, geste):
    pages = set()
    for courriel in (CONNUE, INCONNUE):
        client = peuple.test_client()
        suivante = client.get(geste(client, courriel).headers["Location"])
        pages.add((suivante.status_code, suivante.text.replace(courriel, "…")))
    assert len(pages) == 1


@pytest.mark.parametrize("geste", [inscription, oubli])
def test_un_message_part_dans_tous_les_cas(peuple, geste):
    avant = len(courriels(peuple))
    for courriel in (CONNUE, INCONNUE):
        geste(peuple.test_client(), courriel)
    assert [message["To"] for message in courriels(peuple)[avant:]] == [CONNUE, INCONNUE]


@pytest.mark.asvs("6.3.8")
def test_argon2_travaille_une_fois_que_l_adresse_existe_ou_non(peuple, monkeypatch):
    appels: list[str] = []
    vrai = mots_de_passe._argon2

    class Espion:
        def verify(self, hache, mot_de_passe):
            appels.append("verify")
            return vrai.verify(hache, mot_de_passe)

        def hash(self, mot_de_passe):
            appels.append("hash")
            return vrai.hash(mot_de_passe)

    monkeypatch.setattr(mots_de_passe, "_argon2", Espion())
    releves = {}
    for geste in (inscription, connexion):
        for courriel in (CONNUE, INCONNUE, EN_ATTENTE):
            appels.clear()
            geste(peuple.test_client(), courriel)
            releves[geste.__name__, courriel] = tuple(appels)
    assert set(releves.values()) == {("hash",), ("verify",)}
    assert {nom: appels for (nom, _), appels in releves.items()} == {"inscription": ("hash",), "connexion": ("verify",)}


def test_un_frein_ne_dit_pas_si_l_adresse_existe(peuple):
    statuts = {}
    for rang, courriel in enumerate((CONNUE, INCONNUE)):
        client = peuple.test_client()
        with depuis(client, f"198.51.{rang}.7"):
            statuts[courriel] = [connexion(client, courriel).status_code for _ in range(12)]
    assert statuts[CONNUE] == statuts[INCONNUE] == [422] * 10 + [429] * 2


def test_un_nir_deja_connu_ne_change_rien_a_l_inscription(peuple):
    """Le NIR se devine presque : l'inscription ne doit pas dire qu'il a déjà servi."""
    creer_compte("premiere@exemple.fr")  # le même NIR que INSCRIPTION
    from tests.fabriques import nir

    reponses = set()
    for numero in (INSCRIPTION["nir"], nir("2850369266777")):
        client = peuple.test_client()
        with compter(db.engine) as ordres:
            reponse = _envoyer(client, "/compte/creer", {**INSCRIPTION, "courriel": INCONNUE, "nir": numero})
        reponses.add((reponse.status_code, reponse.headers["Location"], len(ordres)))
    assert len(reponses) == 1


@pytest.mark.asvs("6.3.8")
@pytest.mark.lent
def test_le_temps_de_reponse_ne_distingue_pas_les_adresses(app, monkeypatch):
    """Mann-Whitney sur le temps de calcul du processus, qui ne dépend pas de la charge de la machine."""
    monkeypatch.setattr("portail.freins._verser", lambda *_: 0)
    creer_compte(CONNUE)
    mots_de_passe._leurre()
    client = app.test_client()
    navigateur = Navigateur(client).ouvrir("/compte/connexion")
    valeurs = navigateur.saisie(navigateur.formulaire()).to_dict()

    def temps(courriel: str) -> float:
        debut = time.thread_time()
        client.post("/compte/connexion", data={**valeurs, "courriel": courriel, "mot_de_passe": "une mauvaise phrase"})
        return time.thread_time() - debut

    temps(CONNUE), temps(INCONNUE)
    paires = [(temps(CONNUE), temps(INCONNUE)) for _ in range(30)]
    connues, inconnues = [c for c, _ in paires], [i for _, i in paires]
    assert mann_whitney(connues, inconnues) > 1e-5
    assert min(connues) > 0.005, "Argon2 a bien travaillé dans ce fil"


def mann_whitney(a: list[float], b: list[float]) -> float:
    """La probabilité d'un écart au moins aussi grand si les deux séries ne différaient pas (loi normale)."""
    from statistics import NormalDist

    u = sum((x > y) + (x == y) / 2 for x in a for y in b)
    moyenne, ecart = len(a) * len(b) / 2, (len(a) * len(b) * (len(a) + len(b) + 1) / 12) ** 0.5
    return 2 * (1 - NormalDist().cdf(abs(u - moyenne) / ecart))


def test_mann_whitney_voit_un_ecart_et_n_en_invente_pas():
    assert mann_whitney(list(range(30)), list(range(100, 130))) < 1e-6
    assert mann_whitney(list(range(30)), list(range(30))) == pytest.approx(1)


def test_le_mot_de_passe_juste_d_un_compte_non_confirme_ne_se_distingue_pas(peuple):
    reponses = set()
    for mot_de_passe in (MOT_DE_PASSE, "une mauvaise phrase"):
        client = peuple.test_client()
        reponse = _envoyer(client, "/compte/connexion", {"courriel": EN_ATTENTE, "mot_de_passe": mot_de_passe})
        reponses.add((reponse.status_code, reponse.text.replace(jeton_de(client), "…").count("erreur")))
    assert len(reponses) == 1
