"""Temps et poids des documents d'un couple et quatre enfants : `python -m tests.documents.mesures`.

Le temps est celui du calcul (une machine occupée n'y change rien), de la base au PDF.
"""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from time import process_time

import sqlalchemy as sa

from portail import create_app
from portail.db import db, lecture
from portail.demande.modeles import Declaration
from portail.documents import attestation, fiche, formulaire, matiere
from portail.documents.matiere_attestation import attestation_de
from portail.guichet.modeles import Guichet
from tests.base_modele import MEMOIRE, modele_sqlite
from tests.conftest import config_de_test
from tests.documents.conftest import commencer, remplir_avec_annexe
from tests.documents.exemples import CODE
from tests.fabriques import INSTANT


@dataclass(frozen=True)
class Mesure:
    """Temps en millisecondes (la première fois, chargement compris ; puis la médiane), poids en octets."""

    document: str
    premiere: float
    courante: float
    poids: int
    temps_maximal: float
    poids_maximal: int

    @property
    def tient(self) -> bool:
        return self.courante <= self.temps_maximal and self.poids <= self.poids_maximal


def mesurer(fois: int = 20) -> list[Mesure]:
    """Une mesure par document."""
    dossier = Path(tempfile.mkdtemp(prefix="portail-mesure-", dir=MEMOIRE))
    try:
        shutil.copyfile(modele_sqlite(), dossier / "portail.sqlite")
        config = config_de_test(dossier, f"sqlite:///{dossier / 'portail.sqlite'}")
        app = create_app(config, HORLOGE=lambda: INSTANT, TESTING=True)
        ouvert = commencer(app, remplir_avec_annexe)
        ouvert.deposer()
        ouvert.enregistrer()
        with app.app_context(), lecture() as session:
            declaration = session.get_one(Declaration, ouvert.declaration_id)
            guichet = session.scalars(sa.select(Guichet)).one()
            composer: dict[str, tuple[Callable[[], bytes], float, int]] = {
                "attestation": (
                    lambda: attestation.composer(attestation_de(session, declaration, guichet, INSTANT, CODE)),
                    50,
                    60_000,
                ),
                "formulaire": (
                    lambda: formulaire.composer(matiere.formulaire_de(declaration, INSTANT)),
                    300,
                    150_000,
                ),
                "fiche": (lambda: fiche.composer(matiere.fiche_de(declaration, INSTANT)), 300, 60_000),
            }
            mesures = [_mesurer(nom, *cible, fois) for nom, cible in composer.items()]
            db.engine.dispose()
        return mesures
    finally:
        shutil.rmtree(dossier)


def _mesurer(nom: str, composer: Callable[[], bytes], temps: float, poids: int, fois: int) -> Mesure:
    durees = []
    for _ in range(fois + 1):
        debut = process_time()
        octets = composer()
        durees.append((process_time() - debut) * 1000)
    return Mesure(nom, durees[0], median(durees[1:]), len(octets), temps, poids)


def principal() -> bool:
    """Une ligne par document, pour `make bench`. Rend vrai si chacun tient dans ses limites."""
    mesures = mesurer()
    for mesure in mesures:
        verdict = "tient" if mesure.tient else "DÉPASSE"
        print(
            f"  {mesure.document:<12} première {mesure.premiere:5.0f} ms, puis {mesure.courante:5.1f} ms "
            f"(au plus {mesure.temps_maximal:.0f}) ; {mesure.poids:6} octets (au plus {mesure.poids_maximal}) : {verdict}"
        )
    return all(mesure.tient for mesure in mesures)


if __name__ == "__main__":
    principal()
