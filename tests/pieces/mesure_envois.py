"""Vingt personnes envoient quinze mégaoctets chacune sur un lien lent : ce que le serveur garde en mémoire, et les autres.

    python -m tests.pieces.mesure_envois

Le serveur est à part, comme en service (waitress, huit fils). Chaque envoi tient son débit morceau par morceau, prise
ouverte ; on en mesure une minute, puis la fin de vingt fichiers à la fois, réunis et contrôlés.
"""

from __future__ import annotations

import hashlib
import http.client
import json
import multiprocessing
import os
import shutil
import socket
import statistics
import tempfile
import threading
import time
from datetime import datetime
from pathlib import Path

import psutil

from portail import create_app
from portail.db import db
from portail.pieces import vue_televersement
from tests import fabriques
from tests.base_modele import modele_sqlite
from tests.conftest import config_de_test
from tests.ecrans import papiers

PERSONNES, DEBIT, DUREE = 20, 50_000 / 8, 60.0  # octets par seconde, secondes
TAILLE, MORCEAU = 15 * 1024 * 1024, 32 * 1024
EN_PLUS_MAX, RALENTI_MAX = 60.0, 2.0  # mégaoctets ; fois le temps à vide
# À deux cœurs, le contrôle et la page se partagent la machine : le temps à vide se compte à 20 ms au moins.
A_VIDE_MIN = 0.02


def heure() -> datetime:
    """L'heure des fabriques, figée : leurs sessions sont ouvertes."""
    return fabriques.INSTANT


def _servir(dossier: str, port: int) -> None:
    import waitress

    url = f"http://127.0.0.1:{port}"
    app = create_app(
        config_de_test(Path(dossier), f"sqlite:///{dossier}/portail.sqlite", url), TESTING=True, HORLOGE=heure
    )
    waitress.serve(app, host="127.0.0.1", port=port, threads=8, ident=None)


class Personne:
    """Une personne connectée, et sa demande."""

    def __init__(self, port: int, rang: int, jeton: str, demande: int, cle: str) -> None:
        self.port, self.rang, self.demande, self.cle = port, rang, demande, cle
        self.cookie = f"portail={jeton}"
        page = self.demander("GET", f"/demandes/{demande}/pieces/AIS2025", HX_Request="false")[1].decode()
        self.csrf = page.split('name="csrf_token" value="')[1].split('"')[0]

    def demander(self, methode: str, adresse: str, corps: bytes = b"", lent: bool = False, **entetes: str):
        liaison = http.client.HTTPConnection("127.0.0.1", self.port, timeout=120)
        liaison.putrequest(methode, adresse)
        for nom, valeur in {
            "Cookie": self.cookie, "X-CSRFToken": getattr(self, "csrf", ""), "HX-Request": "true",
            "Content-Length": str(len(corps)), **{nom.replace("_", "-"): valeur for nom, valeur in entetes.items()},
        }.items():  # fmt: skip
            liaison.putheader(nom, valeur)
        liaison.endheaders()
        for debut in range(0, len(corps), 2048):
            liaison.send(corps[debut : debut + 2048])
            if lent:
                time.sleep(2048 / DEBIT)
        reponse = liaison.getresponse()
        lu = reponse.status, reponse.read()
        liaison.close()
        return lu

    def annoncer(self, octets: int, empreinte: str) -> str:
        corps = json.dumps({"nom": f"avis{self.rang}.pdf", "taille": octets, "empreinte": empreinte}).encode()
        adresse = f"/demandes/{self.demande}/pieces/AIS2025/{self.cle}/envois"
        statut, lu = self.demander("POST", adresse, corps, Content_Type="application/json")
        assert statut == 200, lu
        return json.loads(lu)["adresse"]

    def envoyer(self, adresse: str, octets: bytes, *, lent: bool, jusqu_a: float = float("inf")) -> None:
        recu = 0
        while recu < len(octets) and time.monotonic() < jusqu_a:
            morceau = octets[recu : recu + MORCEAU]
            statut, lu = self.demander(
                "POST", adresse, morceau, lent, Content_Type="application/octet-stream", Morceau_Debut=str(recu),
                Morceau_Empreinte=hashlib.sha256(morceau).hexdigest(),
            )  # fmt: skip
            assert statut == 200, lu
            recu = json.loads(lu)["recu"]

    def lentement(self, jusqu_a: float) -> None:
        octets = os.urandom(1024 * 1024)
        adresse = self.annoncer(TAILLE, hashlib.sha256(octets).hexdigest())
        self.envoyer(adresse, octets, lent=True, jusqu_a=jusqu_a)

    def presque(self) -> None:
        """Deux mégaoctets arrivés ; il ne reste qu'à les réunir."""
        octets = papiers.pdf_de(2_000_000)
        self.arrive = self.annoncer(len(octets), hashlib.sha256(octets).hexdigest())
        self.envoyer(self.arrive, octets, lent=False)

    def terminer(self) -> None:
        while (statut := self.demander("POST", f"{self.arrive}/terminer")[0]) == 503:
            time.sleep(vue_televersement.REVENIR_DANS)  # comme le script de la page
        assert statut == 200, statut


