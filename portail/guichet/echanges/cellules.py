"""Écrire du CSV qu'un tableur n'exécutera pas, et relire ce qu'il en a fait.

Une cellule qui commence par = + - @, une tabulation ou un retour est une formule pour un tableur : un nom comme
« =LIEN(…) » agirait chez qui ouvre le fichier. Elle s'écrit précédée d'une apostrophe (OWASP ASVS 5.0, 1.2.10).
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Sequence

FORMULES = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
MARQUE = "\ufeff"  # sans elle, un tableur lit l'UTF-8 comme du Windows-1252
PAQUET = 200  # lignes


def neutraliser(texte: str) -> str:
    return f"'{texte}" if texte.lstrip(" \xa0").startswith(FORMULES) else texte


def rendre(texte: str) -> str:
    """L'inverse : ce qu'un export a neutralisé revient tel qu'il était."""
    return texte[1:] if texte.startswith("'") and neutraliser(texte[1:]) != texte[1:] else texte


def en_csv(colonnes: Sequence[str], lignes: Iterable[Sequence[object]]) -> Iterator[str]:
    """Le fichier, par morceaux : UTF-8 marqué, « ; », toutes les cellules entre guillemets (RFC 4180)."""
    tampon = io.StringIO()
    ecrivain = csv.writer(tampon, delimiter=";", quoting=csv.QUOTE_ALL, lineterminator="\r\n")
    tampon.write(MARQUE)
    ecrivain.writerow(colonnes)
    for rang, ligne in enumerate(lignes, 1):
        ecrivain.writerow([neutraliser(_texte(cellule)) for cellule in ligne])
        if rang % PAQUET == 0:
            yield _vider(tampon)
    yield _vider(tampon)


def _texte(cellule: object) -> str:
    return "" if cellule is None else str(cellule)


def _vider(tampon: io.StringIO) -> str:
    texte = tampon.getvalue()
    tampon.seek(0)
    tampon.truncate()
    return texte
