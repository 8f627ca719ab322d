"""La seule façon de charger une demande : à la personne à qui elle appartient, sinon 404 (jamais 403).

Un co-demandeur rattaché la lit en partie (lecture.py) ; ce qui écrit lui répond 404, sauf si le titulaire l'a permis.
Ce qui n'est qu'au titulaire (abandonner, partager) passe par `du_titulaire`.

Tout ce qu'une page d'étape lit vient ici, en un nombre de requêtes qui ne dépend pas du foyer.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from functools import cache
from typing import Any

import sqlalchemy as sa
from flask_login import current_user
from sqlalchemy.orm import Session, joinedload, selectinload
from werkzeug.exceptions import NotFound

from portail.demande import annees, requetes
from portail.demande.modeles import (
    Declaration,
    Demande,
    Evenement,
    GenreEvenement,
    Partage,
)
from portail.demande.porte import Porte, de_la_personne
from portail.demande.requetes import REPETEES, SUJETS, est_a
from portail.horloge import a_paris, maintenant
from portail.pieces.modeles import PieceFournie

# Ce qui se répète et que le tableau de bord regarde. Les annexes ne sont lues que si une étape les regarde.
LUES_D_OFFICE = ("personnes", *REPETEES)


@cache
def _tout() -> tuple[Any, ...]:
    return (
        *(joinedload(getattr(Declaration, sujet), innerjoin=True) for sujet in SUJETS),
        *(selectinload(getattr(Declaration, nom)) for nom in LUES_D_OFFICE),
    )


def demandes(session: Session) -> list[Demande]:
    """Les demandes de la personne connectée, la plus récente d'abord."""
    siennes = list(
        session.scalars(
            sa.select(Demande)
            .where(est_a(current_user.id))
            .options(
                selectinload(Demande.declarations).options(*_tout()),
                selectinload(Demande.pieces).selectinload(PieceFournie.decisions),
                selectinload(Demande.renvois),
            )
            .order_by(Demande.cree_le.desc(), Demande.id.desc())
        )
    )
    for declaration in (declaration for demande in siennes for declaration in demande.declarations):
        if declaration.est_brouillon:
            annees.suivre(declaration, maintenant(), ecrire=False)
    return siennes


def declaration_a_lire(session: Session, demande_id: int, *, verrou: bool = False) -> Declaration:
    """Celle de la personne connectée (voir `par_la_porte`)."""
    return par_la_porte(session, de_la_personne(demande_id), verrou=verrou)


def par_la_porte(session: Session, porte: Porte, *, verrou: bool = False) -> Declaration:
    """La déclaration à montrer : le brouillon, sinon la dernière déposée. 404 si la demande n'est pas à vous.

    `verrou` : pour écrire ; deux enregistrements de la même demande passent l'un après l'autre.
    """
    declaration = requetes.derriere_la_porte(session, porte, verrou=verrou)
    if declaration.est_brouillon and annees.suivre(declaration, maintenant(), ecrire=verrou) and verrou:
        session.flush()
    return declaration


def entiere(session: Session, demande: Demande, declaration_id: int | None) -> Declaration:
    """Une déclaration d'une demande que l'appelant avait le droit de charger, avec tout ce qu'elle contient."""
    return requetes.par_numero(session, demande, declaration_id)


def demande(session: Session, demande_id: int, *, verrou: bool = False) -> Demande:
    """Celle de la personne connectée, ou une où elle peut écrire."""
    return _une(session, demande_id, est_a(current_user.id), verrou)


def du_titulaire(session: Session, demande_id: int, *, verrou: bool = False) -> Demande:
    """Celle de la personne connectée : 404 à un co-demandeur, même s'il peut écrire."""
    return _une(session, demande_id, Demande.compte_id == current_user.id, verrou)


def _une(session: Session, demande_id: int, condition: sa.ColumnElement[bool], verrou: bool) -> Demande:
    requete = sa.select(Demande).where(Demande.id == demande_id, condition)
    trouvee = session.scalar(requete.with_for_update() if verrou else requete)
    if trouvee is None:
        raise NotFound
    return trouvee


def evenements(session: Session, demande: Demande, *, caches: bool) -> list[Evenement]:
    """Ce qui est arrivé à une demande déjà chargée, le plus récent d'abord. `caches` : aussi ce que la personne n'a pas
    à voir."""
    requete = sa.select(Evenement).where(Evenement.demande_id == demande.id)
    if demande.saisie_guichet_id is not None and demande.deposee_le is not None:
        # Un papier est reçu avant d'être recopié : son brouillon, plus récent que son dépôt, ne dit rien à personne.
        requete = requete.where(Evenement.genre != GenreEvenement.CREATION)
    if not caches:
        requete = requete.where(Evenement.genre.in_([genre for genre in GenreEvenement if genre.fiche.visible]))
    return sorted(session.scalars(requete), key=_du_plus_ancien, reverse=True)


def derniers_evenements(session: Session, demandes: Sequence[Demande]) -> dict[int, Evenement]:
    """Par demande soumise, la dernière chose arrivée que la personne a à voir ; une requête pour toutes."""
    soumises = [demande.id for demande in demandes if demande.deposee_le is not None]
    visibles = [genre for genre in GenreEvenement if genre.fiche.visible and genre is not GenreEvenement.CREATION]
    requete = sa.select(Evenement).where(Evenement.demande_id.in_(soumises), Evenement.genre.in_(visibles))
    faits = sorted(session.scalars(requete), key=_du_plus_ancien) if soumises else []
    return {fait.demande_id: fait for fait in faits}


def _du_plus_ancien(fait: Evenement) -> tuple[date, int]:
    """Le jour est celui de Paris, que la base ne connaît pas : à minuit passé, elle croirait encore la veille."""
    return fait.date_du_fait or a_paris(fait.survenu_le).date(), fait.id


def qui_y_ecrit(session: Session, demande_id: int) -> list[int]:
    """Les comptes qui écrivent dans cette demande : pour rendre une saisie à la bonne personne, rien d'autre."""
    permis = sa.select(Partage.compte_id).where(Partage.demande_id == demande_id, Partage.peut_ecrire)
    titulaire = sa.select(Demande.compte_id).where(Demande.id == demande_id, Demande.compte_id.is_not(None))
    return list(session.scalars(titulaire.union_all(permis)))
