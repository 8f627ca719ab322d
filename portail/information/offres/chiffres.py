"""Un chiffre, son territoire, sa date et sa source : inconnu n'est pas zéro, un petit nombre ne se montre pas."""

from __future__ import annotations

import enum
from dataclasses import dataclass
from datetime import date

from portail.champs.nombres import en_milliers
from portail.regles.calendrier import date_en_lettres

RPLS = "Répertoire du parc locatif social (RPLS), service des données du ministère (SDES)"
SNE = "Système national d’enregistrement de la demande (SNE), data.logement.gouv.fr"
USH = "Union sociale pour l’habitat (USH), fichier publié en septembre 2025"
DRIHL = (
    "DRIHL Île-de-France, socle de données demandes et attributions de logements sociaux, millésime 2025 "
    "(Infocentre SNE, traitements DRIHL/SOEE), Licence Ouverte 2.0"
)


class Niveau(enum.Enum):
    """Le territoire dont vient le chiffre, du plus proche au plus large."""

    COMMUNE = "commune"
    INTERCOMMUNALITE = "intercommunalité"
    DEPARTEMENT = "département"
    FRANCE = "France"


@dataclass(frozen=True, slots=True)
class Territoire:
    niveau: Niveau
    code: str
    nom: str


@dataclass(frozen=True, slots=True)
class Chiffre:
    """`valeur` None : inconnue. `masque` : connue, mais trop petite pour être montrée (« moins de 10 »).

    `date` : jour de l'observation, ou année en quatre chiffres. `unite` : logements, demandes, attributions, mois.
    """

    valeur: float | None
    unite: str
    territoire: Territoire
    date: str
    source: str
    seuil: int = 0
    partiel: bool = False

    @property
    def est_connu(self) -> bool:
        return self.valeur is not None

    @property
    def masque(self) -> bool:
        return self.valeur is not None and 0 < self.valeur < self.seuil

    @property
    def etat(self) -> str:
        """« connu », « moins de 10 » ou « inconnu » : la colonne des téléchargements."""
        return "inconnu" if self.valeur is None else f"moins de {self.seuil}" if self.masque else "connu"

    @property
    def publie(self) -> float | None:
        """La valeur que l'on peut télécharger : None si elle est inconnue ou masquée."""
        if self.valeur is None or self.masque:
            return None
        return int(self.valeur) if self.valeur == int(self.valeur) else round(self.valeur, 1)

    @property
    def en_mots(self) -> str:
        """« 2 109 », « moins de 10 », « non connu » ; une durée en mois est arrondie au mois."""
        return ecrire(self.valeur, self.seuil)

    @property
    def repere(self) -> str:
        """« au 31 décembre 2025 » ou « en 2025 »."""
        if not self.date:
            return ""
        return f"en {self.date}" if len(self.date) == 4 else f"au {date_en_lettres(date.fromisoformat(self.date))}"


def ecrire(valeur: float | None, seuil: int) -> str:
    """« 2 109 », « moins de 10 », « non connu »."""
    if valeur is None:
        return "non connu"
    return f"moins de\u00a0{seuil}" if 0 < valeur < seuil else en_milliers(round(valeur))


def iso(jour: date | None) -> str:
    return jour.isoformat() if jour else ""


def duree_en_mots(mois: float) -> str:
    """34,2 mois → « 34 mois, soit 2 ans et 10 mois »."""
    return f"{round(mois)}\u00a0mois{duree_longue(mois)}"


def duree_longue(mois: float) -> str:
    """34,2 mois → « , soit 2 ans et 10 mois » ; vide au-dessous d'un an."""
    annees, reste = divmod(round(mois), 12)
    if not annees:
        return ""
    ans = f", soit {annees}\u00a0an{'s' if annees > 1 else ''}"
    return ans + (f" et {reste}\u00a0mois" if reste else "")


def taille_en_mots(minimum: int | None, maximum: int | None) -> str:
    """« logement d’une pièce », « logement de 2 à 3 pièces », « logement de 4 pièces et plus » ; vide pour tous."""
    if minimum is None and maximum is None:
        return ""
    premier = minimum or 1
    if premier == maximum:
        return "logement d’une pièce" if premier == 1 else f"logement de {premier}\u00a0pièces"
    return (
        f"logement de {premier}\u00a0pièces et plus"
        if maximum is None
        else f"logement de {premier} à {maximum}\u00a0pièces"
    )
