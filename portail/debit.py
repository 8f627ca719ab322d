"""Le débit des pages publiques qui coûtent (recherches, fiches), par réseau : un robot n'en prive personne.

En mémoire, donc propre à chaque processus : compter en base ferait une écriture de chaque lecture, et coûterait plus
que la page. Il ne protège que la machine ; ce qui protège les personnes (connexion, codes) est dans `freins`, en base.
Une médiathèque entière sort par le même réseau : la réserve est large, et se refait vite.
"""

from __future__ import annotations

import math
import threading
from collections import OrderedDict
from collections.abc import Callable
from functools import wraps
from typing import Any

from flask import Flask, current_app

from portail.freins import TropDEssais, duree_en_mots, reseau
from portail.horloge import maintenant

RESERVE = 120  # pages de suite
PAR_SECONDE = 2.0  # puis, à la longue
RESEAUX = 10_000  # gardés en mémoire ; au-delà, le moins récent s'oublie


class TropDePages(TropDEssais):
    """À rendre en 429. `str()` se montre."""

    def __init__(self, attente: int) -> None:
        super().__init__(attente)
        self.args = (f"Ce réseau a demandé beaucoup de pages à la fois. Revenez dans {duree_en_mots(attente)}.",)


class Debit:
    """Un seau qui fuit par réseau."""

    def __init__(self) -> None:
        self._seaux: OrderedDict[str, tuple[float, float]] = OrderedDict()
        self._verrou = threading.Lock()

    def compter(self, cle: str, instant: float) -> int:
        """Ajoute une page. Rend 0 si elle est permise, sinon l'attente en secondes (et ne la compte pas)."""
        with self._verrou:
            niveau, mesure = self._seaux.pop(cle, (0.0, instant))
            niveau = max(0.0, niveau - max(0.0, instant - mesure) * PAR_SECONDE)
            exces = niveau + 1 - RESERVE
            self._seaux[cle] = (niveau if exces > 0 else niveau + 1, instant)
            if len(self._seaux) > RESEAUX:
                self._seaux.popitem(last=False)
        return max(1, math.ceil(exces / PAR_SECONDE)) if exces > 0 else 0


def installer(app: Flask) -> None:
    app.extensions["debit"] = Debit()


def borne(vue: Callable[..., Any]) -> Callable[..., Any]:
    """Sous `@droit` : la page ne se fait que si son réseau n'en a pas trop demandé. Lève `TropDePages`."""

    @wraps(vue)
    def bornee(*arguments: Any, **nommes: Any) -> Any:
        debit: Debit = current_app.extensions["debit"]
        if attente := debit.compter(reseau(), maintenant().timestamp()):
            raise TropDePages(attente)
        return vue(*arguments, **nommes)

    return bornee
