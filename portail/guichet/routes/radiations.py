"""Avertir, radier : le motif d'abord, puis ce qu'il entraîne."""

from __future__ import annotations

from flask import Response, redirect, request, url_for
from flask_login import current_user
from werkzeug import Response as ReponseBrute

from portail.db import db
from portail.demande.catalogue_evenements import motifs_de_radiation
from portail.demande.delais import (
    radiable_apres_avertissement_le,
    reprise_apres_radiation,
)
from portail.demande.modeles import Demande
from portail.droits import Droit, droit
from portail.guichet import acces, acte, bp, radiations
from portail.guichet.formulaires_vie import RaisonForm
from portail.guichet.instruction import Conflit
from portail.guichet.modeles import ActeJournal
from portail.guichet.routes.gestes import demande_du_geste, dossier
from portail.horloge import aujourd_hui, maintenant
from portail.htmx import rendre


@bp.get("/demandes/<int:demande_id>/radier")
@droit(Droit.AGENT_INSTRUCTEUR)
def radier(demande_id: int) -> ReponseBrute:
    """Sans motif choisi, la liste ; avec, ce qu'il faut faire et ce que cela entraîne."""
    demande = demande_du_geste(demande_id, "radier")
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
        return dossier(demande_id, fait="radiee")
    formulaire = RaisonForm(request.form)
    if not formulaire.validate():
        return _page(demande, motif, formulaire, statut=422)
    agir = radiations.avertir if faire == "avertir" else radiations.radier
    vue, agent, instant = request.form.get("version", ""), acces.soi(db.session, current_user), maintenant()
    try:
        agir(db.session, demande, vue, motif, formulaire.precision.data, agent, instant)
    except (Conflit, acte.ActeImpossible) as refus:
        deja = acte.vient_d_etre_fait(db.session, demande, agent, ActeJournal.AVERTISSEMENT, instant)
        if faire == "avertir" and deja:
            return dossier(demande_id, fait="avertie")
        return _page(demande, motif, formulaire, phrase=str(refus), statut=409)
    db.session.commit()
    return dossier(demande_id, fait="avertie" if faire == "avertir" else "radiee")


def _page(demande: Demande, motif: str, formulaire: RaisonForm, *, phrase: str = "", statut: int = 200) -> Response:
    jour = aujourd_hui()
    avertie = demande.avertie_le is not None and demande.motif_avertissement == motif
    radiable_le = radiable_apres_avertissement_le(demande, jour) if avertie else None
    a_remplir = radiable_le is None or jour >= radiable_le
    if formulaire.errors and not a_remplir:  # averti par un collègue pendant que la page était ouverte : plus de case
        formulaire, phrase = RaisonForm(), acte.CHANGEE
    return rendre(
        "guichet/radier.html",
        titre="Radier la demande",
        demande=demande,
        version=acte.version(demande),
        motif=motifs_de_radiation()[motif],
        formulaire=formulaire,
        avertie=avertie,
        radiable_le=radiable_le,
        a_remplir=a_remplir,
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
            deja_levee = demande.avertie_le is None and demande.radiee_le is None
            return dossier(demande_id, fait="levee" if deja_levee else None)
        return _page(demande, motif, RaisonForm(), phrase=str(refus), statut=409)
    db.session.commit()
    return dossier(demande_id, fait="levee")
