"""Mesure de la recherche d'un lieu : médiane et 95e centile de 500 requêtes variées.

    python -m tests.referentiels.mesure_recherche [adresse de la base]

Sans adresse, une base SQLite est remplie dans un dossier provisoire. Les requêtes sont tirées des données avec une
graine fixe : noms exacts, débuts, codes postaux, mots intérieurs, fautes de frappe, textes qui ne sont pas des lieux.
"""

from __future__ import annotations

import random
import statistics
import sys
import tempfile
import time
import tracemalloc
from pathlib import Path

from portail.db import db
from portail.referentiels import importation, recherche
from portail.referentiels.construction import construire
from tests.referentiels.conftest import INSTANT, application

REQUETES = 500
SEUIL_MS = 10.0


def mesurer(nombre: int = REQUETES) -> dict[str, float]:
    """Dans un contexte d'application, base remplie : construction (s), mémoire (Mo), médiane, p95 et maximum (ms)."""
    depart = time.perf_counter()
    construire(db.session)
    construction = time.perf_counter() - depart
    tracemalloc.start()
    index = construire(db.session)
    memoire = tracemalloc.get_traced_memory()[0] / 1e6
    tracemalloc.stop()
    recherche.lieu("69266", session=db.session)
    durees = [_duree(texte, naissance) for texte, naissance in requetes(index, nombre)]
    centiles = statistics.quantiles(durees, n=100)
    return {
        "construction_s": construction,
        "memoire_mo": memoire,
        "mediane_ms": statistics.median(durees),
        "p95_ms": centiles[94],
        "max_ms": max(durees),
    }


def requetes(index, nombre: int) -> list[tuple[str, bool]]:
    """(texte, naissance), toujours les mêmes."""
    hasard = random.Random(14069)
    noms = [lieu.nom for lieu in index.lieux if lieu.genre != "arrondissement"]
    codes = sorted({code for lieu in index.lieux for code in lieu.codes_postaux})
    formes = (
        lambda: hasard.choice(noms),
        lambda: hasard.choice(noms)[: hasard.randint(2, 6)],
        lambda: hasard.choice(codes),
        lambda: hasard.choice(codes)[: hasard.randint(2, 4)],
        lambda: f"{hasard.choice(codes)} {hasard.choice(noms)}",
        lambda: hasard.choice(noms).split("-")[-1].split(" ")[-1],
        lambda: _fauter(hasard, hasard.choice(noms)),
        lambda: _fauter(hasard, _fauter(hasard, hasard.choice(noms))),
        lambda: hasard.choice(("lyon 3e", "paris 11", "st", "saint", "marseille 1er", "Guadeloupe")),
        lambda: "".join(hasard.choices("abcdefghijklmnopqrstuvwxyz", k=hasard.randint(3, 14))),
    )
    return [(formes[rang % len(formes)](), hasard.random() < 0.5) for rang in range(nombre)]


def _fauter(hasard: random.Random, nom: str) -> str:
    """Une lettre oubliée, doublée, changée, ou deux inversées."""
    place = hasard.randrange(max(1, len(nom) - 1))
    avant, lettre, apres = nom[:place], nom[place : place + 1], nom[place + 1 :]
    return hasard.choice(
        (avant + apres, avant + lettre * 2 + apres, f"{avant}e{apres}", avant + apres[:1] + lettre + apres[1:])
    )


def _duree(texte: str, naissance: bool) -> float:
    depart = time.perf_counter()
    recherche.chercher(texte, naissance=naissance, session=db.session)
    return (time.perf_counter() - depart) * 1000


def imprimer(adresse: str = "") -> bool:
    """Une ligne par nombre. Rend vrai si la limite tient."""
    with tempfile.TemporaryDirectory() as dossier:
        app = application(adresse or f"sqlite:///{Path(dossier) / 'base.sqlite'}")
        with app.app_context():
            importation.importer(db.session, maintenant=INSTANT)
            db.session.commit()
            mesures = mesurer()
            db.session.close()
            db.engine.dispose()
    for nom, valeur in mesures.items():
        print(f"{nom:16}{valeur:10.2f}")
    return mesures["p95_ms"] <= SEUIL_MS


if __name__ == "__main__":
    sys.exit(0 if imprimer(*sys.argv[1:2]) else 1)
