"""La seule façon de charger une demande : à la personne à qui elle appartient, sinon 404 (jamais 403).

Un co-demandeur rattaché la lit en partie (lecture.py) ; ce qui écrit lui répond 404, sauf si le titulaire l'a permis.
Ce qui n'est qu'au titulaire (abandonner, partager) passe par `du_titulaire`.

Tout ce qu'une page d'étape lit vient ici, en un nombre de requêtes qui ne dépend pas du foyer.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from typing import Any

import sqlalchemy as sa
from flask_login import current_user
from sqlalchemy.orm import Session, contains_eager, joinedload, selectinload
from sqlalchemy.orm.attributes import set_committed_value
from werkzeug.exceptions import NotFound

from portail.demande import annees
from portail.demande.modeles import (
    AnnexeHandicap,
    CommuneSouhaitee,
    Declaration,
    Demande,
    Evenement,
    GenreEvenement,
    MotifDeclare,
    Partage,
    Personne,
    SaisieRefusee,
)
from portail.demande.porte import Cote, Porte, de_la_personne
from portail.guichet.modeles import DecisionPiece
from portail.horloge import maintenant
from portail.pieces.modeles import PieceFournie

# Les sujets en un pour un viennent avec la déclaration ; ce qui se répète, en une requête par table.
SUJETS = ("coordonnees", "foyer", "logement_actuel", "motifs", "souhaits")
REPETEES = {
    "personnes": Personne,
    "motifs_declares": MotifDeclare,
    "communes": CommuneSouhaitee,
    "annexes": AnnexeHandicap,
    "refus": SaisieRefusee,
}
# Les annexes et les pièces sans fichier sont rares : leurs tables ne sont lues que si une étape les regarde.
LUES_D_OFFICE = ("personnes", "motifs_declares", "communes", "refus")


def est_a(compte: Any) -> sa.ColumnElement[bool]:
    """À ce compte, ou partagée avec lui pour qu'il y écrive."""
    permis = (Partage.demande_id == Demande.id, Partage.compte_id == compte, Partage.peut_ecrire)
    return sa.or_(Demande.compte_id == compte, sa.select(Partage.id).where(*permis).correlate(Demande).exists())


# À qui une demande doit être pour s'ouvrir. Reprise par son titulaire, ou radiée, un papier n'est plus au guichet.
CONDITIONS = {
    Cote.PERSONNE: lambda: est_a(sa.bindparam("titulaire")),
    Cote.GUICHET: lambda: sa.and_(
        Demande.saisie_guichet_id == sa.bindparam("titulaire"),
        Demande.compte_id.is_(None),
        Demande.radiee_le.is_(None),
    ),
}


@cache
def _principale(cote: Cote) -> sa.Select[Declaration]:
    """La requête d'une page d'étape, construite une fois : la composer coûte plus que l'exécuter."""
    return (
        sa.select(Declaration)
        .join(Declaration.demande)
        .where(Demande.id == sa.bindparam("demande"), CONDITIONS[cote]())
        .options(
            contains_eager(Declaration.demande),
            *(joinedload(getattr(Declaration, sujet), innerjoin=True) for sujet in SUJETS),
        )
        .order_by(Declaration.deposee_le.is_not(None), Declaration.deposee_le.desc())
        .limit(1)
    )


@cache
def _lignes(nom: str) -> sa.Select[Any]:
    classe: Any = REPETEES[nom]
    ordre = (classe.rang, classe.id) if nom in {"motifs_declares", "communes"} else (classe.id,)
    return sa.select(classe).where(classe.declaration_id == sa.bindparam("declaration")).order_by(*ordre)


@cache
def _pieces() -> sa.Select[PieceFournie]:
    return (
        sa.select(PieceFournie)
        .where(PieceFournie.demande_id == sa.bindparam("demande"))
        .options(joinedload(PieceFournie.fichiers))
        .order_by(PieceFournie.id)
    )


@cache
def _decisions() -> sa.Select[DecisionPiece]:
    return (
        sa.select(DecisionPiece)
        .join(DecisionPiece.piece)
        .where(PieceFournie.demande_id == sa.bindparam("demande"))
        .order_by(DecisionPiece.id)
    )


@cache
def _verrouillee(cote: Cote) -> sa.Select[Declaration]:
    """Sur PostgreSQL, verrouille aussi les sujets lus avec la déclaration.

    Qui attend son tour relit alors toutes ces lignes telles que le précédent les a laissées ; verrouiller la seule
    déclaration rendrait ses sujets tels qu'ils étaient avant l'attente, et écraserait une réponse sans le voir.
    """
    return _principale(cote).with_for_update(key_share=True)


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
    requete = _verrouillee(porte.cote) if verrou else _principale(porte.cote)
    declaration = session.scalar(requete, {"demande": porte.demande_id, "titulaire": porte.titulaire_id})
    if declaration is None:
        raise NotFound
    _completer(session, declaration)
    if declaration.est_brouillon and annees.suivre(declaration, maintenant(), ecrire=verrou) and verrou:
        session.flush()
    return declaration


def entiere(session: Session, demande: Demande, declaration_id: int | None) -> Declaration:
    """Une déclaration d'une demande que l'appelant avait le droit de charger, avec tout ce qu'elle contient."""
    requete = sa.select(Declaration).where(Declaration.id == declaration_id, Declaration.demande_id == demande.id)
    sujets = (joinedload(getattr(Declaration, sujet), innerjoin=True) for sujet in SUJETS)
    declaration = session.scalars(requete.options(*sujets)).one()
    set_committed_value(declaration, "demande", demande)
    _completer(session, declaration)
    return declaration


def _completer(session: Session, declaration: Declaration) -> None:
    """Les lignes répétées et les pièces, une requête par table."""
    for nom in LUES_D_OFFICE:
        lignes = session.scalars(_lignes(nom), {"declaration": declaration.id}).all()
        set_committed_value(declaration, nom, list(lignes))
    pieces = session.scalars(_pieces(), {"demande": declaration.demande_id}).unique().all()
    set_committed_value(declaration.demande, "pieces", list(pieces))
    # Jamais soumise, aucun guichet n'a rien dit de ses pièces : la table des décisions n'est pas lue.
    _poser_les_decisions(session, pieces, declaration.demande if declaration.demande.soumise_le else None)


def _poser_les_decisions(session: Session, pieces: Sequence[PieceFournie], demande: Demande | None) -> None:
    """Lit en une fois ce que les guichets ont dit des pièces de cette demande (rien, si `demande` est vide)."""
    dites: dict[int, list[DecisionPiece]] = {piece.id: [] for piece in pieces}
    if demande is not None:
        for decision in session.scalars(_decisions(), {"demande": demande.id}):
            dites[decision.piece_id].append(decision)
    for piece in pieces:
        set_committed_value(piece, "decisions", dites[piece.id])


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
    if not caches:
        requete = requete.where(Evenement.genre.in_([genre for genre in GenreEvenement if genre.fiche.visible]))
    jour = sa.func.coalesce(Evenement.date_du_fait, sa.func.date(Evenement.survenu_le))
    return list(session.scalars(requete.order_by(jour.desc(), Evenement.id.desc())))


def compte_de(session: Session, demande_id: int) -> int | None:
    """À qui appartient cette demande : pour rendre une saisie à la bonne personne, rien d'autre."""
    return session.scalar(sa.select(Demande.compte_id).where(Demande.id == demande_id))
