"""Télécharger un document de sa demande."""

from __future__ import annotations

from flask import Response, make_response

from portail.db import db
from portail.demande import acces
from portail.documents import bp
from portail.documents.matiere import fiche_de
from portail.droits import Droit, droit
from portail.horloge import maintenant


@bp.get("/fiche.pdf")
@droit(Droit.COMPTE)
def fiche(demande_id: int) -> Response:
    from portail.documents.fiche import composer  # reportlab : chargé au premier document seulement

    declaration = acces.declaration_a_lire(db.session, demande_id)
    reponse = make_response(composer(fiche_de(declaration, maintenant())))
    reponse.headers["Content-Type"] = "application/pdf"
    reponse.headers["Content-Disposition"] = 'attachment; filename="fiche-recapitulative.pdf"'
    return reponse
