"""Des identités qui ne sont à personne : noms d'arbres et d'oiseaux, numéros de sécurité sociale jamais attribués."""

from __future__ import annotations

import random
import unicodedata
from dataclasses import dataclass
from datetime import date, timedelta

from portail.demande.listes import Civilite

FEMMES = (
    "Aïcha", "Alice", "Amina", "Ana", "Camille", "Chloé", "Dounia", "Élise", "Fatou", "Gabrielle", "Inès", "Jade",
    "Joséphine", "Khadija", "Léa", "Lina", "Louise", "Mai", "Manon", "Maëlle", "Myriam", "Nadia", "Nina", "Océane",
    "Oumou", "Rose", "Sofia", "Thi", "Yasmine", "Zoé",
)  # fmt: skip
HOMMES = (
    "Adam", "Amadou", "Antoine", "Baptiste", "Bilal", "Désiré", "Driss", "Émile", "Ethan", "Félix", "Gaël", "Hugo",
    "Ibrahim", "Ismaël", "Jonas", "Karim", "Léo", "Loïc", "Mathis", "Mehdi", "Moussa", "Noé", "Omar", "Paul",
    "Raphaël", "Samuel", "Théo", "Tom", "Victor", "Yanis",
)  # fmt: skip
NOMS = (
    "Alouette", "Aubépine", "Bergeronnette", "Bouleau", "Bruyère", "Busard", "Capucine", "Chardonneret", "Charmille",
    "Cigogne", "Clématite", "Coquelicot", "Coudrier", "Courlis", "Cyprès", "Églantine", "Épervier", "Fauvette",
    "Fougère", "Genévrier", "Glycine", "Grèbe", "Hêtre", "Hirondelle", "Jonquille", "Lavande", "Loriot", "Marjolaine",
    "Marronnier", "Mélèze", "Mésange", "Mimosa", "Myosotis", "Noisetier", "Orchidée", "Peuplier", "Pivoine",
    "Primevère", "Roitelet", "Romarin", "Rossignol", "Saule-Pleureur", "Séquoia", "Sittelle", "Sorbier", "Tilleul",
    "Troène", "Verveine", "Violette", "Érable",
)  # fmt: skip
NATALITE = ("69266", "69123", "69029", "38185", "42218", "13055", "75056", "99352", "99350", "99139")


@dataclass(frozen=True)
class Identite:
    """Une personne fictive. `lieu` : code Insee de la commune ou du pays de naissance."""

    civilite: Civilite
    prenoms: str
    nom: str
    naissance: date
    lieu: str
    nir: str
    suffixe: str = ""  # la même personne, sous une seconde adresse

    @property
    def courriel(self) -> str:
        """Sous exemple.fr : un domaine qui n'est à aucune de ces personnes."""
        return f"{_simple(self.prenoms)}.{_simple(self.nom)}{self.suffixe}@exemple.fr"


class EtatCivil:
    """Tire des identités, toutes différentes, toujours les mêmes pour une même graine."""

    def __init__(self, hasard: random.Random) -> None:
        self._hasard = hasard
        self._ordre = 0
        self._pris: set[str] = set()

    def tirer(self, jour: date, ages: tuple[int, int], *, nom: str = "", femme: bool | None = None) -> Identite:
        """Une personne dont l'âge au `jour` est entre ces deux bornes (années, comprises)."""
        est_femme = self._hasard.random() < 0.6 if femme is None else femme
        jours_en_plus = self._hasard.randint(1, 360)
        naissance = jour - timedelta(days=round(365.25 * self._hasard.randint(*ages)) + jours_en_plus)
        while (entier := self._nommer(est_femme, nom)) in self._pris:
            pass
        self._pris.add(entier)
        prenom, _, famille = entier.partition(" ")
        civilite = Civilite.MADAME if est_femme else Civilite.MONSIEUR
        lieu = self._hasard.choice(NATALITE)
        return Identite(civilite, prenom, famille, naissance, lieu, self._nir(est_femme, naissance, lieu))

    def _nommer(self, est_femme: bool, nom: str) -> str:
        prenom = self._hasard.choice(FEMMES if est_femme else HOMMES)
        return f"{prenom} {nom or self._hasard.choice(NOMS)}"

    def _nir(self, est_femme: bool, naissance: date, lieu: str) -> str:
        """Sa clé est juste et il s'accorde avec l'identité, mais l'ordre 000 n'est donné à aucune naissance.

        Les trois chiffres de la commune n'y servent qu'à le rendre unique.
        """
        self._ordre += 1
        departement = lieu[:2]
        treize = f"{2 if est_femme else 1}{naissance:%y%m}{departement}{self._ordre:03d}000"
        return f"{treize}{97 - int(treize) % 97:02d}"


def _simple(texte: str) -> str:
    decompose = unicodedata.normalize("NFKD", texte.lower())
    return "".join(signe for signe in decompose if signe.isalnum() and not unicodedata.combining(signe))
