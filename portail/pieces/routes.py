"""Les pièces de sa demande : la page d'une pièce, ses fichiers."""

from __future__ import annotations

from werkzeug import Response

from portail.db import db
from portail.demande.porte import de_la_personne
from portail.droits import Droit, droit
from portail.pieces import acces, bp, vue_piece


@bp.get("/<code>")
@bp.get("/<code>/<personne>")
@droit(Droit.COMPTE)
def piece(demande_id: int, code: str, personne: str | None = None) -> Response:
    return vue_piece.montrer(de_la_personne(demande_id), code, personne)


@bp.post("/<code>")
@bp.post("/<code>/<personne>")
@droit(Droit.COMPTE)
def piece_envoyer(demande_id: int, code: str, personne: str | None = None) -> Response:
    return vue_piece.envoyer(de_la_personne(demande_id), code, personne)


@bp.get("/fichiers/<int:fichier_id>")
@droit(Droit.COMPTE)
def fichier(demande_id: int, fichier_id: int) -> Response:
    porte = de_la_personne(demande_id)
    return vue_piece.remettre(porte, acces.fichier(db.session, porte, fichier_id))
