"""Charger une pièce ou un fichier : seulement ceux de ses propres demandes, sinon 404."""

from __future__ import annotations

import sqlalchemy as sa
from flask_login import current_user
from sqlalchemy.orm import Session, contains_eager
from werkzeug.exceptions import NotFound

from portail.demande.contexte import contexte_de
from portail.demande.etape import Etape, Piece
from portail.demande.foyer import demandeur
from portail.demande.modeles import Declaration, Demande
from portail.demande.parcours import PARCOURS
from portail.pieces.modeles import Fichier, PieceFournie


def piece_attendue(declaration: Declaration, code: str, personne: str | None) -> tuple[Etape, Piece]:
    """La pièce que cette déclaration attend, et l'étape qui la demande. 404 si elle n'est pas attendue.

    Sans `personne`, celle du demandeur. Une pièce déjà fournie reste ouverte même si plus rien ne la demande.
    """
    cle = personne or demandeur(declaration).cle
    for etape, piece in PARCOURS.pieces(declaration, contexte_de(declaration)):
        if (piece.code, piece.personne) == (code, cle):
            return etape, piece
    raise NotFound


def fichier(session: Session, demande_id: int, fichier_id: int) -> Fichier:
    trouve = session.scalar(
        sa.select(Fichier)
        .join(Fichier.piece)
        .join(PieceFournie.demande)
        .where(
            Fichier.id == fichier_id,
            Fichier.retire_le.is_(None),
            Demande.id == demande_id,
            Demande.compte_id == current_user.id,
        )
        .options(contains_eager(Fichier.piece))
    )
    if trouve is None:
        raise NotFound
    return trouve
