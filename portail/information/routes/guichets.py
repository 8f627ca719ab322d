"""« Trouver un guichet » : par commune ou code postal."""

from __future__ import annotations

from flask import Response, request

from portail.db import lecture
from portail.debit import borne
from portail.droits import Droit, droit
from portail.htmx import rendre
from portail.information import bp
from portail.information.guichets.adresses import adresses
from portail.information.lieux import chercher_une_commune
from portail.referentiels.parametres import hors_sne


@bp.get("/guichets")
@droit(Droit.PUBLIC)
@borne
def guichets() -> Response:
    trouve = chercher_une_commune(request.args.get("ou"))
    commune = trouve.commune
    if commune is None:
        return rendre(
            "information/guichets.html",
            titre="Trouver un guichet",
            repere=trouve.compte_rendu,
            trouve=trouve,
            adresses=None,
        )
    with lecture() as session:
        connues = adresses(commune, session)
    return rendre(
        "information/guichets.html",
        titre="Trouver un guichet",
        repere=trouve.compte_rendu,
        trouve=trouve,
        adresses=connues,
        ailleurs=hors_sne(commune.code_departement),
    )
