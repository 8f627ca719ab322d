"""Temps et poids d'une fiche réaliste (couple et trois enfants) : `python -m tests.documents.mesure_fiche`."""

from __future__ import annotations

from statistics import median
from time import perf_counter

from portail.documents.fiche import composer
from tests.documents.exemples import COUPLE


def mesurer(fois: int = 30) -> tuple[float, float, int]:
    """La première composition (chargement compris) et la médiane des suivantes, en millisecondes ; le poids en octets."""
    durees = []
    for _ in range(fois + 1):
        debut = perf_counter()
        octets = composer(COUPLE)
        durees.append((perf_counter() - debut) * 1000)
    return durees[0], median(durees[1:]), len(octets)


if __name__ == "__main__":
    premiere, courante, poids = mesurer()
    print(f"première : {premiere:.0f} ms ; suivantes : {courante:.1f} ms (médiane) ; {poids} octets")
