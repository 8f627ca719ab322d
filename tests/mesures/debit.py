"""Débit : enregistrement, page et fragment d'une étape, en part d'une application Flask nue.

La nue tourne sur le même serveur (waitress, mêmes fils), la même sorte de base (SQLite, WAL, FULL) et
rend le même nombre d'octets : un UPDATE, un COMMIT, une chaîne toute faite. Les tours alternent.
"""

from __future__ import annotations

import json
import logging
import subprocess
import sys
import tempfile
from pathlib import Path
from statistics import median
from urllib.parse import urlencode, urlsplit

import sqlalchemy as sa
from flask import Flask

from portail import create_app
from portail.db import db, preparer_moteur
from portail.memoire import figer_ce_qui_ne_bouge_plus
from tests import fabriques
from tests.base_modele import modele_sqlite
from tests.conftest import config_de_test
from tests.navigateur import Navigateur
from tests.serveur import Serveur, servir

TOURS, SECONDES, CONNEXIONS, FILS = 3, 3.0, 8, 8


def application_nue(base: Path) -> Flask:
    """Le plancher : une route par taille de réponse."""
    app = Flask("nue")
    moteur = sa.create_engine(f"sqlite:///{base}")
    preparer_moteur(moteur)
    with moteur.begin() as connexion:
        connexion.exec_driver_sql("CREATE TABLE compteur (id INTEGER PRIMARY KEY, n INTEGER NOT NULL)")
        connexion.exec_driver_sql("INSERT INTO compteur VALUES (1, 0)")
    corps: dict[int, str] = {}

    @app.route("/<int:octets>", methods=["POST"])
    def ecrire(octets: int) -> str:
        with moteur.begin() as connexion:
            connexion.execute(sa.text("UPDATE compteur SET n = n + 1 WHERE id = 1"))
        return corps.setdefault(octets, "x" * octets)

    return app


def tirer(port: int, requetes: list[tuple[str, int]]) -> float:
    commande = [sys.executable, "-m", "tests.mesures.charge", str(port), str(SECONDES)]
    return float(subprocess.run(commande, input=json.dumps(requetes).encode(), capture_output=True, check=True).stdout)


def _port(serveur: Serveur) -> int:
    return urlsplit(serveur.url).port or 0


def requete(methode: str, chemin: str, entetes: dict[str, str], corps: str = "") -> str:
    lignes = [f"{methode} {chemin} HTTP/1.1", "Host: 127.0.0.1", "Accept-Encoding: br", "Connection: keep-alive"]
    lignes += [f"{nom}: {valeur}" for nom, valeur in entetes.items()]
    if methode == "POST":
        lignes += ["Content-Type: application/x-www-form-urlencoded", f"Content-Length: {len(corps)}"]
    return "\r\n".join(lignes) + "\r\n\r\n" + corps


def preparer(dossier: Path) -> tuple[Flask, dict[str, list[tuple[str, int]]], dict[str, int]]:
    """Le portail, un couple et quatre enfants par connexion, les requêtes à mesurer et la taille de leurs réponses."""
    base = dossier / "portail.sqlite"
    base.write_bytes(modele_sqlite().read_bytes())
    app = create_app(config_de_test(dossier, f"sqlite:///{base}"), TESTING=True, HORLOGE=lambda: fabriques.INSTANT)
    requetes: dict[str, list[tuple[str, int]]] = {"enregistrement": [], "page": [], "fragment": []}
    tailles: dict[str, int] = {}
    for rang in range(CONNEXIONS):
        for nom, (envoi, revision, taille) in _une_personne(app, rang).items():
            requetes[nom].append((envoi, revision))
            tailles[nom] = taille
    return app, requetes, tailles


def _une_personne(app: Flask, rang: int) -> dict[str, tuple[str, int, int]]:
    client, jeton = app.test_client(), f"{rang:043d}"
    with app.app_context():
        lea = fabriques.compte(db.session, f"lea{rang}@exemple.fr", prenoms="Léa", nom_naissance="Martin")
        declaration = fabriques.remplir_couple(fabriques.brouillon(db.session, lea), enfants=4)
        db.session.commit()
        fabriques.connecter(app, client, db.session, lea, jeton)
        chemin = f"/demandes/{declaration.demande_id}/etapes/logement-actuel"
    nav = Navigateur(client, htmx=True).ouvrir(chemin)
    saisie = nav.saisie(nav.formulaire())
    saisie["surface"] = "77"
    br, htmx = {"Accept-Encoding": "br"}, {"HX-Request": "true"}
    enregistre = client.post(chemin, data=saisie, headers={**htmx, **br}, base_url=nav.base)
    page = client.get(chemin, headers=br, base_url=nav.base)
    fragment = client.get(chemin, headers={**htmx, **br}, base_url=nav.base)
    saisie["revision"], saisie["surface"] = "@REVISION@", "@VALEUR@"
    corps = urlencode(list(saisie.items(multi=True)), safe="@")
    cookie = {"Cookie": f"portail={jeton}"}
    return {
        "enregistrement": (requete("POST", chemin, {**cookie, **htmx}, corps), 1, len(enregistre.data)),
        "page": (requete("GET", chemin, cookie), 1, len(page.data)),
        "fragment": (requete("GET", chemin, {**cookie, **htmx}), 1, len(fragment.data)),
    }


def principal() -> dict[str, float]:
    """Imprime et rend les rapports (portail / nue), médiane des tours."""
    rapports: dict[str, float] = {}
    logging.getLogger("waitress.queue").setLevel(
        logging.ERROR
    )  # huit connexions pour huit fils : toujours une qui attend
    with tempfile.TemporaryDirectory() as brut:
        dossier = Path(brut)
        app, requetes, tailles = preparer(dossier)
        nue_app = application_nue(dossier / "nue.sqlite")
        figer_ce_qui_ne_bouge_plus()  # comme en service (preparation.py), pour les deux
        with servir(lambda _url: app, fils=FILS) as portail, servir(lambda _url: nue_app, fils=FILS) as nue:
            for nom, envoi in requetes.items():
                plancher = [(requete("POST", f"/{tailles[nom]}", {}), 0)] * CONNEXIONS
                tours = [(tirer(_port(portail), envoi), tirer(_port(nue), plancher)) for _ in range(TOURS)]
                ici, la = median(t[0] for t in tours), median(t[1] for t in tours)
                rapports[nom] = ici / la
                print(f"{nom:15s} {ici:7.0f} /s  nue {la:7.0f} /s  rapport {ici / la:.2f}  ({tailles[nom]} octets br)")
    return rapports


if __name__ == "__main__":
    principal()
