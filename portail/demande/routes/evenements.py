"""« Évènements de la gestion partagée » : ce qui est arrivé à une demande, ce qui vient, et de quoi le noter."""

from __future__ import annotations

from flask import Response, make_response
from werkzeug.exceptions import NotFound

from portail.agenda import ecrire as ecrire_agenda
from portail.db import db
from portail.demande import acces, bp, dates
from portail.demande.lecture import Lue, a_lire
from portail.demande.modeles import Evenement, GenreEvenement
from portail.droits import Droit, droit
from portail.horloge import aujourd_hui
from portail.htmx import rendre

A_LA_PERSONNE = {GenreEvenement.MESSAGE, GenreEvenement.RENVOI, GenreEvenement.PIECES_DEMANDEES}


@bp.get("/<int:demande_id>/evenements")
@droit(Droit.COMPTE)
def evenements(demande_id: int) -> Response:
    lue = a_lire(db.session, demande_id)
    vus = _visibles(lue)
    return rendre(
        "demande/evenements.html",
        titre="Évènements de la gestion partagée",
        demande=lue.demande,
        evenements=vus,
        a_venir=dates.a_venir(lue.demande, vus, aujourd_hui()),
        discret=lue.lecteur is not None,
    )


@bp.get("/<int:demande_id>/agenda.ics")
@droit(Droit.COMPTE, fichier=True)
def agenda(demande_id: int) -> Response:
    """Les dates à venir, à importer dans un agenda. 404 s'il n'y en a pas."""
    lue = a_lire(db.session, demande_id)
    rendez_vous = dates.a_venir(lue.demande, _visibles(lue), aujourd_hui())
    if not rendez_vous:
        raise NotFound
    reponse = make_response(ecrire_agenda(rendez_vous))
    reponse.headers["Content-Type"] = "text/calendar; charset=utf-8"
    reponse.headers["Content-Disposition"] = 'attachment; filename="agenda.ics"'
    return reponse


def _visibles(lue: Lue) -> list[Evenement]:
    """Ce qu'un guichet écrit à la personne ne regarde qu'elle."""
    trouves = acces.evenements(db.session, lue.demande, caches=False)
    return [evenement for evenement in trouves if lue.lecteur is None or evenement.genre not in A_LA_PERSONNE]
