"""Réduit Source Sans 3 aux caractères des documents. Usage et contrôle : docs/polices.md.

    python reduire.py SourceSans3_400Regular.ttf PortailTexte-Normal.ttf Normal
    python reduire.py SourceSans3_600SemiBold.ttf PortailTexte-Gras.ttf Gras

La licence (OFL 1.1) réserve le nom « Source » à la police d'origine : une version réduite doit en porter un autre.
Le résultat ne dépend que de l'entrée et de la version de fontTools : aucun horodatage.
"""

from __future__ import annotations

import sys

from fontTools import subset
from fontTools.ttLib import TTFont

FAMILLE = "Portail Texte"
PLAGES = [
    range(0x20, 0x7F),
    range(0xA0, 0x180),  # latin-1 et latin étendu A
    range(0x1E00, 0x1F00),  # latin étendu additionnel : le vietnamien, les points souscrits
    range(0x400, 0x460),  # cyrillique : ukrainien, russe, bulgare, serbe, macédonien, biélorusse
]
# Le reste : Roumanie, Vietnam, Azerbaïdjan, Afrique de l'Ouest, apostrophes, ponctuation, flèche et coche.
ISOLES = "ȘșȚțƠơƯưƏəƐɛƆɔƒʼҐґ" + "–—‘’‚“”„†•…‰‹›⁄€™−→✓№" + "\u202f"
# Diacritiques seuls : les lettres qu'aucun caractère composé ne porte (« ɛ́ », « m̀ »).
DIACRITIQUES = "\u0300\u0301\u0302\u0303\u0304\u0308\u030c\u0323"


def reduire(entree: str, sortie: str, graisse: str) -> None:
    """Écrit dans `sortie` la police `entree`, sans hinting ni formes OpenType, rebaptisée `Portail Texte`."""
    options = subset.Options(
        hinting=False, layout_features=[], glyph_names=False, name_IDs=[0, 1, 2, 4, 6, 14], notdef_outline=True
    )
    options.drop_tables += ["GSUB", "GPOS", "GDEF", "BASE", "STAT", "DSIG", "meta"]
    police = TTFont(entree, recalcTimestamp=False)
    choix = subset.Subsetter(options)
    choix.populate(unicodes={code for plage in PLAGES for code in plage} | {ord(c) for c in ISOLES + DIACRITIQUES})
    choix.subset(police)
    noms = police["name"]
    for numero, nom in {1: FAMILLE, 2: graisse, 4: f"{FAMILLE} {graisse}"}.items():
        noms.setName(nom, numero, 3, 1, 0x409)
    noms.setName(f"{FAMILLE.replace(' ', '')}-{graisse}", 6, 3, 1, 0x409)
    police.save(sortie, reorderTables=True)


if __name__ == "__main__":
    reduire(*sys.argv[1:4])
