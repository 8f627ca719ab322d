"""Un passage de la conservation : retirer les annonces sans objet, effacer ce qui est mûr, annoncer la suite."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from portail.conservation import annonces, purge


@dataclass(frozen=True)
class Passage:
    """Ce qui vient d'être fait, en nombre de demandes et de comptes."""

    annonces: int = 0
    effacements: int = 0

    def __str__(self) -> str:
        return f"{self.annonces} effacement(s) annoncé(s), {self.effacements} fait(s)"


def passer(instant: datetime) -> Passage:
    """Le refaire ne fait rien de plus. Après un arrêt, une seule annonce, et jamais d'effacement sans préavis entier.

    Lève `ParametreInconnu` avant l'import des référentiels.
    """
    annonces.annuler(instant)
    annonces.relever(instant)
    effaces = purge.passer(instant)
    return Passage(annonces.preparer(instant), effaces)
