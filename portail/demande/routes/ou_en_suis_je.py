"""« Où en suis-je ? » : l'ancienneté, les chiffres des communes choisies, les recours."""

from __future__ import annotations

from flask import redirect, url_for
from werkzeug import Response as ReponseBrute

from portail.db import db
from portail.demande import acces, bp
from portail.demande.ou_en_suis_je import bilan
from portail.droits import Droit, droit
from portail.horloge import a_paris, aujourd_hui
from portail.htmx import rendre


@bp.get("/<int:demande_id>/ou-en-suis-je")
@droit(Droit.COMPTE)
def ou_en_suis_je(demande_id: int) -> ReponseBrute:
    """Une demande jamais soumise n'a pas encore d'ancienneté : la page mène là où elle en est."""
    demande = acces.demande(db.session, demande_id)
    if demande.deposee_le is None or demande.declaration_deposee_id is None:
        return redirect(url_for(".demande", demande_id=demande_id), 303)
    declaration = acces.entiere(db.session, demande, demande.declaration_deposee_id)
    return rendre(
        "demande/ou_en_suis_je.html",
        titre="Où en suis-je\u202f?",
        demande=demande,
        bilan=bilan(declaration, a_paris(demande.deposee_le).date(), aujourd_hui(), db.session),
    )
