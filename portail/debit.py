"""Le débit des pages publiques qui coûtent (recherches, fiches), par réseau : un robot n'en prive personne.

En mémoire, donc propre à chaque processus : compter en base ferait une écriture de chaque lecture, et coûterait plus
que la page. Il ne protège que la machine ; ce qui protège les personnes (connexion, codes) est dans `freins`, en base.
Une médiathèque entière sort par le même réseau : la réserve est large, et se refait vite.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from flask import Flask, current_app

from portail.freins import TropDEssais, duree_en_mots, reseau
from portail.horloge import maintenant
from portail.seaux import Seaux

RESERVE = 120  # pages de suite
PAR_SECONDE = 2.0  # puis, à la longue


class TropDePages(TropDEssais):
    """À rendre en 429. `str()` se montre."""

    def __init__(self, attente: int) -> None:
        super().__init__(attente)
        self.args = (f"Ce réseau a demandé beaucoup de pages à la fois. Revenez dans {duree_en_mots(attente)}.",)


def installer(app: Flask) -> None:
    app.extensions["debit"] = Seaux()


def borne(vue: Callable[..., Any]) -> Callable[..., Any]:
    """Sous `@droit` : la page ne se fait que si son réseau n'en a pas trop demandé. Lève `TropDePages`."""

    @wraps(vue)
    def bornee(*arguments: Any, **nommes: Any) -> Any:
        seaux: Seaux = current_app.extensions["debit"]
        if attente := seaux.verser(reseau(), RESERVE, PAR_SECONDE, maintenant().timestamp()):
            raise TropDePages(attente)
        return vue(*arguments, **nommes)

    return bornee
