"""Répartir des blocs sur des pages : une colonne, sans rien perdre ni faire déborder."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from portail.documents.blocs import Bloc


@dataclass(frozen=True)
class Pose:
    """Un bloc à sa place : `descente` est la distance du haut de la page utile. Un rappel est un artefact."""

    bloc: Bloc
    descente: float
    est_rappel: bool = False


def paginer(blocs: Sequence[Bloc], hauteur: float) -> list[list[Pose]]:
    """Les pages, chacune haute d'au plus `hauteur` points. Au moins une, fût-elle vide.

    Un bloc solidaire passe à la page suivante avec ce qu'il annonce. Lève `ValueError` pour un bloc qui ne se
    coupe pas et ne tient pas sur une page entière : une figure trop grande est une erreur de programme.
    """
    return _Pages(hauteur).poser(blocs)


class _Pages:
    def __init__(self, hauteur: float) -> None:
        self.hauteur = hauteur
        self.pages: list[list[Pose]] = [[]]
        self.descente = 0.0
        self.blanc = 0.0  # celui que demande le dernier bloc posé

    def poser(self, blocs: Sequence[Bloc]) -> list[list[Pose]]:
        for rang, bloc in enumerate(blocs):
            if self._besoin(blocs[rang:]) > self._reste(bloc):
                self._tourner(bloc)
            self._poser_un(bloc)
        return self.pages

    def _besoin(self, blocs: Sequence[Bloc]) -> float:
        """La place qu'il faut pour commencer : les titres qui se suivent, puis l'amorce de ce qu'ils annoncent."""
        besoin = 0.0
        for bloc, suivant in pairwise(blocs):
            if not bloc.solidaire or bloc.amorce < bloc.hauteur:  # ce qui peut se couper n'attend pas la suite
                return besoin + bloc.amorce
            besoin += bloc.hauteur + max(bloc.apres, suivant.avant)
        return besoin + blocs[-1].amorce

    def _reste(self, bloc: Bloc) -> float:
        blanc = max(self.blanc, bloc.avant) if self.pages[-1] else 0
        return self.hauteur - self.descente - blanc

    def _tourner(self, bloc: Bloc) -> None:
        """Une page neuve (si la présente a servi), ouverte par le rappel du bloc."""
        if self.pages[-1]:
            self.pages.append([])
            self.descente = self.blanc = 0.0
            if bloc.rappel:
                self._inscrire(bloc.rappel, est_rappel=True)

    def _poser_un(self, bloc: Bloc) -> None:
        suite: Bloc | None = bloc
        while suite:
            bloc, suite = suite, None
            if bloc.hauteur > self._reste(bloc) + 1e-6:
                coupe = bloc.couper(self._reste(bloc))
                if coupe is None:
                    if all(pose.est_rappel for pose in self.pages[-1]):
                        raise ValueError(f"Un bloc haut de {bloc.hauteur:.0f} points ne tient pas sur une page.")
                    self._tourner(bloc)
                    suite = bloc
                    continue
                bloc, suite = coupe
            self._inscrire(bloc)
            if suite:
                self._tourner(suite)

    def _inscrire(self, bloc: Bloc, *, est_rappel: bool = False) -> None:
        descente = self.hauteur - self._reste(bloc)
        self.pages[-1].append(Pose(bloc, descente, est_rappel))
        self.descente = descente + bloc.hauteur
        self.blanc = bloc.apres
