"""Des barres à côté des chiffres d'un tableau : le tableau dit tout, la barre aide l'œil."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from portail.information.offres.chiffres import Chiffre


@dataclass(frozen=True, slots=True)
class Barre:
    """`part` : longueur de la barre, de 0 à 100 ; None si le chiffre est inconnu ou masqué."""

    nom: str
    lien: str
    chiffre: Chiffre
    part: int | None


def barres(lignes: Sequence[tuple[str, Chiffre]], liens: Sequence[str] = ()) -> list[Barre]:
    """Une barre par ligne, à l'échelle de la plus grande."""
    maximum = max((chiffre.publie or 0 for _, chiffre in lignes), default=0)
    adresses = liens or [""] * len(lignes)
    return [
        Barre(nom, lien, chiffre, _part(chiffre.publie, maximum))
        for (nom, chiffre), lien in zip(lignes, adresses, strict=True)
    ]


def _part(valeur: float | None, maximum: float) -> int | None:
    return round(100 * valeur / maximum) if valeur is not None and maximum else None
