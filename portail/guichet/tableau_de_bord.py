"""Où en est le guichet : les chiffres du mois, le délai de la loi, l'âge de ce qui attend, douze mois en une courbe.

Des nombres de demandes, jamais un nom : cette page ne s'inscrit pas au journal.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from itertools import pairwise
from statistics import median

import sqlalchemy as sa
from sqlalchemy.orm import Session

from portail.demande.delais import durees
from portail.demande.modeles import Demande
from portail.guichet.acces import dans_ses_territoires
from portail.guichet.compteurs import a_corriger, a_verifier
from portail.guichet.listes import Delai
from portail.guichet.modeles import Agent
from portail.horloge import PARIS, a_paris
from portail.referentiels.parametres import parametre
from portail.regles import vie
from portail.regles.calendrier import MOIS
from portail.regles.validite import ajouter_mois

NOMBRE_DE_MOIS = 12
FENETRE = timedelta(days=30)  # le délai se regarde sur un mois glissant : le 2 du mois, le mois en cours ne dit rien
PALIERS = (0, 7, 15)  # jours qui restent avant l'échéance légale


@dataclass(frozen=True)
class Mois:
    """Un mois, et ce qui s'y est passé. Le dernier n'est pas fini."""

    debut: date
    deposees: int
    enregistrees: int

    @property
    def nom(self) -> str:
        return f"{MOIS[self.debut.month - 1]} {self.debut.year}"


@dataclass(frozen=True)
class Tranche:
    """Des demandes à vérifier, par le temps qui reste. `part` : pour cent du total."""

    libelle: str
    nombre: int
    part: int


@dataclass(frozen=True)
class Delais:
    """Entre le dépôt et le numéro, pour ce qui a été enregistré depuis `FENETRE`. `mediane` : jours."""

    nombre: int
    dans_le_delai: int
    mediane: int

    @property
    def part(self) -> int:
        return round(100 * self.dans_le_delai / self.nombre) if self.nombre else 0


@dataclass(frozen=True)
class TableauDeBord:
    mois: tuple[Mois, ...]
    radiees_ce_mois: int
    a_corriger: int
    a_renouveler: int
    tranches: tuple[Tranche, ...]
    plus_ancienne: Delai | None
    delais: Delais | None

    @property
    def ce_mois(self) -> Mois:
        return self.mois[-1]

    @property
    def a_verifier(self) -> int:
        return sum(tranche.nombre for tranche in self.tranches)


def dresser(session: Session, agent: Agent, instant: datetime) -> TableauDeBord:
    """Tout, en trois requêtes, pour les territoires de l'agent."""
    jour = a_paris(instant).date()
    debuts = [ajouter_mois(jour.replace(day=1), -recul) for recul in reversed(range(NOMBRE_DE_MOIS))]
    bornes = list(zip(debuts, [*debuts[1:], ajouter_mois(debuts[-1], 1)], strict=True))
    regles = durees(jour)
    conditions = [
        *(_entre(Demande.deposee_le, *borne) for borne in bornes),
        *(_entre(Demande.enregistree_le, *borne) for borne in bornes),
        *_par_echeance(jour),
        _entre(Demande.radiee_le, *bornes[-1]),
        a_corriger(),
        sa.and_(
            Demande.presentee_le <= vie.dernier_depart(vie.dernier_depart(jour, -regles.ouverture), regles.validite),
            Demande.enregistree_le.is_not(None),
            Demande.radiee_le.is_(None),
        ),
    ]
    nombres = _compter(session, agent, conditions)
    deposees, enregistrees = nombres[:NOMBRE_DE_MOIS], nombres[NOMBRE_DE_MOIS : 2 * NOMBRE_DE_MOIS]
    attentes, (radiees, a_reprendre, a_renouveler) = nombres[2 * NOMBRE_DE_MOIS : -3], nombres[-3:]
    return TableauDeBord(
        mois=tuple(Mois(*mois) for mois in zip(debuts, deposees, enregistrees, strict=True)),
        radiees_ce_mois=radiees,
        a_corriger=a_reprendre,
        a_renouveler=a_renouveler,
        tranches=_tranches(attentes),
        plus_ancienne=_plus_ancienne(session, agent, jour) if any(attentes) else None,
        delais=_delais(session, agent, instant),
    )


