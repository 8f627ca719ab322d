"""« J’ai besoin d’aide » : d'abord une réponse toute prête, puis quelqu'un à qui parler."""

from __future__ import annotations

from flask import Response, request

from portail.droits import Droit, droit
from portail.htmx import rendre
from portail.information import bp
from portail.information.faq.recherche import chercher
from portail.information.routes.faq import compte_rendu, est_a_vide

PREMIERES = 5


@bp.get("/aide")
@droit(Droit.PUBLIC)
def aide() -> Response:
    resultats = chercher(request.args.get("mot", ""), PREMIERES)
    return rendre(
        "information/aide.html",
        titre="J’ai besoin d’aide",
        repere=compte_rendu(resultats),
        resultats=resultats,
        a_vide=est_a_vide(resultats),
    )
