"""« Qui a consulté mon dossier »."""

from __future__ import annotations

from flask import Response, request
from flask_login import current_user

from portail.compte import bp
from portail.db import db
from portail.droits import Droit, droit
from portail.guichet.consultations import de_la_personne
from portail.horloge import maintenant
from portail.htmx import rendre
from portail.requete import numero


@bp.get("/consultations")
@droit(Droit.COMPTE)
def consultations() -> Response:
    apres = request.args.get("apres", type=numero)
    return rendre(
        "compte/consultations.html",
        titre="Qui a consulté mon dossier",
        page=de_la_personne(db.session, current_user.id, maintenant(), apres),
    )
