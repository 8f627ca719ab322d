"""Fichiers statiques : nom marqué par le contenu (cache d'un an), brotli et gzip calculés une fois.

Les copies compressées vivent dans le dossier de l'instance ; elles sont refaites quand une source
change. WhiteNoise les sert sans passer par l'application.
"""

from __future__ import annotations

import gzip
import hashlib
import shutil
import time
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
    """Une page ouverte avant une mise à jour demande encore les anciens fichiers : on les garde un mois."""
    limite = time.time() - UN_MOIS
    for ancien in cible.iterdir():
        if ancien.name.removesuffix(".br").removesuffix(".gz") not in actuels and ancien.stat().st_mtime < limite:
            ancien.unlink()


def _ecrire(source: Path, destination: Path) -> None:
    if source.suffix in COMPRESSIBLES:
        contenu = source.read_bytes()
        destination.with_name(f"{destination.name}.br").write_bytes(brotli.compress(contenu, quality=11))
        destination.with_name(f"{destination.name}.gz").write_bytes(gzip.compress(contenu, 9, mtime=0))
    shutil.copyfile(source, destination)
