"""Fichiers statiques : nom marqué par le contenu (cache d'un an), brotli et gzip calculés une fois.

Les copies compressées vivent dans le dossier de l'instance ; elles sont refaites quand une source
change. WhiteNoise les sert sans passer par l'application.
"""

from __future__ import annotations

import gzip
import hashlib
import os
import secrets
import time
from contextlib import suppress
from functools import cache
from pathlib import Path

import brotli
from flask import Flask
from whitenoise import WhiteNoise

from portail.config import RACINE
from portail.entetes import HSTS

SOURCES = RACINE / "static"
COMPRESSIBLES = {".css", ".js", ".svg"}
UN_AN = 31_536_000  # secondes
UN_MOIS = 30 * 86_400  # secondes


def installer(app: Flask, dossier: Path) -> None:
    """Prépare les copies, ajoute `url_statique` aux gabarits et place WhiteNoise devant l'application."""
    cible = dossier / "statiques"
    noms = _preparer(SOURCES, cible)
    app.jinja_env.globals["url_statique"] = lambda nom: f"/static/{noms[nom]}"
    app.wsgi_app = WhiteNoise(  # type: ignore[method-assign]
        app.wsgi_app,
        root=str(cible),
        prefix="static/",
        max_age=UN_AN,
        immutable_file_test=lambda _chemin, _url: True,
        allow_all_origins=False,
        add_headers_function=_entetes_https if app.extensions["portail"].https else _entetes,
    )


def _entetes(entetes, _chemin: str, _url: str) -> None:
    entetes["X-Content-Type-Options"] = "nosniff"
    entetes["Referrer-Policy"] = "same-origin"
    entetes["Cross-Origin-Resource-Policy"] = "same-origin"
    entetes["Content-Security-Policy"] = "default-src 'none'"


def _entetes_https(entetes, chemin: str, url: str) -> None:
    _entetes(entetes, chemin, url)
    entetes["Strict-Transport-Security"] = HSTS


def _preparer(sources: Path, cible: Path) -> dict[str, str]:
    """De « portail.css » à « portail.3f2a….css », après avoir écrit ce qui manquait."""
    cible.mkdir(parents=True, exist_ok=True)
    noms: dict[str, str] = {}
    for source in sorted(chemin for chemin in sources.rglob("*") if chemin.is_file()):
        relatif = source.relative_to(sources).as_posix()
        marque = hashlib.sha256(source.read_bytes()).hexdigest()[:12]
        noms[relatif] = f"{source.stem}.{marque}{source.suffix}"
        destination = cible / noms[relatif]
        if not destination.exists():
            _ecrire(source, destination)
    _oublier_les_anciens(cible, set(noms.values()))
    return noms


def _oublier_les_anciens(cible: Path, actuels: set[str]) -> None:
    """Une page ouverte avant une mise à jour demande encore les anciens fichiers : on les garde un mois.

    Le mois court depuis le démarrage qui les a remplacés : la liste des fichiers en service est relue d'une fois à
    l'autre, et rajeunit ceux qui l'étaient encore juste avant.
    """
    liste = cible.with_name(f"{cible.name}.txt")
    precedents = set(liste.read_text().split()) if liste.exists() else set()
    limite = time.time() - UN_MOIS
    for fichier in cible.iterdir():
        nom = fichier.name.removesuffix(".br").removesuffix(".gz")
        with suppress(FileNotFoundError):  # un autre processus démarre aussi
            if nom not in actuels and nom in precedents:
                os.utime(fichier)
            elif nom not in actuels and fichier.stat().st_mtime < limite:
                fichier.unlink()
    if precedents != actuels:  # un disque plein ne doit pas empêcher une commande de lire
        _poser(liste, "\n".join(sorted(actuels)).encode())


def _ecrire(source: Path, destination: Path) -> None:
    """Les copies compressées d'abord : le fichier n'existe qu'une fois tout prêt."""
    contenu = source.read_bytes()
    if source.suffix in COMPRESSIBLES:
        for suffixe, compresse in _compresser(contenu):
            _poser(destination.with_name(destination.name + suffixe), compresse)
    _poser(destination, contenu)


@cache
def _compresser(contenu: bytes) -> tuple[tuple[str, bytes], ...]:
    """Au plus serré, une fois par processus : les applications des tests partent toutes des mêmes fichiers."""
    return (".br", brotli.compress(contenu, quality=11)), (".gz", gzip.compress(contenu, 9, mtime=0))


def _poser(destination: Path, contenu: bytes) -> None:
    """Écrit à côté puis renomme : un fichier est là en entier, ou pas du tout."""
    provisoire = destination.with_name(f"{destination.name}.{secrets.token_hex(4)}.tmp")
    provisoire.write_bytes(contenu)
    os.replace(provisoire, destination)
