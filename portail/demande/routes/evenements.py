"""« Évènements de la gestion partagée » : ce qui est arrivé à une demande, avec une phrase qui l'explique."""

from __future__ import annotations

from flask import Response

from portail.db import db
from portail.demande import acces, bp
from portail.demande.lecture import a_lire
from portail.demande.modeles import GenreEvenement
from portail.droits import Droit, droit
from portail.htmx import rendre

A_LA_PERSONNE = {GenreEvenement.MESSAGE, GenreEvenement.RENVOI, GenreEvenement.PIECES_DEMANDEES}


@bp.get("/<int:demande_id>/evenements")
@droit(Droit.COMPTE)
def evenements(demande_id: int) -> Response:
    lue = a_lire(db.session, demande_id)
    evenements = acces.evenements(db.session, lue.demande, caches=False)
    if lue.lecteur is not None:  # ce qu'un guichet écrit à la personne ne regarde qu'elle
        evenements = [evenement for evenement in evenements if evenement.genre not in A_LA_PERSONNE]
    return rendre(
        "demande/evenements.html",
        titre="Évènements de la gestion partagée",
        demande=lue.demande,
        evenements=evenements,
        discret=lue.lecteur is not None,
    )
