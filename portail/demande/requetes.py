"""Ce qu'une page d'étape lit de la base : la demande, sa déclaration et tout ce qu'elle contient.

Un nombre de requêtes qui ne dépend pas du foyer, chacune composée une fois et lue sans détour (chargement.py).
`acces` les emploie ; personne d'autre ne charge une demande.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session
from sqlalchemy.orm.attributes import set_committed_value
from werkzeug.exceptions import NotFound

from portail.chargement import Chargement, relier
from portail.demande.modeles import (
    CommuneSouhaitee,
    Coordonnees,
    Declaration,
    Demande,
    Foyer,
    LogementActuel,
    MotifDeclare,
    Motifs,
    Partage,
    Personne,
    Ressources,
    RevenuFiscal,
    SaisieRefusee,
    SituationProfessionnelle,
    Souhaits,
)
from portail.demande.porte import Cote, Porte
from portail.guichet.modeles import DecisionPiece
from portail.pieces.modeles import Fichier, PieceFournie

# Les sujets en un pour un viennent avec la déclaration ; ce qui se répète, en une requête par table.
SUJETS: dict[str, Any] = {
    "coordonnees": Coordonnees,
    "foyer": Foyer,
    "logement_actuel": LogementActuel,
    "motifs": Motifs,
    "souhaits": Souhaits,
}
SUJETS_D_UNE_PERSONNE: dict[str, Any] = {
    "situation": SituationProfessionnelle,
    "revenu": RevenuFiscal,
    "ressources": Ressources,
}
# Les annexes et les décisions sont rares : leurs tables ne sont lues que si une étape les regarde.
REPETEES: dict[str, Any] = {"motifs_declares": MotifDeclare, "communes": CommuneSouhaitee, "refus": SaisieRefusee}

_DECLARATION = Chargement(Declaration, Demande, *SUJETS.values())
_PERSONNE = Chargement(Personne, *SUJETS_D_UNE_PERSONNE.values())
_LIGNE = {nom: Chargement(classe) for nom, classe in REPETEES.items()}
_PIECE = Chargement(PieceFournie, Fichier)


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
def _par_la_porte(cote: Cote) -> sa.Select[Any]:
    """La requête d'une page d'étape, construite une fois : la composer coûte plus que l'exécuter."""
    return (
        _declarations()
        .where(Demande.id == sa.bindparam("demande"), CONDITIONS[cote]())
        .order_by(Declaration.deposee_le.is_not(None), Declaration.deposee_le.desc())
        .limit(1)
    )


@cache
def _verrouillee(cote: Cote) -> sa.Select[Any]:
    """Sur PostgreSQL, verrouille aussi les sujets lus avec la déclaration.

    Qui attend son tour relit alors toutes ces lignes telles que le précédent les a laissées ; verrouiller la seule
    déclaration rendrait ses sujets tels qu'ils étaient avant l'attente, et écraserait une réponse sans le voir.
    """
    return _par_la_porte(cote).with_for_update(key_share=True)


@cache
def _par_numero() -> sa.Select[Any]:
    return _declarations().where(
        Declaration.id == sa.bindparam("declaration"), Declaration.demande_id == sa.bindparam("demande")
    )


def _declarations() -> sa.Select[Any]:
    depuis: Any = sa.join(Declaration, Demande, Declaration.demande_id == Demande.id)
    for sujet in SUJETS.values():
        depuis = depuis.join(sujet, sujet.declaration_id == Declaration.id)
    return sa.select(*_DECLARATION.colonnes).select_from(depuis)


@cache
def _personnes() -> sa.Select[Any]:
    depuis: Any = Personne
    for sujet in SUJETS_D_UNE_PERSONNE.values():
        depuis = sa.outerjoin(depuis, sujet, sujet.personne_id == Personne.id)
    siennes = Personne.declaration_id == sa.bindparam("declaration")
    return sa.select(*_PERSONNE.colonnes).select_from(depuis).where(siennes).order_by(Personne.id)


@cache
def _lignes(nom: str) -> sa.Select[Any]:
    classe = REPETEES[nom]
    ordre = (classe.id,) if nom == "refus" else (classe.rang, classe.id)
    siennes = classe.declaration_id == sa.bindparam("declaration")
    return sa.select(*_LIGNE[nom].colonnes).where(siennes).order_by(*ordre)


