"""« Évènements de la gestion partagée » : ce qui est arrivé à une demande, avec une phrase qui l'explique."""

from __future__ import annotations

from flask import Response

from portail.db import db
from portail.demande import acces, bp
from portail.droits import Droit, droit
from portail.htmx import rendre


@bp.get("/<int:demande_id>/evenements")
@droit(Droit.COMPTE)
def evenements(demande_id: int) -> Response:
    demande = acces.demande(db.session, demande_id)
    return rendre(
        "demande/evenements.html",
        titre="Évènements de la gestion partagée",
        demande=demande,
        evenements=acces.evenements(db.session, demande, caches=False),
    )
