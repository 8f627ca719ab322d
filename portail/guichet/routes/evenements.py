"""La gestion partagée d'une demande : choisir un évènement, puis le décrire."""

from __future__ import annotations

from flask import Response, redirect, request, url_for
from flask_login import current_user
from werkzeug import Response as ReponseBrute

from portail.db import db
from portail.demande.modeles import Demande, GenreEvenement
from portail.droits import Droit, droit
from portail.guichet import acces, bp, dossier, evenements
from portail.guichet.evenements import PARTAGES, EvenementRefuse
from portail.guichet.formulaires_evenement import EvenementForm
from portail.guichet.routes.dossiers import montrer
from portail.guichet.routes.gestes import demande_du_geste
from portail.guichet.routes.gestes import dossier as mener_au_dossier
from portail.horloge import aujourd_hui, maintenant
from portail.htmx import rendre
from portail.requete import numero


def _genre(code: str) -> GenreEvenement | None:
    return next((genre for genre in PARTAGES if genre.code == code), None)


@bp.get("/demandes/<int:demande_id>/evenements/nouveau")
@droit(Droit.AGENT_INSTRUCTEUR)
def evenement(demande_id: int) -> ReponseBrute:
    """Sans genre choisi, la liste ; avec, ce qu'il faut en dire. Une demande qui n'en reçoit pas montre son dossier."""
    demande = demande_du_geste(demande_id, "evenements/nouveau", None)
    genre = _genre(request.args.get("genre", ""))
    if genre is None:
        manque = "genre" in request.args
        return rendre(
            "guichet/evenement_choisir.html",
            titre="Ajouter un évènement",
            genres=PARTAGES,
            demande=demande,
            manque=manque,
            statut=422 if manque else 200,
        )
    return _page(demande, genre, EvenementForm.vierge(genre, aujourd_hui(), current_user.guichet.nom))


@bp.post("/demandes/<int:demande_id>/evenements/nouveau")
@droit(Droit.AGENT_INSTRUCTEUR)
def evenement_ajouter(demande_id: int) -> ReponseBrute:
    demande = acces.demande_a_instruire(db.session, current_user, demande_id)
    genre = _genre(request.form.get("genre", ""))
    if genre is None:
        return redirect(url_for(".evenement", demande_id=demande_id), 303)
    formulaire = EvenementForm(request.form, genre)
    if not formulaire.validate():
        return _page(demande, genre, formulaire, statut=422)
    agent, vu = acces.soi(db.session, current_user), request.form.get("vu", type=numero)
    if vu is None or not evenements.deja_ajoute(demande, agent, genre, vu, **formulaire.details):
        try:
            evenements.ajouter(db.session, demande, agent, genre, maintenant(), **formulaire.details)
        except EvenementRefuse as refus:
            if refus.champ == "genre":  # la demande elle-même n'en reçoit plus : son dossier dit pourquoi
                return montrer(dossier.ouvrir(db.session, demande), phrase=str(refus), statut=409)
            formulaire.refuser(refus)
            return _page(demande, genre, formulaire, statut=422)
    db.session.commit()
    return mener_au_dossier(demande_id, fait="evenement")


def _page(demande: Demande, genre: GenreEvenement, formulaire: EvenementForm, *, statut: int = 200) -> Response:
    return rendre(
        "guichet/evenement.html",
        titre=genre.libelle,
        genre=genre,
        formulaire=formulaire,
        demande=demande,
        vu=request.form.get("vu", type=numero) or max((fait.id for fait in demande.evenements), default=0),
        statut=statut,
    )
