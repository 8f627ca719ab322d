"""Charger une pièce ou un fichier : seulement ceux de ses propres demandes, sinon 404."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.orm import Session, contains_eager
from werkzeug.exceptions import NotFound

from portail.demande.contexte import contexte_de
from portail.demande.etape import Etape, Piece
from portail.demande.foyer import appel_de, demandeur
from portail.demande.modeles import Declaration, Demande
from portail.demande.parcours import PARCOURS
from portail.demande.porte import Porte
from portail.demande.requetes import CONDITIONS
from portail.pieces.modeles import Fichier, PieceFournie, Televersement

NUMERO_MAX = 2**31 - 1  # au-delà, ce n'est le numéro de rien, et la base ne saurait pas le lire


def piece_attendue(declaration: Declaration, code: str, personne: str | None) -> tuple[Etape | None, Piece]:
    """La pièce que cette déclaration attend, et l'étape qui la demande. 404 si elle n'est pas attendue.

    Sans `personne`, celle du demandeur. Une pièce déjà fournie reste ouverte même si plus rien ne la demande :
    sans étape, pour pouvoir en retirer les fichiers.
    """
    titulaire = demandeur(declaration)
    cle = personne or titulaire.cle
    for etape, piece in PARCOURS.pieces(declaration, contexte_de(declaration)):
        if piece.personne == cle and code in {piece.code, piece.ligne}:
            return etape, piece
    fournie = fournie_pour(declaration, code, cle)
    if fournie is None or not fournie.fichiers_gardes:
        raise NotFound
    return None, Piece.du_code(code, cle, appel_de(declaration, cle))


def fournie_pour(declaration: Declaration, code: str, personne: str) -> PieceFournie | None:
    """Ce que la personne a fourni (ou dit ne pas avoir) pour cette pièce."""
    return next((p for p in declaration.demande.pieces if (p.code, p.personne) == (code, personne)), None)


def fichier(session: Session, porte: Porte, fichier_id: int) -> Fichier:
    trouve = trouver_fichier(session, porte, fichier_id)
    if trouve is None:
        raise NotFound
    return trouve


def trouver_fichier(session: Session, porte: Porte, fichier_id: int) -> Fichier | None:
    """Le fichier gardé de ce numéro dans la demande que cette porte ouvre, ou None."""
    if not 0 < fichier_id <= NUMERO_MAX:
        return None
    return session.scalar(
        sa.select(Fichier)
        .join(Fichier.piece)
        .join(PieceFournie.demande)
        .where(
            Fichier.id == fichier_id,
            Fichier.retire_le.is_(None),
            Demande.id == porte.demande_id,
            CONDITIONS[porte.cote](),
        )
        .options(contains_eager(Fichier.piece)),
        {"titulaire": porte.titulaire_id},
    )


def televersement(session: Session, porte: Porte, numero: int, *, verrou: bool = False) -> Televersement:
    """L'envoi commencé de ce numéro. `verrou` : deux morceaux passent l'un après l'autre."""
    trouve = trouver_televersement(session, porte, numero, verrou=verrou)
    if trouve is None:
        raise NotFound
    return trouve


def trouver_televersement(session: Session, porte: Porte, numero: int, *, verrou: bool = False) -> Televersement | None:
    """L'envoi commencé de ce numéro dans la demande que cette porte ouvre, ou None s'il est fini ou annulé."""
    requete = (
        sa.select(Televersement)
        .join(Demande, Demande.id == Televersement.demande_id)
        .where(Televersement.id == numero, Demande.id == porte.demande_id, CONDITIONS[porte.cote]())
    )
    if verrou:
        requete = requete.with_for_update(of=Televersement)
    return session.scalar(requete, {"titulaire": porte.titulaire_id})
