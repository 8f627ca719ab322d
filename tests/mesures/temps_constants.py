"""Une adresse qui a un compte et une qui n'en a pas : le même temps de réponse, pour les cinq gestes qui en demandent une.

    make bench ARGS=temps-constants

Deux cents échantillons de chaque, tour à tour, de Mann et Whitney : p doit dépasser 0,01. Le temps est celui que la requête
passe à calculer (processeur du fil) : plus sévère que ce qu'un attaquant voit à travers un réseau, et sourd à la charge de la
machine. Les freins sont ôtés : ils répondraient à la place du geste. Comptez trois minutes.
"""

from __future__ import annotations

import gc
import logging
import tempfile
import time
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path
from statistics import median
from typing import Any
from unittest.mock import patch
from urllib.parse import parse_qs, urlsplit

from flask import Flask

from portail import freins
from portail.compte import mots_de_passe
from portail.db import db
from portail.franceconnect.reglages import ReglagesFranceConnect
from tests import fabriques
from tests.compte.gestes import INSCRIPTION, creer_compte
from tests.conftest import INSTANT, MEMOIRE
from tests.franceconnect.fournisseurs import CLIENT, SECRET
from tests.franceconnect.gestes import partir, retour
from tests.franceconnect.hostile import Hostile
from tests.horloge import HorlogeReglable
from tests.mesures.rattachement import mann_whitney
from tests.navigateur import Navigateur
from tests.serveur import servir
from tests.socle.applications import ouvrir

ECHANTILLONS, P_MINIMAL = 200, 0.01
CONNUE, INCONNUE = "connue@exemple.fr", "inconn@exemple.fr"  # même longueur
FAUX = {"mot_de_passe": "une mauvaise phrase"}
Envoyer = Callable[[str], Any]


def principal() -> bool:
    logging.disable(logging.CRITICAL)
    with ExitStack() as pile:
        dossier = pile.enter_context(tempfile.TemporaryDirectory(prefix="portail-mesure-", dir=MEMOIRE))
        horloge = HorlogeReglable(INSTANT)
        fournisseur = Hostile(horloge)
        pile.enter_context(servir(fournisseur.servir))
        pile.enter_context(patch.object(freins, "_verser", lambda *_: 0))
        reglages = ReglagesFranceConnect(fournisseur.emetteur, CLIENT, SECRET, None)
        app = pile.enter_context(ouvrir(Path(dossier), horloge, franceconnect=reglages))
        creer_compte(CONNUE)
        mots_de_passe._leurre()  # calculé une fois par processus
        tous = [_comparer(nom, preparer(app, fournisseur)) for nom, preparer in GESTES.items()]
    return all(tous)


def _comparer(nom: str, envoyer: Envoyer) -> bool:
    temps: dict[str, list[float]] = {CONNUE: [], INCONNUE: []}
    for tour in range(ECHANTILLONS + 5):  # les premiers chauffent les caches
        for courriel in (CONNUE, INCONNUE) if tour % 2 else (INCONNUE, CONNUE):
            gc.collect(0)
            debut = time.thread_time()
            reponse = envoyer(courriel)
            duree = time.thread_time() - debut
            assert reponse.status_code in {303, 422}, reponse.status_code
            if tour >= 5:
                temps[courriel].append(duree * 1000)
    p = mann_whitney(temps[CONNUE], temps[INCONNUE])
    print(
        f"{nom:22} connue {median(temps[CONNUE]):6.2f} ms, inconnue {median(temps[INCONNUE]):6.2f} ms, p = {p:.3f}  "
        f"{'tient' if p > P_MINIMAL else 'SE SÉPARENT'}"
    )
    return p > P_MINIMAL


def _par_la_page(adresse: str, **autres: str) -> Callable[[Flask, Hostile], Envoyer]:
    """Le formulaire de cette page, renvoyé avec chaque adresse."""

    def preparer(app: Flask, _fournisseur: Hostile) -> Envoyer:
        return _renvoyer(Navigateur(app.test_client()).ouvrir(adresse), adresse, autres)

    return preparer


def _renvoyer(page: Navigateur, adresse: str, autres: dict[str, str]) -> Envoyer:
    valeurs = {**page.saisie(page.formulaire("courriel")).to_dict(), **autres}
    return lambda courriel: page.client.post(adresse, data={**valeurs, "courriel": courriel})


def _changement(app: Flask, _fournisseur: Hostile) -> Envoyer:
    client = app.test_client()
    with db.sessionmaker() as session:
        fabriques.connecter(app, client, session, fabriques.compte(session, "tierce@exemple.fr"))
    return _renvoyer(Navigateur(client).ouvrir("/compte/adresse"), "/compte/adresse", {})


def _franceconnect(app: Flask, fournisseur: Hostile) -> Envoyer:
    """Une identité donnée, la première fois : l'adresse écrite a-t-elle déjà un compte ?"""
    page = Navigateur(app.test_client())
    parametres = parse_qs(urlsplit(partir(page)).query)
    fournisseur.nonce = parametres["nonce"][0]
    page.ouvrir(retour(code="code", state=parametres["state"][0]))
    assert page.h1 == "Terminer mon inscription", page.h1
    return _renvoyer(page, page.adresse.split("?")[0], {"nir": INSCRIPTION["nir"]})


GESTES: dict[str, Callable[[Flask, Hostile], Envoyer]] = {
    "connexion": _par_la_page("/compte/connexion", **FAUX),
    "mot de passe oublié": _par_la_page("/compte/mot-de-passe-oublie"),
    "inscription": _par_la_page("/compte/creer", **{nom: v for nom, v in INSCRIPTION.items() if nom != "courriel"}),
    "changement d’adresse": _changement,
    "lien FranceConnect": _franceconnect,
}
