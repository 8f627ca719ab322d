"""Une étape de la demande, pour la personne à qui elle est."""

from __future__ import annotations

from werkzeug import Response

from portail.demande import bp, remplir
from portail.demande.porte import de_la_personne
from portail.droits import Droit, droit


@bp.get("/<int:demande_id>")
@droit(Droit.COMPTE)
def demande(demande_id: int) -> Response:
    return remplir.reprendre(de_la_personne(demande_id))


@bp.get("/<int:demande_id>/etapes/<slug>")
@droit(Droit.COMPTE)
def etape(demande_id: int, slug: str) -> Response:
    return remplir.montrer(de_la_personne(demande_id), slug)


@bp.post("/<int:demande_id>/etapes/<slug>")
@droit(Droit.COMPTE)
def etape_envoyer(demande_id: int, slug: str) -> Response:
    return remplir.envoyer(de_la_personne(demande_id), slug)
