"""Dix mille numéros à la suite, depuis cinquante comptes : rien ne se voit, l'alarme se lève, les temps se confondent.

    make bench ARGS=rattachement

Les numéros sont essayés par les vraies pages, chaque compte depuis son réseau, cinq par jour. Puis le temps de réponse de
trois refus (inconnu, discordant, déjà rattaché) est comparé deux à deux, de Mann et Whitney : un écart n'est admis que si
l'on ne peut pas l'affirmer (p > 0,01), ou s'il est de moins d'une demi-milliseconde sur la médiane.
"""

from __future__ import annotations

import math
import shutil
import tempfile
import time
from datetime import timedelta
from itertools import combinations
from pathlib import Path
from statistics import median

import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient

from portail.compte.modeles import Compte
from portail.courriel import Envoi
from portail.db import db
from portail.demande import rattachement
from portail.demande.modeles import AlerteRattachement, CodeRattachement, EssaiRattachement
from tests import fabriques
from tests.base_modele import MEMOIRE
from tests.conftest import INSTANT
from tests.guichet.monde import monter
from tests.guichet.rattachements import LEA, couple
from tests.socle.applications import ouvrir

ESSAIS, COMPTES, PAR_JOUR = 10_000, 50, 5
TEMPS = 300  # mesures par refus
P_MINIMAL, ECART_MAXIMAL = 0.01, 0.5  # probabilité ; millisecondes


class Horloge:
    """Une heure que l'on avance."""

    def __init__(self) -> None:
        self.instant = INSTANT

    def __call__(self):
        return self.instant


def principal() -> bool:
    dossier = Path(tempfile.mkdtemp(prefix="portail-mesure-", dir=MEMOIRE))
    horloge = Horloge()
    try:
        with ouvrir(dossier, horloge) as app:
            app.logger.setLevel("ERROR")  # une alerte par jour simulé : attendue, comptée plus bas
            numero = couple(monter()).numero
            clients = [_client(app, rang) for rang in range(COMPTES)]
            return _en_sequence(app, horloge, clients, numero) & _temps(app, horloge, numero)
    finally:
        shutil.rmtree(dossier)


def _client(app: Flask, rang: int) -> tuple[FlaskClient, int]:
    with db.sessionmaker() as session:
        compte = fabriques.compte(session, f"p{rang}@exemple.fr", nom_naissance=f"Nom{rang}", nir=None)
        compte_id = compte.id
    client = app.test_client()
    client.environ_base = {**client.environ_base, "REMOTE_ADDR": f"198.51.{rang}.7"}
    return client, compte_id


def _jeton(client: FlaskClient, compte_id: int, app: Flask, cle: str) -> str:
    with db.sessionmaker() as session:
        fabriques.connecter(app, client, session, session.get_one(Compte, compte_id), cle)
    page = client.get("/demandes/rattacher").text
    return page.split('name="csrf_token" value="')[1].split('"')[0]


def _en_sequence(app: Flask, horloge: Horloge, clients: list[tuple[FlaskClient, int]], numero: str) -> bool:
    """Autour d'une vraie demande, dont l'ordre est au milieu de la série."""
    debut, reponses, jours, ordre = time.perf_counter(), set(), 0, 0
    while ordre < ESSAIS:
        jours += 1
        horloge.instant += timedelta(days=1)
        for rang, (client, compte_id) in enumerate(clients):
            jeton = _jeton(client, compte_id, app, f"{jours:03d}{rang:040d}")
            for _ in range(PAR_JOUR):
                ordre += 1
                essai = f"{numero[:7]}{ordre:06d}{numero[13:]}"
                reponse = client.post("/demandes/rattacher", data={"csrf_token": jeton, "numero": essai})
                reponses.add((reponse.status_code, reponse.headers.get("Location"), len(reponse.data)))
        while rattachement.examiner(horloge()):
            pass
    with db.sessionmaker() as session:
        proposes = session.scalar(sa.select(sa.func.count()).select_from(EssaiRattachement))
        codes = session.scalar(sa.select(sa.func.count()).select_from(CodeRattachement))
        alertes = session.scalar(sa.select(sa.func.count()).select_from(AlerteRattachement)) or 0
        courriels = session.scalar(sa.select(sa.func.count()).select_from(Envoi).where(Envoi.cle.like("rattachement%")))
    tient = len(reponses) == 1 and codes == courriels == 0 and proposes == ESSAIS and alertes >= jours
    print(
        f"{ESSAIS} numéros à la suite, {COMPTES} comptes, {jours} jours simulés : {len(reponses)} réponse distincte, "
        f"{codes} code, {courriels} courriel, {alertes} alertes  {time.perf_counter() - debut:4.0f} s  "
        f"{'tient' if tient else 'DÉPASSE'}"
    )
    return tient


def _temps(app: Flask, horloge: Horloge, numero: str) -> bool:
    """Le travail de la requête : inscrire le numéro, valider. Tour à tour, pour que la machine pèse pareil sur chacun."""
    with db.sessionmaker() as session:
        comptes = {
            "inconnu": (fabriques.compte(session, "a@exemple.fr", **LEA).id, f"{numero[:7]}999999{numero[13:]}"),
            "discordant": (fabriques.compte(session, "b@exemple.fr", nom_naissance="Autre").id, numero),
            "déjà rattaché": (fabriques.compte(session, "c@exemple.fr", **LEA).id, numero),
        }
    durees: dict[str, list[float]] = {cas: [] for cas in comptes}
    for tour in range(TEMPS // PAR_JOUR):
        horloge.instant += timedelta(days=2)
        prets = {}
        for rang, (cas, (compte_id, essai)) in enumerate(comptes.items()):
            client = app.test_client()
            client.environ_base = {**client.environ_base, "REMOTE_ADDR": f"203.0.{rang}.7"}
            prets[cas] = (client, _jeton(client, compte_id, app, f"t{tour:03d}{rang:039d}"), essai)
        for pas in range(PAR_JOUR):
            ordre = list(prets)[pas % 3 :] + list(prets)[: pas % 3]
            for cas in ordre:
                client, jeton, essai = prets[cas]
                debut = time.perf_counter()
                reponse = client.post("/demandes/rattacher", data={"csrf_token": jeton, "numero": essai})
                durees[cas].append((time.perf_counter() - debut) * 1000)
                assert reponse.status_code == 303
        while rattachement.examiner(horloge()):
            pass
    tient = True
    for un, autre in combinations(durees, 2):
        p, ecart = mann_whitney(durees[un], durees[autre]), abs(median(durees[un]) - median(durees[autre]))
        juste = p > P_MINIMAL or ecart < ECART_MAXIMAL
        tient &= juste
        print(
            f"{un} / {autre} : médianes {median(durees[un]):5.2f} et {median(durees[autre]):5.2f} ms, p = {p:4.2f}  "
            f"{'tient' if juste else 'SE SÉPARENT'}"
        )
    return tient


def mann_whitney(a: list[float], b: list[float]) -> float:
    """La probabilité de voir un tel écart si les deux ne se distinguent pas (approximation normale, deux côtés)."""
    rangs = sorted((valeur, de_a) for serie, de_a in ((a, True), (b, False)) for valeur in serie)
    somme = sum(rang for rang, (_, de_a) in enumerate(rangs, 1) if de_a)
    u = somme - len(a) * (len(a) + 1) / 2
    moyenne, ecart = len(a) * len(b) / 2, math.sqrt(len(a) * len(b) * (len(a) + len(b) + 1) / 12)
    return math.erfc(abs(u - moyenne) / ecart / math.sqrt(2))
