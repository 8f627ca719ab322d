"""Les fichiers d'une demande papier qui arrivent par morceaux : ceux de la personne, par la porte du guichet."""

from __future__ import annotations

from flask import Response
from werkzeug import Response as ReponseBrute

from portail.droits import Droit, droit
from portail.guichet import bp, porte_saisie
from portail.pieces import vue_televersement


@bp.post("/saisie/<int:demande_id>/pieces/<code>/<personne>/envois")
@droit(Droit.AGENT_ACCUEIL)
def saisie_televersement_annoncer(demande_id: int, code: str, personne: str) -> Response:
    return vue_televersement.annoncer(porte_saisie.pour_ecrire(demande_id), code, personne)


@bp.get("/saisie/<int:demande_id>/pieces/envois/<int:televersement_id>")
@droit(Droit.AGENT_ACCUEIL)
def saisie_televersement(demande_id: int, televersement_id: int) -> Response:
    return vue_televersement.avancement(porte_saisie.pour_lire(demande_id), televersement_id)


@bp.post("/saisie/<int:demande_id>/pieces/envois/<int:televersement_id>")
@droit(Droit.AGENT_ACCUEIL)
def saisie_televersement_ajouter(demande_id: int, televersement_id: int) -> Response:
    return vue_televersement.ajouter(porte_saisie.pour_ecrire(demande_id), televersement_id)


@bp.post("/saisie/<int:demande_id>/pieces/envois/<int:televersement_id>/terminer")
@droit(Droit.AGENT_ACCUEIL)
def saisie_televersement_terminer(demande_id: int, televersement_id: int) -> ReponseBrute:
    return vue_televersement.terminer(porte_saisie.pour_ecrire(demande_id), televersement_id)


@bp.post("/saisie/<int:demande_id>/pieces/envois/<int:televersement_id>/annuler")
@droit(Droit.AGENT_ACCUEIL)
def saisie_televersement_annuler(demande_id: int, televersement_id: int) -> ReponseBrute:
    return vue_televersement.annuler(porte_saisie.pour_ecrire(demande_id), televersement_id)
