"""Les tables de plafonds, de la base aux règles pures, avec ce qui permet de les croire ou non."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import sqlalchemy as sa
from sqlalchemy.orm import Session

from portail.referentiels.empreinte import ParEmpreinte
from portail.referentiels.modeles import Plafond
from portail.regles.plafonds import OUTRE_MER, Bareme, meilleur_bareme


@dataclass(frozen=True, slots=True)
class Provenance:
    """D'où vient une valeur : `statut` (repris, calculé), `confiance`, `source`, `texte` qui la fixe."""

    statut: str
    confiance: str
    source: str
    texte: str


@dataclass(frozen=True, slots=True)
class Tables:
    baremes: dict[bool, list[Bareme]]  # clé : outre-mer ou non, les deux n'ont pas les mêmes années
    zones: dict[str, str]
    provenances: dict[tuple[date, str, str], Provenance]  # début, produit, zone

    def bareme(self, zone: str, jour: date) -> Bareme | None:
        """Le barème de la zone au `jour`, ou le dernier connu s'il est fini ; None si aucun."""
        return meilleur_bareme(self._baremes(zone), jour)

    def _baremes(self, zone: str) -> Sequence[Bareme]:
        return self.baremes.get(zone == OUTRE_MER, [])


def tables(*, session: Session | None = None) -> Tables:
    return _TABLES.lire(session)


def _lire(session: Session) -> Tables:
    montants: dict[tuple[bool, date, date], dict[tuple[str, str, str], int]] = {}
    zones: dict[str, str] = {}
    provenances: dict[tuple[date, str, str], Provenance] = {}
    for ligne in session.scalars(sa.select(Plafond).order_by(Plafond.annee, Plafond.produit, Plafond.categorie)):
        cle = (ligne.zone == OUTRE_MER, ligne.debut_validite, ligne.fin_validite)
        montants.setdefault(cle, {})[ligne.produit, ligne.zone, ligne.categorie] = ligne.plafond_eur
        zones[ligne.zone] = ligne.zone_libelle
        provenances[ligne.debut_validite, ligne.produit, ligne.zone] = Provenance(
            ligne.statut_valeur, ligne.confiance, ligne.source, ligne.texte
        )
    baremes: dict[bool, list[Bareme]] = {}
    for (outre_mer, debut, fin), plafonds in montants.items():
        baremes.setdefault(outre_mer, []).append(Bareme(debut, fin, plafonds))
    return Tables(baremes, zones, provenances)


_TABLES: ParEmpreinte[Tables] = ParEmpreinte(_lire)
