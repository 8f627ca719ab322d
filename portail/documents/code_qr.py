"""Un code QR en traits horizontaux : le même dessin pour le papier et pour la page."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby

MARGE = 4  # modules blancs autour, sans lesquels un téléphone ne voit pas le code (ISO 18004)


@dataclass(frozen=True)
class Dessin:
    """`cote` : celui du carré, en modules, marge comprise. `traits` : (colonne, rangée depuis le haut, longueur)."""

    cote: int
    traits: tuple[tuple[int, int, int], ...]

    @property
    def chemin_svg(self) -> str:
        return "".join(f"M{x} {y}h{longueur}v1h-{longueur}z" for x, y, longueur in self.traits)

    @property
    def chemin_pdf(self) -> str:
        """Des rectangles, l'origine en bas à gauche, un module pour unité."""
        return " ".join(f"{x} {self.cote - 1 - y} {longueur} 1 re" for x, y, longueur in self.traits)


def dessiner(contenu: str) -> Dessin:
    """Le code QR d'un texte, lisible même abîmé à 15 %. Lève `segno.DataOverflowError` au-delà de 2 300 octets."""
    import segno  # au premier document seulement

    matrice = segno.make_qr(contenu, error="m").matrix
    return Dessin(len(matrice) + 2 * MARGE, tuple(_traits(matrice)))


def _traits(matrice: tuple[bytearray, ...]) -> Iterator[tuple[int, int, int]]:
    for y, rangee in enumerate(matrice):
        for noir, suite in groupby(enumerate(rangee), key=lambda module: module[1]):
            colonnes = [x for x, _ in suite]
            if noir:
                yield colonnes[0] + MARGE, y + MARGE, len(colonnes)
