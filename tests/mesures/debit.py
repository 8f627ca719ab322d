"""Débit : enregistrement, page et fragment d'une étape, en part d'une application Flask nue.

La nue tourne sur le même serveur (waitress, mêmes fils), la même sorte de base (SQLite, WAL, FULL) et
rend le même nombre d'octets : un UPDATE, un COMMIT, une chaîne toute faite. Les tours alternent.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
from pathlib import Path
from statistics import median

import sqlalchemy as sa
from flask import Flask

from portail.db import db, preparer_moteur
from tests import fabriques
from tests.base_modele import modele_sqlite
from tests.conftest import config_de_test
from tests.serveur import servir

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


def tirer(port: int, requete: bytes) -> float:
    commande = [sys.executable, "-m", "tests.mesures.charge", "127.0.0.1", str(port), str(SECONDES), str(CONNEXIONS)]
    return float(subprocess.run(commande, input=requete, capture_output=True, check=True).stdout)


def requete(methode: str, chemin: str, entetes: dict[str, str], corps: str = "") -> bytes:
    lignes = [f"{methode} {chemin} HTTP/1.1", "Host: 127.0.0.1", "Accept-Encoding: br", "Connection: keep-alive"]
    lignes += [f"{nom}: {valeur}" for nom, valeur in entetes.items()]
    if methode == "POST":
        lignes += ["Content-Type: application/x-www-form-urlencoded", f"Content-Length: {len(corps.encode())}"]
    return ("\r\n".join(lignes) + "\r\n\r\n" + corps).encode()


def preparer(dossier: Path) -> tuple[Flask, dict[str, bytes], dict[str, int]]:
    """Le portail, un couple et quatre enfants, et les trois requêtes à mesurer avec la taille de leurs réponses."""
    base = dossier / "portail.sqlite"
    base.write_bytes(modele_sqlite().read_bytes())
    from portail import create_app

    app = create_app(config_de_test(dossier, f"sqlite:///{base}"), TESTING=True, HORLOGE=lambda: fabriques.INSTANT)
    client = app.test_client()
    with app.app_context():
        lea = fabriques.compte(db.session, "lea@exemple.fr", prenoms="Léa", nom_naissance="Martin")
        declaration = fabriques.remplir_couple(fabriques.brouillon(db.session, lea), enfants=4)
        db.session.commit()
        fabriques.connecter(app, client, db.session, lea)
        chemin = f"/demandes/{declaration.demande_id}/etapes/logement-actuel"
    from tests.navigateur import Navigateur

    nav = Navigateur(client, htmx=True).ouvrir(chemin)
    saisie = nav.saisie(nav.formulaire())
    from urllib.parse import urlencode

    cookie = {"Cookie": f"portail={'s' * 43}"}
    htmx = {**cookie, "HX-Request": "true"}
    corps = urlencode(list(saisie.items(multi=True)))
    requetes = {
        "enregistrement": requete("POST", chemin, htmx, corps),
        "page": requete("GET", chemin, cookie),
        "fragment": requete("GET", chemin, htmx),
    }
    br = {"Accept-Encoding": "br"}
    tailles = {
        "enregistrement": len(client.post(chemin, data=saisie, headers={"HX-Request": "true", **br}, base_url="http://127.0.0.1").data),
        "page": len(client.get(chemin, headers=br, base_url="http://127.0.0.1").data),
        "fragment": len(client.get(chemin, headers={"HX-Request": "true", **br}, base_url="http://127.0.0.1").data),
    }
    return app, requetes, tailles


def principal() -> dict[str, float]:
    """Imprime et rend les rapports (portail / nue), médiane des tours."""
    rapports: dict[str, float] = {}
    with tempfile.TemporaryDirectory() as brut:
        dossier = Path(brut)
        app, requetes, tailles = preparer(dossier)
        with servir(app, fils=FILS) as portail, servir(application_nue(dossier / "nue.sqlite"), fils=FILS) as nue:
            for nom, envoi in requetes.items():
                plancher = requete("POST", f"/{tailles[nom]}", {})
                tours = [(tirer(portail.port, envoi), tirer(nue.port, plancher)) for _ in range(TOURS)]
                ici, la = median(t[0] for t in tours), median(t[1] for t in tours)
                rapports[nom] = ici / la
                print(f"{nom:15s} {ici:7.0f} /s  nue {la:7.0f} /s  rapport {ici / la:.2f}  ({tailles[nom]} octets br)")
    return rapports


if __name__ == "__main__":
    principal()
