"""Les tables de référence, remplacées en bloc par l'import (portail/referentiels/importation.py).

Les colonnes portent le nom des en-têtes de `donnees/*.csv` ; leurs unités sont dans `donnees/SOURCES.md`.
Une case vide est NULL, jamais 0. Les codes sont du texte (« 01001 », « 2A004 », « NA » pour la Namibie).
Pas de clé étrangère en base : ces tables ne sont écrites que par l'import, qui contrôle lui-même
chaque référence et dit, en français, le fichier et la ligne fautifs.
"""

from portail.referentiels.modeles.logements import (
    DelaiAnormal,
    GuichetRepertorie,
    Mairie,
    OffreCommune,
    OffreDepartement,
    OffreEpci,
)
from portail.referentiels.modeles.regles import (
    CataloguePiece,
    CategorieMenage,
    ImportReferentiels,
    Parametre,
    PieceInterdite,
    Plafond,
    TerritoireHorsSne,
)
from portail.referentiels.modeles.territoires import (
    AncienneCommune,
    Commune,
    Departement,
    Pays,
    PaysAutreNom,
    Zonage,
)

__all__ = [
    "AncienneCommune",
    "CataloguePiece",
    "CategorieMenage",
    "Commune",
    "DelaiAnormal",
    "Departement",
    "GuichetRepertorie",
    "ImportReferentiels",
    "Mairie",
    "OffreCommune",
    "OffreDepartement",
    "OffreEpci",
    "Parametre",
    "Pays",
    "PaysAutreNom",
    "PieceInterdite",
    "Plafond",
    "TerritoireHorsSne",
    "Zonage",
]
