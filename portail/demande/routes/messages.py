"""« Messages du guichet » : les lire, dire qu'on les a lus."""

from __future__ import annotations

from flask import Response, redirect, url_for
from werkzeug import Response as ReponseBrute

from portail.db import db
from portail.demande import acces, bp, messages
from portail.droits import Droit, droit
from portail.horloge import maintenant
from portail.htmx import rendre


@bp.get("/<int:demande_id>/messages", endpoint="messages")
@droit(Droit.COMPTE)
def lire(demande_id: int) -> Response:
    demande = acces.demande(db.session, demande_id)
    recus = messages.de_la_demande(db.session, demande)
    return rendre("demande/messages.html", titre="Messages du guichet", demande=demande, messages=recus)


@bp.post("/<int:demande_id>/messages")
@droit(Droit.COMPTE)
def messages_lus(demande_id: int) -> ReponseBrute:
    messages.noter_la_lecture(db.session, acces.demande(db.session, demande_id, verrou=True), maintenant())
    db.session.commit()
    return redirect(url_for(".tableau"), 303)
