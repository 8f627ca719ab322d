"""Ce que coûte une connexion, combien en passent par seconde, et ce qu'un flot en fait perdre à qui remplit sa demande.

    make bench ARGS=connexion

À tenir sur deux cœurs : le hachage (argon2id, 19 Mio, deux passes) prend la moitié au moins d'une connexion ; dix connexions par
seconde au moins ; pendant un flot de seize navigateurs qui se connectent sans relâche, chacun depuis son réseau, enregistrer une
étape ne prend pas plus de deux fois son temps ordinaire, mesuré dans le même passage. Comptez une minute.
"""

from __future__ import annotations

import json
import logging
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from statistics import median
from unittest.mock import patch
from urllib.parse import urlencode

from flask import Flask

from portail import freins
from portail.compte import mots_de_passe
from portail.db import db
from tests import fabriques
from tests.fabriques import MOT_DE_PASSE
from tests.mesures.debit import FILS, _port, preparer, requete, tirer
from tests.navigateur import Navigateur
from tests.serveur import servir

FLOT, TOURS = 16, 5
PART, PAR_SECONDE, RALENTISSEMENT = 0.5, 10.0, 2.0


def principal() -> bool:
    logging.disable(logging.CRITICAL)  # la file de waitress se remplit : c'est ce que l'on mesure
    with tempfile.TemporaryDirectory() as brut, patch.object(freins, "_verser", lambda *_: 0):
        app, requetes, _ = preparer(Path(brut))
        entrees = [_entree(app, rang) for rang in range(FLOT)]
        part = _part_du_hachage(app)
        with servir(lambda _url: app, fils=FILS) as serveur:
            port, etape = _port(serveur), requetes["enregistrement"][:1]
            seule, pendant, recus = [], [], Counter[str]()
            for _ in range(TOURS):
                seule.append(tirer(port, etape))
                with _flot(port, entrees, recus):
                    pendant.append(tirer(port, etape))
    connexions = recus["303"] / recus["secondes"]
    rapport = median(s / p for s, p in zip(seule, pendant, strict=True))
    for phrase, tient in (
        (f"hachage : {part:.0%} du processeur d’une connexion", part >= PART),
        (f"{connexions:.1f} connexions par seconde, pendant un enregistrement continu ({recus['303']} reçues)", connexions >= PAR_SECONDE),
        (f"enregistrer une étape : {1000 / median(seule):.1f} ms seule, {1000 / median(pendant):.1f} ms pendant, × {rapport:.2f}",
         rapport <= RALENTISSEMENT),
    ):  # fmt: skip
        print(f"{phrase}  {'tient' if tient else 'DÉPASSE'}")
    return part >= PART and connexions >= PAR_SECONDE and rapport <= RALENTISSEMENT


def _entree(app: Flask, rang: int) -> str:
    """Une connexion à envoyer : son compte, son cookie d'avant, son jeton. La même se renvoie autant qu'on veut."""
    client, courriel = app.test_client(), f"flot{rang}@exemple.fr"
    with app.app_context():
        fabriques.compte(db.session, courriel, nir=None)
    page = Navigateur(client).ouvrir("/compte/connexion")
    valeurs = {**page.saisie(page.formulaire("courriel")).to_dict(), "courriel": courriel, "mot_de_passe": MOT_DE_PASSE}
    cookie = client.get_cookie(app.extensions["portail"].cookie_session, domain="127.0.0.1")
    return requete(
        "POST", "/compte/connexion", {"Cookie": f"portail={cookie.value}", "Connection": "close"}, urlencode(valeurs)
    )


def _part_du_hachage(app: Flask) -> float:
    """Le temps de processeur d'un hachage, rapporté à celui d'une connexion entière."""
    client = app.test_client()
    with app.app_context():
        fabriques.compte(db.session, "part@exemple.fr", nir=None)
    page = Navigateur(client).ouvrir("/compte/connexion")
    valeurs = {**page.saisie(page.formulaire("courriel")).to_dict(), "courriel": "part@exemple.fr"}
    entieres, hachages, hache = [], [], mots_de_passe.hacher(MOT_DE_PASSE)
    for _ in range(30):
        debut = time.thread_time()
        reponse = client.post("/compte/connexion", data={**valeurs, "mot_de_passe": "un faux"}, base_url=page.base)
        entieres.append(time.thread_time() - debut)
        assert reponse.status_code == 422
        debut = time.thread_time()
        mots_de_passe.verifier(hache, MOT_DE_PASSE)
        hachages.append(time.thread_time() - debut)
    return median(hachages) / median(entieres)


@contextmanager
def _flot(port: int, entrees: list[str], recus: Counter[str]) -> Iterator[None]:
    """Les navigateurs se connectent sans relâche pendant le bloc ; ensuite, ce qu'ils ont reçu est ajouté à `recus`."""
    commande = [sys.executable, "-m", "tests.mesures.flot", str(port)]
    with subprocess.Popen(commande, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as processus:
        assert processus.stdin is not None
        assert processus.stdout is not None
        processus.stdin.write(json.dumps(entrees) + "\n")
        processus.stdin.flush()
        assert processus.stdout.readline() == "prêt\n"
        yield
        processus.stdin.close()
        statuts, secondes = json.loads(processus.stdout.read())
        recus.update({**statuts, "secondes": secondes})
