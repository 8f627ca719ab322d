"""La courbe du tableau de bord, en coordonnées : le gabarit n'a plus qu'à écrire. Le tableau qui la suit dit tout."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

LARGEUR, HAUTEUR, MARGE = 600, 200, 8
LIGNES_DE_FOND = 4


@dataclass(frozen=True)
class Courbe:
    """`traces` : une suite de points par série. `fonds` : les ordonnées des repères. `sommet` : leur plafond."""

    traces: tuple[str, ...]
    fonds: tuple[int, ...]
    sommet: int
    largeur: int = LARGEUR
    hauteur: int = HAUTEUR


def tracer(*series: Sequence[int]) -> Courbe:
    """Des séries de même longueur, sur la même échelle, qui part de zéro."""
    sommet = _rond(max((max(serie, default=0) for serie in series), default=0))
    haut = HAUTEUR - 2 * MARGE
    traces = tuple(
        " ".join(
            f"{_abscisse(rang, len(serie))},{HAUTEUR - MARGE - haut * valeur / sommet:.1f}"
            for rang, valeur in enumerate(serie)
        )
        for serie in series
    )
    fonds = tuple(round(MARGE + haut * rang / LIGNES_DE_FOND) for rang in range(LIGNES_DE_FOND + 1))
    return Courbe(traces, fonds, sommet)


def _abscisse(rang: int, nombre: int) -> int:
    return round(MARGE + (LARGEUR - 2 * MARGE) * rang / max(nombre - 1, 1))


def _rond(valeur: int) -> int:
    """Le premier nombre rond (4, 10, 20, 40, 100…) qui n'est pas dessous ; quatre au moins."""
    dizaine = 1
    while valeur > 40 * dizaine:
        dizaine *= 10
    return next(rond * dizaine for rond in (4, 10, 20, 40) if valeur <= rond * dizaine)
