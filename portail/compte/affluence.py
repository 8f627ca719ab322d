"""L'affluence : les connexions qui attendent leur hachage ne prennent pas tous les fils du serveur.

Un hachage occupe un cœur trente millisecondes. Seize personnes qui se connectaient ensemble tenaient les huit fils, et
enregistrer une étape attendait derrière elles (vingt fois plus long, mesuré). Par voie, une connexion travaille et une
attend ; les suivantes reviennent dans trois secondes, leur page remplie. Quand une attend, celle qui a fini lui laisse
la place au pas de seize par seconde : le reste du processeur sert aux autres pages.

Deux voies : d'un réseau où le compte a déjà servi, et d'ailleurs ; un flot venu d'ailleurs ne retient personne chez
soi. Les clés d'accès, FranceConnect et le lien reçu par courriel n'attendent pas ici.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

from portail.freins import TropDEssais

PAR_VOIE, ATTENTE, PAS = 2, 3, 0.06  # connexions, dont une au travail ; secondes ; secondes de l'une à la suivante


class Voie:
    """Une connexion au travail, une qui attend son tour."""

    def __init__(self) -> None:
        self.travail, self._garde, self._presentes = threading.Lock(), threading.Lock(), 0

    def entrer(self) -> bool:
        """Faux s'il n'y a plus de place."""
        with self._garde:
            libre = self._presentes < PAR_VOIE
            self._presentes += libre
            return libre

    def sortir(self) -> None:
        with self._garde:
            self._presentes -= 1

    @property
    def est_pleine(self) -> bool:
        return self._presentes == PAR_VOIE


CHEZ_SOI, AILLEURS = Voie(), Voie()


class TropDeMonde(TropDEssais):
    """Rien n'est compté à la personne : elle n'a pas fait d'essai."""

    def __init__(self) -> None:
        super().__init__(ATTENTE)

    def __str__(self) -> str:
        return "Beaucoup de personnes se connectent en ce moment. Recommencez dans quelques secondes."


@contextmanager
def tour(*, chez_soi: bool) -> Iterator[None]:
    """Une place le temps du bloc. Lève `TropDeMonde` s'il n'y en a pas."""
    voie = CHEZ_SOI if chez_soi else AILLEURS
    if not voie.entrer():
        raise TropDeMonde
    try:
        with voie.travail:
            debut = time.monotonic()
            yield
            if voie.est_pleine:
                time.sleep(max(0.0, PAS - (time.monotonic() - debut)))
    finally:
        voie.sortir()
