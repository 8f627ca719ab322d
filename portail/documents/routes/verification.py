"""Vérifier l'attestation qu'on vous montre : pages publiques."""

from __future__ import annotations

from flask import Response, redirect, request, url_for
from werkzeug import Response as ReponseBrute

from portail.db import db
from portail.documents import bp, code_verification, verification
from portail.droits import Droit, droit
from portail.freins import essayer, reseau
from portail.horloge import aujourd_hui
from portail.htmx import rendre


@bp.get("/verifier")
@droit(Droit.PUBLIC)
def verifier() -> ReponseBrute:
    """La saisie du code. Bien formé, il mène à sa page ; une faute de frappe se voit ici, sans rien chercher."""
    saisie = verification.CodeForm(request.args if "code" in request.args else None)
    if "code" not in request.args:
        return rendre("documents/saisie.html", titre=verification.TITRE, formulaire=saisie)
    if not saisie.validate():
        return rendre("documents/saisie.html", titre=verification.TITRE, formulaire=saisie, statut=422)
    code = code_verification.lisible(code_verification.normaliser(saisie.code.data))
    return redirect(url_for(".verdict", code=code), 303)


@bp.get("/verifier/<code>")
@droit(Droit.PUBLIC)
def verdict(code: str) -> Response:
    """Valable, périmée ou inconnue, et rien de la personne : même page, même travail dans les trois cas."""
    normalise = code_verification.normaliser(code)
    if code_verification.est_valide(normalise):
        essayer(verification.PAR_RESEAU, reseau())
    etat = verification.verifier(db.session, normalise, aujourd_hui())
    reponse = rendre("documents/verdict.html", titre=verification.TITRE, verdict=etat)
    reponse.headers["Cache-Control"] = "no-store"
    reponse.headers["Referrer-Policy"] = "no-referrer"
    reponse.headers["X-Robots-Tag"] = "noindex"
    return reponse
