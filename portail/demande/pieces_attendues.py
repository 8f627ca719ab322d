"""Où en est une pièce attendue : ce que la personne a fourni, en mots et en couleur."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from portail.demande.etape import Piece
from portail.demande.formulaire import Contexte
from portail.pieces.modeles import Antivirus


@dataclass(frozen=True)
class EtatPiece:
    """Une pièce du volet. `classe` : la couleur de son état (bon, attention, grave) ; les mots disent la même chose.

    `raison` : pourquoi un guichet l'a refusée ; `mot` : pourquoi la personne ne l'a pas.
    """

    code: str
    personne: str
    appel: str
    intitule: str  # sans la personne : « Avis d’impôt 2025 »
    libelle: str
    etat: str
    classe: str
    requise: bool
    bloque: bool
    raison: str = ""
    mot: str = ""


def entree_du_catalogue(piece: Piece, contexte: Contexte) -> Any:
    """Ce que le catalogue dit de cette pièce, dans sa variante s'il en décrit une."""
    return contexte.catalogue.get(f"{piece.ligne}-{piece.variante}") or contexte.catalogue[piece.ligne]


def etat_de_la_piece(piece: Piece, fournie: Any | None, contexte: Contexte) -> EtatPiece:
    """L'état d'une pièce attendue, d'après ce qui a été fourni (ou None) et ce qu'un guichet en a dit."""
    intitule = f"{entree_du_catalogue(piece, contexte).libelle} {piece.precision}".strip()
    mots, classe, fait, raison = _ou_elle_en_est(fournie)
    return EtatPiece(
        piece.code,
        piece.personne,
        piece.appel,
        intitule,
        f"{intitule} ({piece.appel})",
        mots,
        classe,
        piece.requise,
        bloque=piece.requise and not fait,
        raison=raison,
        mot=(fournie.absence_mot or "") if fournie is not None and not fournie.fichiers_gardes else "",
    )


def _ou_elle_en_est(fournie: Any | None) -> tuple[str, str, bool, str]:
    """(état en mots, couleur, plus rien à faire, raison d'un refus)."""
    if fournie is None:
        return "à joindre", "attention", False, ""
    nombre = len(fournie.fichiers_gardes)
    if not nombre:
        if fournie.absente_le is None:
            return "à joindre", "attention", False, ""
        return _absence(fournie), "", False, ""
    if not any(fichier.antivirus is not Antivirus.REFUSE for fichier in fournie.fichiers_gardes):
        return "refusée par l’antivirus, à remplacer", "grave", False, ""
    decision = fournie.decision
    if decision is None:
        return "reçue" if nombre == 1 else f"reçue ({nombre} fichiers)", "bon", True, ""
    if decision.est_acceptee:
        return "acceptée", "bon", True, ""
    return "refusée", "grave", False, decision.raison or ""


def _absence(fournie: Any) -> str:
    """Ce que la personne a dit de ce qui lui manque."""
    suite = fournie.absence_suite.code if fournie.absence_suite else ""
    if suite == "rappel" and fournie.absence_rappel_le is not None:
        return f"à joindre plus tard, rappel le {fournie.absence_rappel_le:%d/%m/%Y}"
    return "vous demandez de l’aide" if suite == "aide" else "vous ne l’avez pas"
