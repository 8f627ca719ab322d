"""Ce qui arrive aux demandes de démonstration, et quand : dix-huit mois de guichet, dans l'ordre des jours."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial

from portail.choix import Choix
from portail.demande.modeles import GenreEvenement
from portail.demonstration.guichets import Equipe
from portail.demonstration.vies import Vie


class Sort(Choix):
    """L'état où la demande en est quand la démonstration s'ouvre."""

    A_VERIFIER = "a_verifier", "à vérifier"
    REDEPOSEE = "redeposee", "corrigée, à vérifier à nouveau"
    A_CORRIGER = "a_corriger", "à corriger"
    ACTIVE = "active", "active"
    SUIVIE = "suivie", "active, avec des évènements"
    A_RENOUVELER = "a_renouveler", "à renouveler"
    RADIEE = "radiee", "radiée"


NOMBRES = {
    Sort.A_VERIFIER: 48, Sort.REDEPOSEE: 12, Sort.A_CORRIGER: 20, Sort.ACTIVE: 55, Sort.SUIVIE: 25,
    Sort.A_RENOUVELER: 20, Sort.RADIEE: 20,
}  # fmt: skip
# Jours avant aujourd'hui : le premier dépôt de chaque sort, au plus tôt et au plus tard.
DEPOTS = {
    Sort.A_VERIFIER: (36, 1), Sort.REDEPOSEE: (34, 12), Sort.A_CORRIGER: (45, 9), Sort.ACTIVE: (280, 6),
    Sort.SUIVIE: (280, 130), Sort.A_RENOUVELER: (360, 312), Sort.RADIEE: (430, 150),
}  # fmt: skip
SUITES: tuple[tuple[tuple[GenreEvenement, str | None], ...], ...] = (
    ((GenreEvenement.PIECES_DEMANDEES, None),),
    ((GenreEvenement.CONTINGENT, "COLTER"), (GenreEvenement.DESIGNATION, None)),
    ((GenreEvenement.DESIGNATION, None), (GenreEvenement.CALEOL, "attribution_rang"), (GenreEvenement.VISITE, None)),
    (
        (GenreEvenement.DESIGNATION, None), (GenreEvenement.CALEOL, "attribution"),
        (GenreEvenement.PROPOSITION, None), (GenreEvenement.REFUS, "secteur"),
    ),
    ((GenreEvenement.DALO, "ACTIF"), (GenreEvenement.PRIORITE, None)),
)  # fmt: skip
FINS = ("a", "a", "a", "b", "b", "e")


@dataclass(frozen=True)
class Acte:
    """Ce qui se joue à un instant. `rang` départage : toujours le même ordre."""

    instant: datetime
    rang: int
    jouer: Callable[[], None]

    @property
    def ordre(self) -> tuple[datetime, int]:
        return self.instant, self.rang


def raconter(vie: Vie, sort: Sort, equipe: Equipe, present: datetime, hasard: random.Random) -> Iterator[Acte]:
    """Les actes d'une demande, du premier au dernier ; aucun n'est après `present`."""
    tot, tard = DEPOTS[sort]
    depose = _a_une_heure(present - timedelta(days=hasard.randint(tard, tot)), hasard)
    instants = _instants(depose, hasard)
    yield from _suite(next(instants) - timedelta(hours=2), vie.commencer)
    yield from _suite(depose, vie.deposer)
    if sort is Sort.A_VERIFIER:
        return
    if sort in {Sort.A_CORRIGER, Sort.REDEPOSEE}:
        yield from _suite(next(instants), vie.renvoyer)
        if sort is Sort.REDEPOSEE:
            yield from _suite(next(instants), vie.corriger)
        return
    yield from _suite(next(instants), vie.enregistrer)
    if sort is Sort.SUIVIE:
        for genre, valeur in hasard.choice(SUITES):
            quand = next(instants) + timedelta(days=9)
            yield from _suite(quand, partial(vie.ajouter, genre, equipe.bailleur, valeur))
    if sort is Sort.RADIEE:
        motif = hasard.choice(FINS)
        quand = next(instants) + timedelta(days=60)
        if motif == "a":
            yield from _suite(quand, partial(vie.ajouter, GenreEvenement.BAIL_SIGNE, equipe.bailleur, None))
        elif motif == "e" and depose < present - timedelta(days=400):
            yield from _suite(depose + timedelta(days=396), partial(vie.radier, "e"))
        else:
            yield from _suite(quand, partial(vie.radier, "b"))


def _suite(instant: datetime, jouer: Callable[[datetime], None]) -> Iterator[Acte]:
    yield Acte(instant, 0, lambda: jouer(instant))


def _instants(depart: datetime, hasard: random.Random) -> Iterator[datetime]:
    """Le dépôt lui-même, puis des heures de bureau, quelques jours les séparant."""
    yield depart
    while True:
        depart = _a_une_heure(depart + timedelta(days=hasard.randint(2, 4)), hasard)
        yield depart


def _a_une_heure(instant: datetime, hasard: random.Random) -> datetime:
    return instant.replace(hour=hasard.randint(8, 16), minute=hasard.randint(0, 59), second=0, microsecond=0)
