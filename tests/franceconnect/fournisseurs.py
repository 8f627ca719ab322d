"""Le vrai fournisseur (npm oidc-provider, sur la boucle locale), et ce qu'une personne y fait."""

from __future__ import annotations

import html
import http.client
import json
import os
import re
import shutil
import socket
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from http.cookies import SimpleCookie
from pathlib import Path
from typing import Any
from urllib.parse import urlencode, urljoin, urlsplit

from joserfc.jwk import RSAKey

from portail.franceconnect.reglages import ReglagesFranceConnect
from tests.manques import manque

ICI = Path(__file__).parent
CLIENT, SECRET = "portail", "secret-de-test-0123456789"
ANA = {
    "given_name": "Ana Maria",
    "family_name": "SILVA",
    "birthdate": "1985-03-12",
    "birthplace": "69266",
    "birthcountry": "99100",
    "email": "ana@exemple.fr",
}
LEO = {**ANA, "given_name": "Léo", "family_name": "PETIT", "birthdate": "1990-00-00", "email": "leo@exemple.fr"}
ETRANGER = {**LEO, "given_name": "Nour", "birthplace": "", "birthcountry": "99352", "email": ""}
PERSONNES = {"ana": ANA, "leo": LEO, "nour": ETRANGER}


def port_libre() -> int:
    with socket.create_server(("127.0.0.1", 0)) as prise:
        return prise.getsockname()[1]


def cle_de_chiffrement() -> dict[str, Any]:
    return dict(RSAKey.generate_key(2048, {"kid": "fs1", "use": "enc", "alg": "RSA-OAEP"}).as_dict(private=True))


def reglages(port: int, cle: dict[str, Any] | None = None) -> ReglagesFranceConnect:
    return ReglagesFranceConnect(f"http://127.0.0.1:{port}", CLIENT, SECRET, cle)


@contextmanager
def vrai_fournisseur(reglages: ReglagesFranceConnect, portail: str, algorithme: str = "ES256") -> Iterator[None]:
    """Démarre oidc-provider pour le site d'adresse `portail`, et l'arrête en sortie."""
    if shutil.which("node") is None or not (ICI.parent / "npm/node_modules/oidc-provider").is_dir():
        manque("npm oidc-provider", "outils/moyens_de_test.sh")
    cle = RSAKey.import_key(dict(reglages.cle)).as_dict(private=False) if reglages.cle else None
    donnees = {
        "emetteur": reglages.emetteur, "client": CLIENT, "secret": SECRET, "personnes": PERSONNES,
        "retours": [f"{portail}/compte/franceconnect/retour"], "apres": [f"{portail}/compte/franceconnect/deconnecte"],
        "cle": cle, "algorithme": algorithme,
    }  # fmt: skip
    processus = subprocess.Popen(
        ["node", str(ICI / "fournisseur.mjs")],
        env={**os.environ, "REGLAGES": json.dumps(donnees)},
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    try:
        assert processus.stdout is not None
        assert processus.stdout.readline().strip() == "pret", "le fournisseur d’essai n’a pas démarré"
        yield
    finally:
        processus.terminate()
        processus.wait(10)
        processus.stdout.close()


class PersonneChezLeFournisseur:
    """Un navigateur chez le fournisseur : il suit ses redirections, garde ses cookies, s'arrête au retour chez nous."""

    def __init__(self) -> None:
        self.cookies: SimpleCookie = SimpleCookie()

    def choisir(self, adresse: str, qui: str) -> str:
        """Se présente comme `qui` ("" : annule). Rend l'adresse de retour chez nous, chemin et paramètres."""
        origine = urlsplit(adresse).netloc
        adresse, corps = self._suivre(adresse, origine)
        envoi = re.search(r'<form method="post" action="([^"]+)"', corps)
        assert envoi is not None, corps
        retour, _ = self._suivre(urljoin(adresse, html.unescape(envoi.group(1))), origine, {"qui": qui})
        return _chemin(retour)

    def _suivre(self, adresse: str, origine: str, formulaire: dict[str, str] | None = None) -> tuple[str, str]:
        while urlsplit(adresse).netloc == origine:
            statut, suite, corps = self._demander(adresse, formulaire)
            if statut not in {302, 303}:
                return adresse, corps
            adresse, formulaire = urljoin(adresse, suite), None
        return adresse, ""

    def _demander(self, adresse: str, formulaire: dict[str, str] | None) -> tuple[int, str, str]:
        connexion = http.client.HTTPConnection(urlsplit(adresse).netloc, timeout=10)
        entetes = {"Cookie": "; ".join(f"{nom}={c.value}" for nom, c in self.cookies.items())}
        corps = None
        if formulaire is not None:
            corps, entetes["Content-Type"] = urlencode(formulaire), "application/x-www-form-urlencoded"
        connexion.request("POST" if corps is not None else "GET", _chemin(adresse), corps, entetes)
        reponse = connexion.getresponse()
        for ligne in reponse.headers.get_all("Set-Cookie") or []:
            self.cookies.load(ligne)
        texte = reponse.read().decode()
        connexion.close()
        return reponse.status, reponse.headers.get("Location", ""), texte


def _chemin(adresse: str) -> str:
    morceaux = urlsplit(adresse)
    return morceaux.path + (f"?{morceaux.query}" if morceaux.query else "")
