"""Avertir, radier, rendre active une demande : le motif d'abord, puis ce qu'il entraîne."""

from __future__ import annotations

from flask import Response, redirect, request, url_for
from flask_login import current_user
from werkzeug import Response as ReponseBrute

from portail.db import db
from portail.demande.catalogue_evenements import motifs_de_radiation
from portail.demande.delais import (
    radiable_apres_avertissement_le,
    reprise_apres_radiation,
    reprise_possible_jusqu_au,
)
from portail.demande.modeles import Demande
from portail.documents.apres_acte import etablir_l_attestation
from portail.droits import Droit, droit
from portail.guichet import acces, acte, bp, radiations
from portail.guichet.formulaires_vie import RaisonForm
from portail.guichet.gestes import se_peut
from portail.guichet.instruction import Conflit
from portail.guichet.routes.vie import dossier
from portail.horloge import aujourd_hui, maintenant
from portail.htmx import rendre


@bp.get("/demandes/<int:demande_id>/radier")
@droit(Droit.AGENT_INSTRUCTEUR)
def radier(demande_id: int) -> ReponseBrute:
    """Sans motif choisi, la liste ; avec, ce qu'il faut faire et ce que cela entraîne."""
    demande = acces.demande_a_lire(db.session, current_user, demande_id)
    if not se_peut(demande, current_user, "radier", aujourd_hui()):
        return dossier(demande_id)
    motif = request.args.get("motif", demande.motif_avertissement or "")
    if motif in radiations.motifs_au_guichet(demande, aujourd_hui()):
        return _page(demande, motif, RaisonForm())
    manque = "choisi" in request.args  # le formulaire est parti sans qu'un motif soit coché
    return rendre(
        "guichet/radier_choisir.html",
        titre="Radier la demande",
        demande=demande,
        motifs=[motifs_de_radiation()[code] for code in radiations.motifs_au_guichet(demande, aujourd_hui())],
        manque=manque,
        statut=422 if manque else 200,
    )


@bp.post("/demandes/<int:demande_id>/radier")
@droit(Droit.AGENT_INSTRUCTEUR)
def radier_envoyer(demande_id: int) -> ReponseBrute:
    """Le bouton dit lequel des deux actes : « avertir » ou « radier »."""
    demande = acces.demande_a_instruire(db.session, current_user, demande_id)
    motif, faire = request.form.get("motif", ""), request.form.get("acte", "")
    if motif not in motifs_de_radiation() or faire not in {"avertir", "radier"}:
        return redirect(url_for(".radier", demande_id=demande_id), 303)
    if demande.radiee_le is not None:  # un double clic, ou un collègue, l'a déjà radiée
        return dossier(demande_id)
    formulaire = RaisonForm(request.form)
    if not formulaire.validate():
        return _page(demande, motif, formulaire, statut=422)
    agir = radiations.avertir if faire == "avertir" else radiations.radier
    vue, agent = request.form.get("version", ""), acces.soi(db.session, current_user)
    try:
        agir(db.session, demande, vue, motif, formulaire.precision.data, agent, maintenant())
    except (Conflit, acte.ActeImpossible) as refus:
        return _page(demande, motif, formulaire, phrase=str(refus), statut=409)
    db.session.commit()
    return dossier(demande_id)


def _page(demande: Demande, motif: str, formulaire: RaisonForm, *, phrase: str = "", statut: int = 200) -> Response:
    jour = aujourd_hui()
    avertie = demande.avertie_le is not None and demande.motif_avertissement == motif
    return rendre(
        "guichet/radier.html",
        titre="Radier la demande",
        demande=demande,
        version=acte.version(demande),
        motif=motifs_de_radiation()[motif],
        formulaire=formulaire,
        avertie=avertie,
        radiable_le=radiable_apres_avertissement_le(demande, jour) if avertie else None,
        jour=jour,
        reprise_le=reprise_apres_radiation(demande, motif, jour),
        phrase=phrase,
        statut=statut,
    )


@bp.post("/demandes/<int:demande_id>/avertissement/lever")
@droit(Droit.AGENT_INSTRUCTEUR)
def lever(demande_id: int) -> ReponseBrute:
    demande = acces.demande_a_instruire(db.session, current_user, demande_id)
    vue, agent = request.form.get("version", ""), acces.soi(db.session, current_user)
    try:
        radiations.lever_l_avertissement(db.session, demande, vue, agent, maintenant())
    except (Conflit, acte.ActeImpossible) as refus:
        motif = demande.motif_avertissement or request.form.get("motif", "")
        if motif not in motifs_de_radiation() or demande.radiee_le is not None:
            return dossier(demande_id)
        return _page(demande, motif, RaisonForm(), phrase=str(refus), statut=409)
    db.session.commit()
    return dossier(demande_id)


@bp.get("/demandes/<int:demande_id>/reactiver")
@droit(Droit.AGENT_INSTRUCTEUR)
def rendre_active(demande_id: int) -> ReponseBrute:
    demande = acces.demande_a_lire(db.session, current_user, demande_id)
    if not se_peut(demande, current_user, "reactiver", aujourd_hui()):
        return dossier(demande_id)
    return _page_reactiver(demande, RaisonForm())


@bp.post("/demandes/<int:demande_id>/reactiver")
@droit(Droit.AGENT_INSTRUCTEUR)
def rendre_active_envoyer(demande_id: int) -> ReponseBrute:
    demande = acces.demande_a_instruire(db.session, current_user, demande_id)
    if demande.radiee_le is None:  # un double clic, ou un collègue, l'a déjà rendue active
        return dossier(demande_id)
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
    return dossier(demande_id, "contenu")


def _page_reactiver(demande: Demande, formulaire: RaisonForm, *, phrase: str = "", statut: int = 200) -> Response:
    jour = aujourd_hui()
    limite = reprise_possible_jusqu_au(demande, jour)
    return rendre(
        "guichet/reactiver.html",
        titre="Rendre la demande active",
        demande=demande,
        version=acte.version(demande),
        motif=motifs_de_radiation().get(demande.motif_radiation or ""),
        limite=limite,
        est_possible=limite is not None and jour <= limite,
        formulaire=formulaire,
        phrase=phrase,
        statut=statut,
    )
