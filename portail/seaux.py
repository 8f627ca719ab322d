"""Des seaux qui fuient, en mémoire : propres à ce processus, oubliés avec lui.

Deux emplois : le débit des pages publiques (`debit`), où compter en base coûterait plus que la page ; et le secours des
freins (`freins`), quand leur table ne répond plus.
"""

from __future__ import annotations

import math
import threading
from collections import OrderedDict

MAXIMUM = 10_000  # seaux gardés ; au-delà, le moins récent s'oublie


class Seaux:
    """Un seau par clé."""

    def __init__(self, maximum: int = MAXIMUM) -> None:
        self._maximum = maximum
        self._seaux: OrderedDict[str, tuple[float, float]] = OrderedDict()
        self._verrou = threading.Lock()

    def verser(self, cle: str, capacite: int, par_seconde: float, instant: float) -> int:
        """Ajoute un essai. Rend 0 s'il est permis, sinon l'attente en secondes (et ne le compte pas)."""
        with self._verrou:
            niveau, mesure = self._seaux.pop(cle, (0.0, instant))
            niveau = max(0.0, niveau - max(0.0, instant - mesure) * par_seconde)
            exces = niveau + 1 - capacite - 1e-9  # ce que la division laisse parfois de trop
            self._seaux[cle] = (niveau if exces > 0 else niveau + 1, instant)
            if len(self._seaux) > self._maximum:
                self._seaux.popitem(last=False)
        return max(1, math.ceil(exces / par_seconde)) if exces > 0 else 0

    def vider(self, cle: str) -> None:
        with self._verrou:
            self._seaux.pop(cle, None)

    def __len__(self) -> int:
        return len(self._seaux)
