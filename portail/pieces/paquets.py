"""Plusieurs fichiers en un seul envoi, pour passer à l'atelier ou en revenir. Bibliothèque standard seulement."""

from __future__ import annotations

import struct
from collections.abc import Iterable

TAILLE = struct.Struct(">I")  # octets du morceau qui suit


def emballer(morceaux: Iterable[bytes]) -> bytes:
    """Chaque morceau précédé de sa taille."""
    return b"".join(TAILLE.pack(len(morceau)) + morceau for morceau in morceaux)


def deballer(paquet: bytes) -> list[bytes]:
    """L'inverse d'`emballer`. Lève `ValueError` sur un paquet coupé."""
    morceaux, place = [], 0
    while place < len(paquet):
        debut = place + TAILLE.size
        if debut > len(paquet):
            raise ValueError("paquet coupé")
        fin = debut + TAILLE.unpack_from(paquet, place)[0]
        if fin > len(paquet):
            raise ValueError("paquet coupé")
        morceaux.append(paquet[debut:fin])
        place = fin
    return morceaux