def _compter(session: Session, agent: Agent, conditions: Iterable[sa.ColumnElement[bool]]) -> Sequence[int]:
    """Un nombre par condition, en un seul aller-retour : chacun se lit dans son index."""
    comptes = (
        sa.select(sa.func.count()).select_from(Demande).where(dans_ses_territoires(agent), condition).scalar_subquery()
        for condition in conditions
    )
    return list(session.execute(sa.select(*comptes)).one())


def _entre(colonne: sa.orm.InstrumentedAttribute[datetime | None], du: date, au: date) -> sa.ColumnElement[bool]:
    return sa.and_(colonne >= _minuit(du), colonne < _minuit(au))


def _minuit(jour: date) -> datetime:
    return datetime.combine(jour, time(), PARIS)


def _par_echeance(jour: date) -> list[sa.ColumnElement[bool]]:
    """Les demandes à vérifier, de la plus pressée à la moins pressée : en retard, puis par palier."""
    mois = parametre("ATTESTATION_MOIS", jour)
    fins = [
        _minuit(vie.dernier_depart(jour + timedelta(days=reste - 1), mois) + timedelta(days=1)) for reste in PALIERS
    ]
    bornes = [None, *fins, None]
    return [
        sa.and_(
            a_verifier(),
            Demande.deposee_le >= debut if debut is not None else sa.true(),
            Demande.deposee_le < fin if fin is not None else sa.true(),
        )
        for debut, fin in pairwise(bornes)
    ]


def _tranches(nombres: Sequence[int]) -> tuple[Tranche, ...]:
    libelles = (
        "Délai dépassé",
        *(f"Il reste moins de {reste}\u00a0jours" for reste in PALIERS[1:]),
        f"Il reste {PALIERS[-1]}\u00a0jours ou plus",
    )
    total = sum(nombres) or 1
    return tuple(
        Tranche(libelle, nombre, round(100 * nombre / total)) for libelle, nombre in zip(libelles, nombres, strict=True)
    )


def _plus_ancienne(session: Session, agent: Agent, jour: date) -> Delai | None:
    """Territoire par territoire : chaque recherche s'arrête à la première de son index."""
    premieres = (
        sa.select(Demande.deposee_le)
        .where(Demande.territoire == code, Demande.deposee_le.is_not(None), a_verifier())
        .order_by(Demande.deposee_le, Demande.id)
        .limit(1)
        for code in agent.guichet.codes_territoires
    )
    trouvees = session.execute(sa.select(*(premiere.scalar_subquery() for premiere in premieres))).one()
    deposee_le = min((instant for instant in trouvees if instant is not None), default=None)
    return Delai.de(deposee_le, jour) if deposee_le is not None else None


def _delais(session: Session, agent: Agent, instant: datetime) -> Delais | None:
    """None si rien n'a été enregistré : il n'y a pas de délai à dire."""
    lignes = session.execute(
        sa.select(Demande.deposee_le, Demande.enregistree_le).where(
            dans_ses_territoires(agent), Demande.enregistree_le >= instant - FENETRE
        )
    ).all()
    if not lignes:
        return None
    jours = [(a_paris(depot).date(), a_paris(numero).date()) for depot, numero in lignes if depot and numero]
    mois = parametre("ATTESTATION_MOIS", a_paris(instant).date())
    tenus = sum(numero <= ajouter_mois(depot, mois) for depot, numero in jours)
    return Delais(len(jours), tenus, round(median((numero - depot).days for depot, numero in jours)))
