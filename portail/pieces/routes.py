"""Les pièces de sa demande : la page d'une pièce, ses fichiers."""

from __future__ import annotations

from werkzeug import Response

from portail.db import db
from portail.demande.porte import de_la_personne
from portail.droits import Droit, droit
from portail.pieces import acces, bp, vue_piece, vue_televersement


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
@droit(Droit.COMPTE, fichier=True)
def fichier(demande_id: int, fichier_id: int) -> Response:
    porte = de_la_personne(demande_id)
    return vue_piece.remettre(porte, acces.fichier(db.session, porte, fichier_id))


@bp.post("/<code>/<personne>/envois")
@droit(Droit.COMPTE)
def televersement_annoncer(demande_id: int, code: str, personne: str) -> Response:
    return vue_televersement.annoncer(de_la_personne(demande_id), code, personne)


@bp.get("/envois/<int:televersement_id>")
@droit(Droit.COMPTE)
def televersement(demande_id: int, televersement_id: int) -> Response:
    return vue_televersement.avancement(de_la_personne(demande_id), televersement_id)


@bp.post("/envois/<int:televersement_id>")
@droit(Droit.COMPTE)
def televersement_ajouter(demande_id: int, televersement_id: int) -> Response:
    return vue_televersement.ajouter(de_la_personne(demande_id), televersement_id)


@bp.post("/envois/<int:televersement_id>/terminer")
@droit(Droit.COMPTE)
def televersement_terminer(demande_id: int, televersement_id: int) -> Response:
    return vue_televersement.terminer(de_la_personne(demande_id), televersement_id)


@bp.post("/envois/<int:televersement_id>/annuler")
@droit(Droit.COMPTE)
def televersement_annuler(demande_id: int, televersement_id: int) -> Response:
    return vue_televersement.annuler(de_la_personne(demande_id), televersement_id)