def _peupler(dossier: str, url: str) -> list[tuple[str, int, str]]:
    shutil.copyfile(modele_sqlite(), f"{dossier}/portail.sqlite")
    app = create_app(
        config_de_test(Path(dossier), f"sqlite:///{dossier}/portail.sqlite", url), TESTING=True, HORLOGE=heure
    )
    trouves = []
    with app.app_context():
        for rang in range(PERSONNES + 1):
            compte = fabriques.compte(db.session, f"p{rang}@exemple.fr", nir=None)
            declaration = fabriques.remplir_ana(fabriques.brouillon(db.session, compte))
            db.session.commit()
            jeton = f"{rang:043d}"
            fabriques.connecter(app, app.test_client(), db.session, compte, jeton)
            trouves.append((jeton, declaration.demande_id, declaration.personnes[0].cle))
        db.session.close()
        db.engine.dispose()
    return trouves


def _page(personne: Personne, fois: int) -> float:
    durees = []
    for _ in range(fois):
        debut = time.monotonic()
        assert personne.demander("GET", f"/demandes/{personne.demande}/etapes/motifs")[0] == 200
        durees.append(time.monotonic() - debut)
        time.sleep(0.1)
    return statistics.median(durees)


def _ensemble(gestes) -> list[threading.Thread]:
    fils = [threading.Thread(target=geste) for geste in gestes]
    for fil in fils:
        fil.start()
    return fils


def imprimer() -> bool:
    """Mesure et imprime. Rend False si une limite est dépassée."""
    with socket.create_server(("127.0.0.1", 0)) as prise:
        port = prise.getsockname()[1]
    with tempfile.TemporaryDirectory() as dossier:
        identites = _peupler(dossier, f"http://127.0.0.1:{port}")
        serveur = multiprocessing.get_context("spawn").Process(target=_servir, args=(dossier, port))
        serveur.start()
        try:
            return _mesurer(port, identites, psutil.Process(serveur.pid))
        finally:
            serveur.terminate()
            serveur.join()


def _mesurer(port: int, identites: list[tuple[str, int, str]], processus: psutil.Process) -> bool:
    limite = time.monotonic() + 60
    while not any(c.laddr.port == port for c in processus.net_connections("tcp")) and time.monotonic() < limite:
        time.sleep(0.1)
    personnes = [Personne(port, rang, *identite) for rang, identite in enumerate(identites)]
    *envoyeurs, temoin = personnes
    a_vide, repos = _page(temoin, 20), processus.memory_info().rss
    sommets = [repos]
    fini = threading.Event()

    def veiller() -> None:
        while not fini.wait(0.05):
            sommets.append(processus.memory_info().rss)

    veille = threading.Thread(target=veiller)
    veille.start()
    jusqu_a = time.monotonic() + DUREE
    fils = _ensemble(lambda p=p: p.lentement(jusqu_a) for p in envoyeurs)
    pendant = _page(temoin, 60)
    for fil in fils:
        fil.join()
    lent = max(sommets)
    for envoyeur in envoyeurs:
        envoyeur.presque()
    fils = _ensemble(p.terminer for p in envoyeurs)
    fin = _page(temoin, 20)
    for fil in fils:
        fil.join()
    fini.set()
    veille.join()
    en_plus, total = ((sommet - repos) / 1e6 for sommet in (lent, max(sommets)))
    print(f"au repos {repos / 1e6:.0f} Mo ; {PERSONNES} envois lents : +{en_plus:.0f} Mo ; réunis : +{total:.0f} Mo")
    print(f"une page : {a_vide * 1e3:.0f} ms à vide, {pendant * 1e3:.0f} ms pendant, {fin * 1e3:.0f} ms à la fin")
    est_fluide = max(pendant, fin) <= RALENTI_MAX * max(a_vide, A_VIDE_MIN)
    return est_fluide and en_plus < EN_PLUS_MAX and total < EN_PLUS_MAX


if __name__ == "__main__":
    raise SystemExit(not imprimer())
