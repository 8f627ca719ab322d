"""« Tableau de bord » : les nombres du guichet, sans un nom."""

from __future__ import annotations

from flask import Response
from flask_login import current_user

from portail.db import db
from portail.droits import Droit, droit
from portail.guichet import bp
from portail.guichet import tableau_de_bord as tableau
from portail.guichet.courbe import tracer
from portail.horloge import maintenant
from portail.htmx import rendre


@bp.get("/tableau-de-bord")
@droit(Droit.AGENT_ACCUEIL)
def tableau_de_bord() -> Response:
    dresse = tableau.dresser(db.session, current_user, maintenant())
    return rendre(
        "guichet/tableau_de_bord.html",
        titre="Tableau de bord",
        tableau=dresse,
        fenetre=tableau.FENETRE.days,
        courbe=tracer([mois.deposees for mois in dresse.mois], [mois.enregistrees for mois in dresse.mois]),
    )
