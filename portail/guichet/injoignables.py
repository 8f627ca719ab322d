"""Qui ne peut pas être prévenu par courriel et attend de l'être : à appeler, ou à qui écrire.

Trois raisons : un rappel de renouvellement que le portail n'a pas pu envoyer (`RappelPrepare.a_faire_le`), une
demande à corriger dont la personne n'a pas de compte, un courriel abandonné après une semaine d'essais. Elle quitte la
liste quand un agent note l'avoir prévenue : la date compte (CCH, art. R441-2-7), elle s'inscrit au journal.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from portail.choix import Choix
from portail.compte.modeles import Compte
from portail.courriel import Envoi
from portail.demande.modeles import Coordonnees, Demande, Personne, RappelPrepare, Role
from portail.guichet.acces import dans_ses_territoires
from portail.guichet.compteurs import a_corriger
from portail.guichet.journal import inscrire
from portail.guichet.modeles import ActeJournal, Agent, EcritureJournal

PAGE = 50  # personnes
ECHECS_MAX = 2000  # courriels abandonnés regardés : au-delà, c'est le serveur de courriel qui est en panne
PREVENUE, LETTRE = "personne prévenue", "lettre préparée"  # au journal, dans `objet`


class Motif(Choix):
    """Pourquoi la prévenir."""

    RENOUVELER = "renouveler", "À renouveler"
    CORRIGER = "corriger", "À corriger"
    COURRIEL = "courriel", "Courriel jamais arrivé"


@dataclass(frozen=True)
class Injoignable:
    """Une personne à prévenir. `depuis` : le renvoi, ou le courriel perdu. `lettre_le` : la dernière préparée."""

    demande: Demande
    motif: Motif
    nom: str
    coordonnees: Coordonnees
    depuis: datetime | None
    lettre_le: datetime | None

    @property
    def telephones(self) -> tuple[str, ...]:
        c = self.coordonnees
        return tuple(dict.fromkeys(filter(None, (c.telephone_portable, c.telephone_domicile, c.telephone_travail))))


@dataclass(frozen=True)
class Page:
    """`suivante` : le numéro après lequel reprendre, None à la fin."""

    personnes: list[Injoignable]
    suivante: int | None


def lire(session: Session, agent: Agent, apres: int = 0) -> Page:
    """Une page, dans l'ordre des demandes."""
    personnes = _choisir(session, agent, Demande.id > apres)
    return Page(personnes[:PAGE], personnes[PAGE - 1].demande.id if len(personnes) > PAGE else None)


def parmi(session: Session, agent: Agent, demandes: Iterable[int]) -> list[Injoignable]:
    """Celles de ces demandes (une page au plus) dont la personne est encore à prévenir."""
    return _choisir(session, agent, Demande.id.in_(sorted(set(demandes))[:PAGE]))


def noter(session: Session, agent: Agent, demandes: Iterable[int], instant: datetime) -> int:
    """L'agent dit avoir prévenu ces personnes, aujourd'hui. Rend leur nombre ; les autres ne changent pas."""
    prevenues = parmi(session, agent, demandes)
    session.execute(
        sa.update(RappelPrepare)
        .where(
            RappelPrepare.demande_id.in_([personne.demande.id for personne in prevenues]),
            RappelPrepare.a_faire_le.is_not(None),
            RappelPrepare.traite_le.is_(None),
        )
        .values(traite_le=instant)
    )
    for personne in prevenues:
        objet = f"{PREVENUE} : {personne.motif.libelle.lower()}"
        inscrire(session, ActeJournal.MESSAGE, agent=agent, demande_id=personne.demande.id, objet=objet)
    return len(prevenues)


def noter_les_lettres(session: Session, agent: Agent, personnes: Iterable[Injoignable], genre: str) -> None:
    """Lire une adresse s'inscrit. Une lettre préparée n'est pas partie : la personne reste à prévenir."""
    for personne in personnes:
        objet = f"{LETTRE} : {genre}"
        inscrire(session, ActeJournal.LECTURE, agent=agent, demande_id=personne.demande.id, objet=objet)


