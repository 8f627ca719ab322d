"""Un dessin à gauche, ce qui l'explique à droite : un bloc court, d'un seul tenant."""

from __future__ import annotations

from dataclasses import dataclass

from portail.documents.balisage import Toile
from portail.documents.blocs import Bloc, Figure, blancs


@dataclass(frozen=True)
class Vignette(Bloc):
    """`blocs` : empilés à `retrait` points de la gauche, au milieu de la hauteur du dessin s'ils sont moins hauts."""

    figure: Figure
    blocs: tuple[Bloc, ...]
    retrait: float

    @property
    def hauteur(self) -> float:
        return max(self.figure.hauteur, self._pile)

    @property
    def _pile(self) -> float:
        return sum(bloc.hauteur for bloc in self.blocs) + blancs(self.blocs)

    def dessiner(self, toile: Toile, x: float, haut: float) -> None:
        self.figure.dessiner(toile, x, haut)
        haut -= (self.hauteur - self._pile) / 2
        precedent: Bloc | None = None
        for bloc in self.blocs:
            if precedent is not None:
                haut -= max(precedent.apres, bloc.avant)
            bloc.dessiner(toile, x + self.retrait, haut)
            haut -= bloc.hauteur
            precedent = bloc
