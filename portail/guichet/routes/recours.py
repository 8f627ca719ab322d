"""Rendre l'accès au compte : la personne est là, sa pièce d'identité aussi."""

from __future__ import annotations

from flask import Response, request
from flask_login import current_user
from werkzeug import Response as ReponseBrute

from portail import freins
from portail.db import db
from portail.demande.modeles import Demande
from portail.droits import Droit, droit
from portail.guichet import acces, bp, recours
from portail.guichet.acte import ActeImpossible
from portail.guichet.formulaires_recours import RecoursForm
from portail.guichet.routes.gestes import dossier
from portail.htmx import rendre

A_COCHER = "Cochez la case\u00a0: sans la personne devant vous, l’accès ne se rend pas."


@bp.get("/demandes/<int:demande_id>/acces-au-compte")
@droit(Droit.AGENT_INSTRUCTEUR)
def rendre_l_acces(demande_id: int) -> ReponseBrute:
    demande = acces.demande_a_lire(db.session, current_user, demande_id)
    if not _est_a_lui(demande):
        return dossier(demande_id)
    return _page(demande, RecoursForm(None))


@bp.post("/demandes/<int:demande_id>/acces-au-compte")
@droit(Droit.AGENT_INSTRUCTEUR)
def rendre_l_acces_envoyer(demande_id: int) -> ReponseBrute:
    freins.essayer(recours.RECOURS_PAR_AGENT, str(current_user.id))
    demande = acces.demande_a_instruire(db.session, current_user, demande_id, tenir_compte=True)
    formulaire = RecoursForm(request.form)
    phrases = [] if request.form.get("vu") == "oui" else [A_COCHER]
    if not formulaire.validate() or phrases:
        return _page(demande, formulaire, phrases=phrases, statut=422)
    agent = acces.soi(db.session, current_user)
    piece, motif, nouvelle = formulaire.piece.data, formulaire.motif.data, formulaire.courriel.data
    try:
        if not recours.vient_de_partir(db.session, demande, nouvelle):
            recours.demander(db.session, demande, agent, piece, motif, nouvelle)
    except ActeImpossible as refus:
        return _page(demande, formulaire, phrases=[str(refus)], statut=409)
    db.session.commit()
    return rendre("guichet/acces_rendu.html", titre="Le lien est parti", demande=demande, nouvelle=nouvelle)


def _est_a_lui(demande: Demande) -> bool:
    """Une raison écrite permet de lire hors de ses territoires, pas de rendre un accès."""
    return demande.compte_id is not None and demande.territoire in current_user.guichet.codes_territoires


def _page(
    demande: Demande, formulaire: RecoursForm, *, phrases: list[str] | None = None, statut: int = 200
) -> Response:
    return rendre(
        "guichet/acces_au_compte.html",
        titre="Rendre l’accès au compte",
        demande=demande,
        personne=recours.compte_a_rendre(db.session, demande),
        formulaire=formulaire,
        phrases=phrases or [],
        statut=statut,
    )
