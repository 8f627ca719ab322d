"""Ôter d'un JPEG ses étiquettes (lieu, appareil, commentaires, vignette) sans toucher à ses points.

Pour les photos que contient un PDF : les réencoder les abîmerait, les recopier garderait l'adresse où
elles ont été prises. Appelé par l'atelier seulement.
"""

from __future__ import annotations

import re

APP0, APP2, FIN = 0xE0, 0xE2, 0xD9
# APP0 (JFIF) et APP14 (couleurs d'Adobe) disent comment afficher ; APP2 n'est gardé que pour un profil de couleurs.
ETIQUETTES = {0xE1, *range(0xE3, 0xEE), 0xEF, 0xFE}
PROFIL = b"ICC_PROFILE\x00"
# Dans les données d'image, FF 00 est un octet FF, et FF D0 à FF D7 des repères : tout autre FF ouvre un segment.
_SEGMENT = re.compile(rb"\xff+[^\x00\xff\xd0-\xd7]")


def sans_etiquettes(jpeg: bytes) -> bytes:
    """Le même JPEG, sans ses étiquettes ni rien après sa fin. Ce qui n'a pas la forme d'un JPEG est rendu tel quel."""
    if not jpeg.startswith(b"\xff\xd8"):
        return jpeg
    garde = [jpeg[:2]]
    place = 2
    while trouve := _SEGMENT.search(jpeg, place):
        garde.append(jpeg[place : trouve.start()])
        marque = jpeg[trouve.end() - 1]
        if marque == FIN:
            return b"".join([*garde, b"\xff\xd9"])
        longueur = int.from_bytes(jpeg[trouve.end() : trouve.end() + 2])
        place = trouve.end() + longueur
        if longueur < 2 or place > len(jpeg):
            return jpeg
        if not _est_une_etiquette(marque, jpeg[trouve.end() + 2 : place]):
            garde.append(jpeg[trouve.start() : place])
    return b"".join([*garde, jpeg[place:]])


def _est_une_etiquette(marque: int, contenu: bytes) -> bool:
    if marque == APP2:
        return not contenu.startswith(PROFIL)
    return marque in ETIQUETTES or (marque == APP0 and not contenu.startswith(b"JFIF\x00"))