@cache
def _pieces() -> sa.Select[Any]:
    return (
        sa.select(*_PIECE.colonnes)
        .select_from(sa.outerjoin(PieceFournie, Fichier, Fichier.piece_id == PieceFournie.id))
        .where(PieceFournie.demande_id == sa.bindparam("demande"))
        .order_by(PieceFournie.id, Fichier.rang, Fichier.id)
    )


@cache
def _decisions() -> sa.Select[DecisionPiece]:
    return (
        sa.select(DecisionPiece)
        .join(DecisionPiece.piece)
        .where(PieceFournie.demande_id == sa.bindparam("demande"))
        .order_by(DecisionPiece.id)
    )


def derriere_la_porte(session: Session, porte: Porte, *, verrou: bool) -> Declaration:
    """Le brouillon de la demande, sinon sa dernière déclaration déposée. 404 si la porte n'y mène pas."""
    requete = _verrouillee(porte.cote) if verrou else _par_la_porte(porte.cote)
    lues = _DECLARATION.lire(session, requete, {"demande": porte.demande_id, "titulaire": porte.titulaire_id})
    if not lues:
        raise NotFound
    return _entiere(session, *lues[0])


def par_numero(session: Session, demande: Demande, declaration_id: int | None) -> Declaration:
    """Une déclaration d'une demande que l'appelant avait le droit de charger, avec tout ce qu'elle contient."""
    (lue,) = _DECLARATION.lire(session, _par_numero(), {"declaration": declaration_id, "demande": demande.id})
    return _entiere(session, *lue)


def _entiere(session: Session, declaration: Declaration, demande: Demande, *sujets: Any) -> Declaration:
    """La déclaration, reliée à ce qui est venu avec elle, puis aux lignes répétées et aux pièces.

    Dans les deux sens : une règle remonte d’une personne à sa déclaration, et l’ORM la chercherait chaque fois.
    """
    relier(declaration, "demande", demande)
    for nom, sujet in zip(SUJETS, sujets, strict=True):
        relier(declaration, nom, sujet)
        relier(sujet, "declaration", declaration)
    numero = {"declaration": declaration.id}
    personnes = _PERSONNE.lire(session, _personnes(), numero)
    for personne, *siens in personnes:
        relier(personne, "declaration", declaration)
        for nom, sujet in zip(SUJETS_D_UNE_PERSONNE, siens, strict=True):
            relier(personne, nom, sujet)
            if sujet is not None:
                relier(sujet, "personne", personne)
    set_committed_value(declaration, "personnes", [personne for personne, *_ in personnes])
    for nom, chargement in _LIGNE.items():
        lignes = chargement.lire(session, _lignes(nom), numero)
        for (ligne,) in lignes:
            relier(ligne, "declaration", declaration)
        set_committed_value(declaration, nom, [ligne for (ligne,) in lignes])
    _poser_les_pieces(session, demande)
    return declaration


def _poser_les_pieces(session: Session, demande: Demande) -> None:
    """Les pièces, leurs fichiers et, si la demande a été soumise, ce que les guichets en ont dit."""
    fichiers: dict[PieceFournie, list[Fichier]] = {}
    for piece, fichier in _PIECE.lire(session, _pieces(), {"demande": demande.id}):
        fichiers.setdefault(piece, []).extend([] if fichier is None else [fichier])
    for piece, siens in fichiers.items():
        set_committed_value(piece, "fichiers", siens)
    set_committed_value(demande, "pieces", list(fichiers))
    # Jamais soumise, aucun guichet n'a rien dit de ses pièces : la table des décisions n'est pas lue.
    _poser_les_decisions(session, list(fichiers), demande if demande.soumise_le else None)


def _poser_les_decisions(session: Session, pieces: Sequence[PieceFournie], demande: Demande | None) -> None:
    """Lit en une fois ce que les guichets ont dit des pièces de cette demande (rien, si `demande` est vide)."""
    dites: dict[int, list[DecisionPiece]] = {piece.id: [] for piece in pieces}
    if demande is not None:
        for decision in session.scalars(_decisions(), {"demande": demande.id}):
            dites[decision.piece_id].append(decision)
    for piece in pieces:
        set_committed_value(piece, "decisions", dites[piece.id])