def _choisir(session: Session, agent: Agent, condition: sa.ColumnElement[bool]) -> list[Injoignable]:
    echecs = _courriels_perdus(session, agent)
    rappel = sa.exists().where(_rappel_a_faire(), RappelPrepare.demande_id == Demande.id).correlate(Demande)
    # Trois listes courtes, chacune par son index, plutôt qu'une question posée à chaque demande du territoire.
    candidates = sa.union(
        sa.select(RappelPrepare.demande_id.label("id")).join(Demande, _rappel_a_faire()),
        sa.select(Demande.id).where(
            dans_ses_territoires(agent),
            a_corriger(),
            Demande.compte_id.is_(None),
            ~_prevenue_depuis_le_renvoi(),
        ),
        sa.select(Demande.id).where(Demande.id.in_(echecs)),
    ).subquery()
    lignes = session.execute(
        sa.select(Demande, Coordonnees, Personne.prenoms, Personne.nom_usage, Personne.nom_naissance, rappel.label("r"))
        .join(Coordonnees, Coordonnees.declaration_id == Demande.declaration_deposee_id)
        .join(
            Personne,
            sa.and_(Personne.declaration_id == Demande.declaration_deposee_id, Personne.role == Role.DEMANDEUR),
        )
        .where(dans_ses_territoires(agent), condition, Demande.id.in_(sa.select(candidates.c.id)))
        .order_by(Demande.id)
        .limit(PAGE + 1)
    ).all()
    lettres = _derniere_ecriture(session, [ligne.Demande.id for ligne in lignes], ActeJournal.LECTURE, LETTRE)
    return [_personne(ligne, echecs, lettres) for ligne in lignes]


def _rappel_a_faire() -> sa.ColumnElement[bool]:
    """Un rappel que le portail n'a pas pu envoyer, pour l'échéance en cours, et que personne n'a fait depuis."""
    return sa.and_(
        RappelPrepare.demande_id == Demande.id,
        RappelPrepare.presentee_le == Demande.presentee_le,
        RappelPrepare.a_faire_le.is_not(None),
        RappelPrepare.traite_le.is_(None),
        Demande.radiee_le.is_(None),
    )


def _prevenue_depuis_le_renvoi() -> sa.ColumnElement[bool]:
    E = EcritureJournal
    return sa.exists().where(
        E.demande_id == Demande.id,
        E.acte == ActeJournal.MESSAGE,
        E.objet.startswith(PREVENUE),
        E.faite_le >= Demande.renvoyee_le,
    )


def _personne(ligne: Any, echecs: dict[int, datetime], lettres: dict[int, datetime]) -> Injoignable:
    demande: Demande = ligne.Demande
    motif, depuis = Motif.COURRIEL, echecs.get(demande.id)
    if demande.est_a_corriger and demande.radiee_le is None:
        motif, depuis = Motif.CORRIGER, demande.renvoyee_le
    elif ligne.r:
        motif, depuis = Motif.RENOUVELER, None
    nom = " ".join(filter(None, [ligne.prenoms, ligne.nom_usage or ligne.nom_naissance]))
    return Injoignable(demande, motif, nom, ligne.Coordonnees, depuis, lettres.get(demande.id))


def _courriels_perdus(session: Session, agent: Agent) -> dict[int, datetime]:
    """Par demande, le dernier courriel jamais arrivé dont la personne n'a pas été prévenue depuis.

    Les adresses sont chiffrées : elles se comparent ici. Un message abandonné s'oublie au bout de 90 jours.
    """
    abandonnes = session.execute(
        sa.select(Envoi.destinataire, Envoi.cree_le)
        .where(Envoi.envoye_le.is_(None), Envoi.prochain_essai_le.is_(None))
        .order_by(Envoi.id.desc())
        .limit(ECHECS_MAX)
    ).all()
    par_adresse: dict[str, datetime] = {}
    for adresse, cree_le in abandonnes:
        par_adresse.setdefault(adresse, cree_le)
    if not par_adresse:
        return {}
    lignes = session.execute(
        sa.select(Demande.id, Compte.courriel)
        .join(Compte, Compte.id == Demande.compte_id)
        .where(dans_ses_territoires(agent), Compte.courriel.in_(par_adresse), Compte.courriel_confirme_le.is_not(None))
    ).all()
    prevenues = _derniere_ecriture(session, [ligne.id for ligne in lignes], ActeJournal.MESSAGE, PREVENUE)
    perdus = {ligne.id: par_adresse[ligne.courriel] for ligne in lignes}
    return {numero: perdu for numero, perdu in perdus.items() if numero not in prevenues or prevenues[numero] < perdu}


def _derniere_ecriture(session: Session, demandes: Sequence[int], acte: ActeJournal, debut: str) -> dict[int, datetime]:
    """Par demande, quand cela a été noté au journal pour la dernière fois."""
    if not demandes:
        return {}
    E = EcritureJournal
    requete = (
        sa.select(E.demande_id, sa.func.max(E.faite_le).label("quand"))
        .where(E.demande_id.in_(demandes), E.acte == acte, E.objet.startswith(debut))
        .group_by(E.demande_id)
    )
    return {ligne.demande_id: ligne.quand for ligne in session.execute(requete) if ligne.demande_id is not None}
