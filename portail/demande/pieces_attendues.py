"""Où en est une pièce attendue : ce que la personne a fourni, en mots et en couleur."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from portail.demande.etape import Piece
from portail.demande.formulaire import Contexte


@dataclass(frozen=True)
class EtatPiece:
    """Une pièce du volet. `classe` : la couleur de son état (bon, attention) ; les mots disent la même chose."""

    code: str
    personne: str
    appel: str
    intitule: str  # sans la personne : « Avis d’impôt 2025 »
    libelle: str
    etat: str
    classe: str
    requise: bool
    bloque: bool


def entree_du_catalogue(piece: Piece, contexte: Contexte) -> Any:
    """Ce que le catalogue dit de cette pièce, dans sa variante s'il en décrit une."""
    return contexte.catalogue.get(f"{piece.code}-{piece.variante}") or contexte.catalogue[piece.code]


def etat_de_la_piece(piece: Piece, fournie: Any | None, contexte: Contexte) -> EtatPiece:
    """L'état d'une pièce attendue, d'après ce qui a été fourni (ou None)."""
    intitule = f"{entree_du_catalogue(piece, contexte).libelle} {piece.precision}".strip()
    libelle = f"{intitule} ({piece.appel})"
    nombre = len(fournie.fichiers_gardes) if fournie is not None else 0
    if nombre:
        mots = "reçue" if nombre == 1 else f"reçue ({nombre} fichiers)"
        return EtatPiece(
            piece.code, piece.personne, piece.appel, intitule, libelle, mots, "bon", piece.requise, bloque=False
        )
    if fournie is not None and fournie.absente_le is not None:
        mots, classe = "vous ne l’avez pas", ""
    else:
        mots, classe = "à joindre", "attention"
    return EtatPiece(
        piece.code, piece.personne, piece.appel, intitule, libelle, mots, classe, piece.requise, bloque=piece.requise
    )
