"""« Où les gens s'arrêtent » : le chemin d'une demande en nombres, sans traceur."""

from __future__ import annotations

from flask import Response

from portail.db import db
from portail.droits import Droit, droit
from portail.frequentation.entonnoir import entonnoir
from portail.guichet import bp
from portail.horloge import aujourd_hui
from portail.htmx import rendre


@bp.get("/frequentation")
@droit(Droit.AGENT_ACCUEIL)
def frequentation() -> Response:
    lu = entonnoir(db.session, aujourd_hui())
    return rendre("guichet/frequentation.html", titre="Où les gens s’arrêtent", entonnoir=lu)
