"""L'espace des agents à grande échelle : listes, recherches, dossier, petite et grande bases mesurées tour à tour.

    make bench ARGS=guichet

PostgreSQL : 3 000 demandes contre 300 000 (20 000 à vérifier). SQLite : 3 000 contre 20 000. À tenir (issue 3) : la
médiane de la grande au plus 1,5 fois celle de la petite, et un 95e centile d'au plus 150 ms côté serveur. Les plans
d'exécution sont lus sur la grande base : aucune des tables qui grossissent ne doit être parcourue en entier.
"""

from __future__ import annotations

import shutil
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from statistics import median, quantiles

from flask import Flask
from flask.testing import FlaskClient

from portail import create_app
from portail.db import db
from tests import postgresql
from tests.base_modele import MEMOIRE, modele_sqlite, remplir
from tests.conftest import INSTANT, config_de_test
from tests.guichet.monde import entrer
from tests.mesures.gestes import GESTES, Geste
from tests.mesures.peuplement import Peuplee, peupler
from tests.mesures.plans import parcourues
from tests.socle.applications import ClientIsole

TOURS = 50
RAPPORT_MAXIMAL, P95_MAXIMAL = 1.5, 150.0  # fois, millisecondes
PETITE = (3_000, 800)  # de quoi remplir une page de chaque liste : on compare des pages pareilles
GRANDES = {"sqlite": (20_000, 1_300), "postgresql": (300_000, 20_000)}


@dataclass(frozen=True)
class Base:
    """Une base peuplée et l'application qui la sert."""

    app: Flask
    contenu: Peuplee

    def clients(self) -> list[FlaskClient]:
        """Un navigateur connecté par agent."""
        trouves = []
        with self.app.app_context():
            for rang, agent_id in enumerate(self.contenu.agents):
                client = self.app.test_client()
                entrer(self.app, client, agent_id, jeton=f"{rang:043d}")
                trouves.append(client)
        return trouves


@dataclass(frozen=True)
class Mesure:
    """Millisecondes. `parcourues` : les tables que la grande base lit en entier pour ce geste."""

    moteur: str
    geste: str
    petite: float
    grande: float
    p95: float
    parcourues: frozenset[str]
    borne: bool  # listes, recherches, dossier : le rapport est à tenir

    @property
    def rapport(self) -> float:
        return self.grande / self.petite

    @property
    def tient(self) -> bool:
        return self.p95 <= P95_MAXIMAL and not (self.borne and (self.rapport > RAPPORT_MAXIMAL or self.parcourues))

    def __str__(self) -> str:
        parcours = f" ; lues en entier : {', '.join(sorted(self.parcourues))}" if self.parcourues else ""
        verdict = "tient" if self.tient else "DÉPASSE"
        return (
            f"{self.moteur:10} {self.geste:34} {self.petite:6.1f} → {self.grande:6.1f} ms  ×{self.rapport:4.2f}"
            f"  p95 {self.p95:6.1f} ms  {verdict}{parcours}"
        )


@contextmanager
def base(moteur: str, nombre: int, a_verifier: int, grappe: postgresql.Grappe | None) -> Iterator[Base]:
    """Une base de ce moteur, peuplée de `nombre` demandes."""
    dossier = Path(tempfile.mkdtemp(prefix="portail-mesure-", dir=MEMOIRE if moteur == "postgresql" else None))
    try:
        if grappe is None:
            shutil.copyfile(modele_sqlite(), dossier / "portail.sqlite")
            adresse = f"sqlite:///{dossier / 'portail.sqlite'}"
        else:
            adresse = grappe.creer(f"mesure_{nombre}")
            remplir(adresse)
        app = create_app(config_de_test(dossier, adresse), TESTING=True, HORLOGE=lambda: INSTANT)
        app.test_client_class = ClientIsole
        with app.app_context():
            contenu = peupler(nombre, a_verifier)
        yield Base(app, contenu)
        with app.app_context():
            db.session.close()
            db.engine.dispose()
    finally:
        shutil.rmtree(dossier)


def mesurer(petite: Base, grande: Base, moteur: str, tours: int = TOURS) -> Iterator[Mesure]:
    """Un geste après l'autre ; petite et grande tour à tour, dans le même passage."""
    navigateurs = {id(base): base.clients() for base in (petite, grande)}
    for geste in GESTES:
        durees: dict[int, list[float]] = {id(petite): [], id(grande): []}
        for tour in range(tours + 3):  # les premiers tours remplissent les caches
            for ici in (petite, grande):
                client = navigateurs[id(ici)][tour % len(ici.contenu.agents)]
                duree = _une_fois(geste, client, ici.contenu, tour)
                if tour >= 3:
                    durees[id(ici)].append(duree)
        lues = parcourues(grande.app, lambda g=geste: _une_fois(g, navigateurs[id(grande)][0], grande.contenu, 7))
        yield Mesure(
            moteur,
            geste.nom,
            median(durees[id(petite)]),
            median(durees[id(grande)]),
            quantiles(durees[id(grande)], n=20)[18],
            lues,
            geste.borne,
        )


def _une_fois(geste: Geste, client: FlaskClient, contenu: Peuplee, tour: int) -> float:
    envoyer: Callable = geste.preparer(client, contenu, tour)
    debut = time.perf_counter()
    reponse = envoyer()
    duree = (time.perf_counter() - debut) * 1000
    assert reponse.status_code == 200, f"{geste.nom} : {reponse.status_code}"
    return duree


def principal(moteurs: tuple[str, ...] = ("sqlite", "postgresql")) -> bool:
    """Une ligne par geste et par moteur. Rend vrai si tout tient."""
    tout_tient = True
    for moteur in moteurs:
        with ExitStack() as pile:
            grappe = None
            if moteur == "postgresql":
                grappe = postgresql.ouvrir(durable=True)
                pile.callback(grappe.fermer)
            debut = time.monotonic()
            petite = pile.enter_context(base(moteur, *PETITE, grappe))
            grande = pile.enter_context(base(moteur, *GRANDES[moteur], grappe))
            print(f"{moteur} : {PETITE[0]} et {GRANDES[moteur][0]} demandes en {time.monotonic() - debut:.0f} s")
            for mesure in mesurer(petite, grande, moteur):
                print(mesure, flush=True)
                tout_tient = tout_tient and mesure.tient
    return tout_tient


if __name__ == "__main__":
    raise SystemExit(0 if principal() else 1)
