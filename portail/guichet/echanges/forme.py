"""La forme des fichiers échangés : leurs colonnes, leurs bornes, ce qui fait refuser un fichier entier."""

from __future__ import annotations

from portail.typographie import insecables

VERSION = 1
COLONNES = ("numero_unique", "evenement", "date", "organisme", "valeur", "rang", "commentaire", "reference")
OBLIGATOIRES = ("numero_unique", "evenement", "date", "reference")
# Ce que l'export ajoute pour qui le lit : revenu dans un import, c'est lu sans servir.
EN_PLUS = ("libelle", "valeur_libelle", "inscrit_le", "guichet", "auteur", "visible")

TAILLE_MAX = 500_000  # octets
LIGNES_MAX = 500  # un millier tient le verrou de SQLite plus de quatre secondes (mesuré)
TYPES = {"csv": "text/csv; charset=utf-8", "json": "application/json"}


class FichierRefuse(ValueError):
    """Le fichier ne se lit pas : aucune de ses lignes n'a été regardée. `str()` : la phrase à montrer."""

    def __init__(self, phrase: str) -> None:
        super().__init__(insecables(phrase))
