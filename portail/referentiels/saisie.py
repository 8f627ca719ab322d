"""Ce que la personne a tapé pour dire un lieu : des mots, des nombres, un arrondissement."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from portail.referentiels.ecriture_des_noms import ABREGES, ARRONDISSEMENT, CEDEX, CHIFFRES, ORDINAL, a_plat, alleger

LONGUEUR_LUE = 100
CODE_COUPE = re.compile(r"\b(\d{2}) (\d{3})\b")
RANG_DETACHE = re.compile(r"\b(\d{1,2}) (er|e|eme|ieme)\b")


@dataclass(frozen=True, slots=True)
class Saisie:
    """`mots` : le nom, à plat. `nombres` : codes postaux, départements ou codes Insee. `rang` : le 3 de « 3e »."""

    mots: tuple[str, ...]
    nombres: tuple[str, ...]
    rang: int | None

    @property
    def cle(self) -> str:
        return alleger(list(self.mots))

    @property
    def est_vide(self) -> bool:
        return not self.mots and not self.nombres

    def sans_nombres(self) -> Saisie:
        return replace(self, nombres=(), rang=None)


def lire_saisie(texte: str) -> Saisie:
    """« 69 Villeurbanne », « Lyon 3e », « 13001 MARSEILLE CEDEX 01 » : jamais d'erreur, au pire une saisie vide."""
    plat = CEDEX.sub("", a_plat(texte[:LONGUEUR_LUE]))
    plat = RANG_DETACHE.sub(r"\1\2", CODE_COUPE.sub(r"\1\2", plat))
    suite = plat.split()
    mots, nombres, rang = [], [], None
    for mot in suite:
        if ordinal := ORDINAL.fullmatch(mot):
            rang = int(ordinal[1])
        elif CHIFFRES.fullmatch(mot):
            nombres.append(mot.upper())
        elif mot not in ARRONDISSEMENT or len(suite) == 1:
            mots.append(ABREGES.get(mot, mot))
    return Saisie(tuple(mots), tuple(nombres), rang)
