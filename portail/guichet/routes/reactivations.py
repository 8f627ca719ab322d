"""Rendre active une demande radiée, tant que le délai de son motif n'est pas passé."""

from __future__ import annotations

from flask import Response, request
from flask_login import current_user
from werkzeug import Response as ReponseBrute

from portail.db import db
from portail.demande.catalogue_evenements import motifs_de_radiation
from portail.demande.delais import reprise_possible_jusqu_au
from portail.demande.modeles import Demande
from portail.demande.reactivation import TROP_TARD
from portail.documents.apres_acte import etablir_l_attestation
from portail.droits import Droit, droit
from portail.guichet import acces, acte, bp, radiations
from portail.guichet.formulaires_vie import RaisonForm
from portail.guichet.instruction import Conflit
from portail.guichet.routes.gestes import demande_du_geste, dossier
from portail.horloge import aujourd_hui, maintenant
from portail.htmx import rendre


@bp.get("/demandes/<int:demande_id>/reactiver")
@droit(Droit.AGENT_INSTRUCTEUR)
def rendre_active(demande_id: int) -> ReponseBrute:
    demande = demande_du_geste(demande_id, "reactiver")
    return _page_reactiver(demande, RaisonForm())


@bp.post("/demandes/<int:demande_id>/reactiver")
@droit(Droit.AGENT_INSTRUCTEUR)
def rendre_active_envoyer(demande_id: int) -> ReponseBrute:
    demande = acces.demande_a_instruire(db.session, current_user, demande_id)
    if demande.radiee_le is None:  # un double clic, ou un collègue, l'a déjà rendue active
        return dossier(demande_id, fait="reactivee")
    formulaire, instant = RaisonForm(request.form), maintenant()
    if not formulaire.validate():
        return _page_reactiver(demande, formulaire, statut=422)
    vue, agent = request.form.get("version", ""), acces.soi(db.session, current_user)
    try:
        radiations.reactiver(db.session, demande, vue, formulaire.precision.data, agent, instant)
    except (Conflit, acte.ActeImpossible) as refus:
        return _page_reactiver(demande, formulaire, phrase=str(refus), statut=409)
    db.session.commit()
    etablir_l_attestation(demande_id, instant)
    return dossier(demande_id, fait="reactivee")


def _page_reactiver(demande: Demande, formulaire: RaisonForm, *, phrase: str = "", statut: int = 200) -> Response:
    jour = aujourd_hui()
    limite = reprise_possible_jusqu_au(demande, jour)
    est_possible = limite is not None and jour <= limite
    if formulaire.errors and not est_possible:  # le délai a passé, la page ouverte : plus de case où mener
        formulaire, phrase = RaisonForm(), TROP_TARD
    return rendre(
        "guichet/reactiver.html",
        titre="Rendre la demande active",
        demande=demande,
        version=acte.version(demande),
        motif=motifs_de_radiation().get(demande.motif_radiation or ""),
        limite=limite,
        est_possible=est_possible,
        formulaire=formulaire,
        phrase=phrase,
        statut=statut,
    )
