"""Relire le journal : celui de son guichet pour un responsable, le sien pour un autre agent. La lecture s'inscrit."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from portail.champs import ChampChoix, ChampDate, ChampSelection, ChampTexte
from portail.champs.dates import de_nos_jours
from portail.demande.modeles import Demande
from portail.formulaire import Facultatif, Formulaire
from portail.guichet.journal import inscrire_une_lecture
from portail.guichet.modeles import ActeJournal, Agent, EcritureJournal, RoleAgent
from portail.horloge import PARIS
from portail.regles import numero_unique

PAGE = 50  # écritures
NUMERO_MAX = 2**31 - 1  # au-delà, la base ne saurait pas le lire


class FiltreForm(Formulaire):
    """Ce que l'on cherche dans le journal. `cible` : les agents que l'on peut nommer."""

    agent = ChampSelection(
        "Agent", [Facultatif()], lambda agents: [(str(agent.id), agent.nom_complet) for agent in agents]
    )
    acte = ChampChoix("Acte", [Facultatif()], ActeJournal)
    du = ChampDate("Du", [Facultatif(), de_nos_jours])
    au = ChampDate("Au", [Facultatif(), de_nos_jours])
    demande = ChampTexte(
        "Demande", [Facultatif()], aide="Son numéro unique, ou son numéro de dossier.", largeur="moyen"
    )

    def __init__(self, saisie, agents: Sequence[Agent]) -> None:
        self.cible = agents
        super().__init__(saisie)
        if not agents:
            del self.agent  # qui ne lit que ses propres actes n'a personne à choisir


@dataclass(frozen=True)
class Filtre:
    """Vide, tout le journal que l'on a le droit de lire. `jusqu_a` : jour compris, à Paris."""

    agent_id: int | None = None
    acte: ActeJournal | None = None
    depuis: date | None = None
    jusqu_a: date | None = None
    demande_id: int | None = None

    def conditions(self) -> list[sa.ColumnElement[bool]]:
        E = EcritureJournal
        possibles: list[tuple[object, Any]] = [
            (self.agent_id, E.agent_id == self.agent_id),
            (self.acte, E.acte == self.acte),
            (self.demande_id, E.demande_id == self.demande_id),
        ]
        if self.depuis is not None:
            possibles.append((self.depuis, E.faite_le >= _minuit(self.depuis)))
        if self.jusqu_a is not None:
            possibles.append((self.jusqu_a, E.faite_le < _minuit(self.jusqu_a + timedelta(days=1))))
        return [condition for valeur, condition in possibles if valeur is not None]

    def __str__(self) -> str:
        """Pour le journal lui-même : ce qui a été regardé."""
        morceaux = {
            "agent": self.agent_id,
            "acte": self.acte.code if self.acte else None,
            "du": self.depuis,
            "au": self.jusqu_a,
            "demande": self.demande_id,
        }
        return ", ".join(f"{nom} {valeur}" for nom, valeur in morceaux.items() if valeur is not None) or "tout"


@dataclass(frozen=True)
class Page:
    """Les plus récentes d'abord. `suivante` : le numéro après lequel reprendre, None à la fin."""

    lignes: list[EcritureJournal]
    numeros: dict[int, str]  # numéro de ligne de la demande → son numéro unique, lisible
    suivante: int | None


def lire(session: Session, lecteur: Agent, filtre: Filtre, apres: int | None) -> Page:
    """Une page du journal. Cette lecture-ci est inscrite avant d'être rendue, et ne s'y voit pas encore."""
    E = EcritureJournal
    requete = sa.select(E).where(_a_lui(lecteur), *filtre.conditions()).order_by(E.id.desc()).limit(PAGE + 1)
    if apres is not None:
        requete = requete.where(E.id < min(apres, NUMERO_MAX))
    lignes = list(session.scalars(requete))
    montrees = lignes[:PAGE]
    # Une consultation refusée ne donne pas le numéro unique de la demande d'un autre guichet.
    lues = [ligne for ligne in montrees if ligne.acte is not ActeJournal.LECTURE_REFUSEE]
    demandes = {ligne.demande_id for ligne in lues if ligne.demande_id is not None}
    numeros = session.execute(
        sa.select(Demande.id, Demande.numero_unique).where(Demande.id.in_(demandes), Demande.numero_unique.is_not(None))
    )
    lisibles = {ligne.id: numero_unique.lisible(ligne.numero_unique) for ligne in numeros}
    suite = f", après {apres}" if apres is not None else ""
    inscrire_une_lecture(ActeJournal.LECTURE_JOURNAL, agent=lecteur, objet=f"{filtre}{suite}")
    return Page(montrees, lisibles, montrees[-1].id if len(lignes) > PAGE else None)


def demande_citee(session: Session, saisie: str) -> int | None:
    """La demande d'un numéro unique, ou de son numéro de dossier. Lève `ValueError` si elle n'existe pas."""
    numero = numero_unique.normaliser(saisie)
    if numero_unique.est_valide(numero):
        requete = sa.select(Demande.id).where(Demande.numero_unique.in_(numero_unique.variantes(numero)))
    elif re.fullmatch(r"\d{1,9}", numero):
        requete = sa.select(Demande.id).where(Demande.id == int(numero))
    else:
        raise ValueError("Écrivez un numéro unique (18 caractères) ou un numéro de dossier (des chiffres).")
    trouve = session.scalars(requete.limit(1)).first()
    if trouve is None:
        raise ValueError("Aucune demande n’a ce numéro.")
    return trouve


def _a_lui(lecteur: Agent) -> sa.ColumnElement[bool]:
    """Un responsable lit tout son guichet ; les autres leurs actes, sauf ceux d'un guichet qu'ils ont quitté."""
    du_guichet = EcritureJournal.guichet_code == lecteur.guichet.code
    return du_guichet if lecteur.peut(RoleAgent.RESPONSABLE) else du_guichet & (EcritureJournal.agent_id == lecteur.id)


def _minuit(jour: date) -> datetime:
    return datetime.combine(jour, time(), PARIS)
