"""Comparer quelques communes d'un même territoire : une demande ne peut en viser d'un autre."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from sqlalchemy.orm import Session

from portail.information.offres.barres import Barre, barres
from portail.information.offres.chiffres import Chiffre, Niveau
from portail.information.offres.fiche import Fiche, fiche
from portail.regles.territoire import meme_territoire

MAXIMUM = 4


@dataclass(frozen=True, slots=True)
class Mesure:
    """Une grandeur, une barre par commune. Chaque barre dit de quel territoire vient son chiffre."""

    titre: str
    unite: str
    barres: list[Barre]

    @property
    def commun(self) -> Chiffre | None:
        """Le chiffre d'un territoire plus large, s'il est le même pour toutes : il n'y a alors rien à comparer."""
        territoires = {barre.chiffre.territoire for barre in self.barres}
        premier = self.barres[0].chiffre
        large = len(self.barres) > 1 and len(territoires) == 1 and premier.territoire.niveau is not Niveau.COMMUNE
        return premier if large and premier.est_connu else None


@dataclass(frozen=True, slots=True)
class Comparaison:
    """`ecartees` : (nom, pourquoi) des communes qui n'ont pas pu entrer."""

    fiches: list[Fiche]
    mesures: list[Mesure]
    ecartees: list[tuple[str, str]]

    @property
    def caches(self) -> list[tuple[str, str]]:
        """Les communes déjà là, à renvoyer avec la suivante."""
        return [("commune", lue.commune.code_insee) for lue in self.fiches]


def comparer(codes: Iterable[str], jour: date, session: Session) -> Comparaison:
    """Au plus `MAXIMUM` communes, dans l'ordre donné, sans doublon ; les codes inconnus sont ignorés."""
    fiches: list[Fiche] = []
    ecartees: list[tuple[str, str]] = []
    for code in dict.fromkeys(codes):
        lue = fiche(code, jour, session)
        if lue is None:
            continue
        if fiches and not meme_territoire(fiches[0].departement.code, lue.departement.code):
            ecartees.append((lue.nom, f"elle n’est pas dans le même territoire que {fiches[0].nom}."))
        elif len(fiches) == MAXIMUM:
            ecartees.append((lue.nom, f"on en compare {MAXIMUM} au plus."))
        else:
            fiches.append(lue)
    return Comparaison(fiches, _mesures(fiches), ecartees)


def _mesures(fiches: list[Fiche]) -> list[Mesure]:
    liens = [f"/offres-par-commune/{lue.commune.code_insee}" for lue in fiches]
    noms = [lue.nom for lue in fiches]
    grandeurs = (
        ("Logements sociaux", "logements", [lue.parc for lue in fiches]),
        ("Demandes en attente", "demandes", [lue.demandes for lue in fiches]),
        ("Logements attribués en un an", "attributions", [lue.attributions for lue in fiches]),
        ("Délai d’attribution, en mois", "mois", [lue.delai for lue in fiches]),
    )
    return [
        Mesure(titre, unite, barres(list(zip(noms, chiffres, strict=True)), liens))
        for titre, unite, chiffres in grandeurs
    ]
