"""Les demandes d'un guichet, en flux : cent à la fois, lues, inscrites au journal, puis seulement données.

La mémoire ne dépend pas du nombre de demandes, et aucune transaction ne reste ouverte pendant qu'un réseau lent reçoit.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import TypeVar

import sqlalchemy as sa
from sqlalchemy.orm import Session, contains_eager, joinedload, selectinload

from portail.choix import Choix
from portail.db import ecriture, lecture
from portail.demande.cycle_de_vie import echeance, etat
from portail.demande.modeles import Declaration, Demande
from portail.demande.requetes import SUJETS
from portail.guichet.acces import dans_ses_territoires
from portail.guichet.echanges import reponses
from portail.guichet.echanges.cellules import en_csv
from portail.guichet.echanges.forme import VERSION
from portail.guichet.journal import inscrire
from portail.guichet.modeles import ActeJournal, Agent
from portail.horloge import PARIS, a_paris
from portail.regles.numero_unique import lisible

T = TypeVar("T")
PAQUET = 100  # demandes
LIGNES = ("personnes", "motifs_declares", "communes")
FAITS = (
    "dossier", "numero_unique", "etat", "territoire", "deposee_le", "presentee_le", "enregistree_le",
    "valable_jusqu_au", "radiee_le", "motif_radiation", "declaree_le",
)  # fmt: skip


class Lesquelles(Choix):
    """Celles que l'on veut. La première est celle qu'on propose."""

    LES_NOTRES = "les-notres", "Celles que notre guichet suit"
    DU_TERRITOIRE = "territoire", "Toutes celles de nos territoires"


@dataclass(frozen=True)
class Filtre:
    """`depuis` : seulement ce qui a bougé (déposé, enregistré, radié) ce jour-là ou après."""

    lesquelles: Lesquelles = Lesquelles.LES_NOTRES
    avec_radiees: bool = False
    depuis: date | None = None

    def conditions(self, agent: Agent) -> list[sa.ColumnElement[bool]]:
        voulues = [dans_ses_territoires(agent)]
        if self.lesquelles is Lesquelles.LES_NOTRES:
            voulues.append(Demande.guichet_id == agent.guichet_id)
        if not self.avec_radiees:
            voulues.append(Demande.radiee_le.is_(None))
        if self.depuis is not None:
            debut = datetime.combine(self.depuis, time(), PARIS)
            voulues.append(
                sa.or_(
                    Demande.soumise_le >= debut,
                    Demande.enregistree_le >= debut,
                    Demande.radiee_le >= debut,
                    Demande.presentee_le >= self.depuis,
                )
            )
        return voulues

    def __str__(self) -> str:
        """Pour le journal."""
        morceaux = [self.lesquelles.libelle, "radiées comprises" if self.avec_radiees else ""]
        return ", ".join(filter(None, [*morceaux, f"depuis le {self.depuis}" if self.depuis else ""]))


def en_json(agent: Agent, filtre: Filtre, raison: str, instant: datetime) -> Iterator[str]:
    """{"version", "etabli_le", "demandes": […]} : une demande par ligne."""
    entete = {"version": VERSION, "etabli_le": a_paris(instant).isoformat(timespec="seconds")}
    yield f'{json.dumps(entete, ensure_ascii=False)[:-1]}, "demandes": ['
    separateur = "\n"
    jour = a_paris(instant).date()
    for fiche in _toutes(agent, filtre, raison, lambda declaration: _fiche(declaration, jour)):
        yield separateur + json.dumps(fiche, ensure_ascii=False)
        separateur = ",\n"
    yield "\n]}\n"


def en_tableau(agent: Agent, filtre: Filtre, raison: str, instant: datetime) -> Iterator[str]:
    """Une ligne par demande, une colonne par question ; une section répétée met ses lignes dans la même cellule."""
    jour = a_paris(instant).date()
    entetes = [*FAITS, *(colonne.nom for colonne in reponses.colonnes())]
    yield from en_csv(entetes, _toutes(agent, filtre, raison, lambda declaration: _ligne(declaration, jour)))


def _fiche(declaration: Declaration, jour: date) -> dict[str, object]:
    return {**_faits(declaration, jour), "declaration": reponses.objet(declaration)}


def _ligne(declaration: Declaration, jour: date) -> list[object]:
    faits = _faits(declaration, jour)
    if numero := declaration.demande.numero_unique:
        faits["numero_unique"] = lisible(numero)  # sans ses espaces, un tableur en ferait un nombre
    return [*faits.values(), *reponses.cellules(declaration)]


def _toutes(agent: Agent, filtre: Filtre, raison: str, ecrire: Callable[[Declaration], T]) -> Iterator[T]:
    """Ce que `ecrire` fait de chaque déclaration, une fois sa lecture inscrite."""
    apres = 0
    while True:
        with lecture() as session:
            ecrites = [(d.demande_id, ecrire(d)) for d in _paquet(session, agent, filtre, apres)]
        if not ecrites:
            return
        with ecriture() as journal:
            for demande_id, _ in ecrites:
                inscrire(journal, ActeJournal.EXPORT, agent=agent, demande_id=demande_id, raison=raison)
        yield from (ecrite for _, ecrite in ecrites)
        apres = ecrites[-1][0]


def _paquet(session: Session, agent: Agent, filtre: Filtre, apres: int) -> list[Declaration]:
    """Les déclarations qui comptent, entières. Autant de requêtes que de tables, quel que soit leur nombre."""
    requete = (
        sa.select(Declaration)
        .join(Demande, Demande.declaration_deposee_id == Declaration.id)
        .where(*filtre.conditions(agent), Demande.id > apres)
        .options(
            contains_eager(Declaration.demande),
            *(joinedload(getattr(Declaration, sujet), innerjoin=True) for sujet in SUJETS),
            *(selectinload(getattr(Declaration, nom)) for nom in LIGNES),
        )
        .order_by(Demande.id)
        .limit(PAQUET)
    )
    return list(session.scalars(requete))


def _faits(declaration: Declaration, jour: date) -> dict[str, object]:
    """Ce qui est de la demande elle-même, selon `FAITS`."""
    demande = declaration.demande
    valeurs = (
        demande.id, demande.numero_unique, etat(demande, jour).code, demande.territoire, _jour(demande.deposee_le),
        _iso(demande.presentee_le), _jour(demande.enregistree_le), _iso(echeance(demande, jour)),
        _jour(demande.radiee_le), demande.motif_radiation, _jour(declaration.deposee_le),
    )  # fmt: skip
    return dict(zip(FAITS, valeurs, strict=True))


def _jour(instant: datetime | None) -> str | None:
    return a_paris(instant).date().isoformat() if instant else None


def _iso(jour: date | None) -> str | None:
    return jour.isoformat() if jour else None
