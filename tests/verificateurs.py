"""Vérificateurs de pages : Nu (HTML valide), axe (accessibilité), poids sur le fil. Chacun rend des phrases, ou un nombre."""

from __future__ import annotations

import json
import shutil
import subprocess
import tempfile
from functools import cache
from pathlib import Path
from urllib.parse import unquote, urlsplit

import brotli
from flask import Response
from playwright.sync_api import Page

from portail.assemblage import COMPRESSION
from tests.manques import manque

NPM = Path(__file__).resolve().parent / "npm" / "node_modules"
REGLES_AXE = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
DELAI_NU = 120


def nu(pages: dict[str, str]) -> list[str]:
    """Les messages du vérificateur Nu pour toutes les pages, « nom:ligne: genre: texte », en un seul appel de Java.

    Erreurs, avertissements et remarques sont tous rendus, sans aucun filtre : les attributs `data-hx-*` sont valides.
    `pages` va du nom au document HTML entier. Java ou le paquet npm absents : test sauté, ou échec avec `CI=true`.
    """
    archive = fichier_npm("vnu-jar/build/dist/vnu.jar")
    if not shutil.which("java"):
        manque("Java", "apt install default-jre-headless")
    if not pages:
        return []
    with tempfile.TemporaryDirectory(prefix="portail-nu-") as dossier:
        noms = {}
        for numero, (nom, html) in enumerate(pages.items()):
            chemin = Path(dossier, f"{numero:05}.html")
            chemin.write_text(html, encoding="utf-8")
            noms[chemin.name] = nom
        commande = [
            "java",
            "-Xss1m",
            "-jar",
            str(archive),
            "--format",
            "json",
            "--stdout",
            "--exit-zero-always",
            dossier,
        ]
        sortie = subprocess.run(commande, check=True, capture_output=True, timeout=DELAI_NU).stdout
    messages = json.loads(sortie)["messages"]
    return [_phrase_nu(message, noms) for message in messages]


def _phrase_nu(message: dict, noms: dict[str, str]) -> str:
    fichier = unquote(Path(urlsplit(message.get("url", "")).path).name)
    genre = message.get("subType") or message["type"]
    extrait = " ".join(message.get("extract", "").split())
    return f"{noms.get(fichier, fichier)}:{message.get('lastLine', '?')}: {genre}: {message['message']} [{extrait}]"


def axe(page: Page, *, aaa: bool = False, dans: str = "html") -> list[str]:
    """Les violations d'axe dans l'état présent de la page, une phrase par élément fautif.

    `aaa` ajoute le contraste renforcé (7:1) ; `dans` limite à un sélecteur. La page garde sa CSP : le script entre par
    le protocole du navigateur. Elle doit avoir JavaScript, sinon axe ne finit jamais : pour juger la page telle
    qu'elle est sans script, l'ouvrir avec `page.route("**/*.js", lambda route: route.abort())`.
    """
    if not page.evaluate("'axe' in window"):
        page.evaluate(_source_axe())
    options = {
        "runOnly": REGLES_AXE,
        "resultTypes": ["violations"],
        "rules": {"target-size": {"enabled": True}, "color-contrast-enhanced": {"enabled": aaa}},
    }
    resultat = page.evaluate("([dans, options]) => axe.run(dans, options)", [dans, options])
    return [
        f"{violation['id']} ({violation['impact']}) : {violation['help']} — {_cible(noeud)} : {noeud['html']}"
        for violation in resultat["violations"]
        for noeud in violation["nodes"]
    ]


def _cible(noeud: dict) -> str:
    return " ".join(str(morceau) for morceau in noeud["target"])


@cache
def _source_axe() -> str:
    return fichier_npm("axe-core/axe.min.js").read_text(encoding="utf-8")


def fichier_npm(chemin: str) -> Path:
    """Le chemin d’un fichier des paquets npm de test ; absent : test sauté, ou échec avec `CI=true`."""
    complet = NPM / chemin
    if not complet.exists():
        manque(f"le paquet npm {chemin.split('/')[0]}", "make test l’installe, avec npm")
    return complet


def poids(reponse: Response) -> int:
    """Les octets du corps sur le fil en brotli : tels quels si la réponse est déjà compressée, sinon comme en service."""
    corps = reponse.data
    if reponse.headers.get("Content-Encoding") or len(corps) < COMPRESSION["COMPRESS_MIN_SIZE"]:
        return len(corps)
    return len(brotli.compress(corps, quality=COMPRESSION["COMPRESS_BR_LEVEL"]))
