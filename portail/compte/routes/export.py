"""« Télécharger mes données »."""

from __future__ import annotations

from flask import Response, make_response, redirect, url_for
from flask_login import current_user
from werkzeug import Response as ReponseBrute
from werkzeug.exceptions import ServiceUnavailable

from portail.compte import bp, preuve
from portail.compte import export as actes
from portail.compte.acces import compte_courant
from portail.db import db
from portail.droits import Droit, droit
from portail.htmx import rendre
from portail.stockage import StockageIndisponible, stockage
from portail.surete import Fait, noter


@bp.get("/donnees")
@droit(Droit.COMPTE)
def donnees() -> Response:
    export = actes.dernier(db.session, current_user.id)
    return rendre("compte/donnees.html", titre="Télécharger mes données", export=export, garde=actes.GARDE)


@bp.post("/donnees")
@droit(Droit.COMPTE)
def donnees_demander() -> ReponseBrute:
    if (a_prouver := preuve.exiger()) is not None:
        return a_prouver
    actes.demander(db.session, compte_courant(db.session).id)
    db.session.commit()
    noter(Fait.EXPORT_DEMANDE, current_user.id)
    return redirect(url_for(".donnees"), 303)


@bp.get("/donnees/archive")
@droit(Droit.COMPTE, fichier=True)
def donnees_archive() -> ReponseBrute:
    if (a_prouver := preuve.exiger()) is not None:
        return a_prouver
    export = actes.dernier(db.session, current_user.id)
    if export is None or export.cle is None:
        return redirect(url_for(".donnees"), 303)
    try:
        reponse = make_response(stockage().lire(export.cle))
    except StockageIndisponible as panne:
        raise ServiceUnavailable(retry_after=60) from panne
    reponse.headers["Content-Type"] = "application/zip"
    reponse.headers["Content-Disposition"] = 'attachment; filename="mes-donnees.zip"'
    noter(Fait.EXPORT_TELECHARGE, current_user.id)
    return reponse
