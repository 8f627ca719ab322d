"""Rectifier l'identité, document en main."""

from __future__ import annotations

from flask import Response, request
from flask_login import current_user
from werkzeug import Response as ReponseBrute
from werkzeug.datastructures import MultiDict

from portail.db import db
from portail.demande.contexte import contexte_au
from portail.demande.copie import copier
from portail.demande.etapes.informations_generales import IdentiteForm
from portail.demande.foyer import demandeur
from portail.demande.modeles import Demande
from portail.documents.apres_acte import etablir_l_attestation
from portail.droits import Droit, droit
from portail.guichet import acces, acte, bp, identite
from portail.guichet.formulaires_vie import DocumentForm
from portail.guichet.instruction import Conflit
from portail.guichet.modeles import ActeJournal
from portail.guichet.routes.gestes import dossier
from portail.horloge import aujourd_hui, maintenant
from portail.htmx import rendre

A_COCHER = "Cochez la case\u00a0: la rectification demande un document original."
INCOMPLETE = "Il manque une réponse\u00a0: {}."


@bp.get("/demandes/<int:demande_id>/identite")
@droit(Droit.AGENT_INSTRUCTEUR)
def rectifier(demande_id: int) -> ReponseBrute:
    demande = acces.demande_a_lire(db.session, current_user, demande_id)
    if demande.radiee_le is not None or demande.enregistree_le is None:
        return dossier(demande_id)
    return _page(demande, _formulaire(demande, None), DocumentForm())


@bp.post("/demandes/<int:demande_id>/identite")
@droit(Droit.AGENT_INSTRUCTEUR)
def rectifier_envoyer(demande_id: int) -> ReponseBrute:
    demande = acces.demande_a_instruire(db.session, current_user, demande_id)
    if demande.radiee_le is not None or demande.enregistree_le is None:
        return dossier(demande_id)
    formulaire, document, instant = _formulaire(demande, request.form), DocumentForm(request.form), maintenant()
    phrases = [] if request.form.get("vu") == "oui" else [A_COCHER]
    valable = formulaire.validate()
    valeurs = {champ.short_name: champ.data for champ in formulaire if champ.soumis}
    phrases += [
        INCOMPLETE.format(formulaire[nom].libelle)
        for nom, valeur in valeurs.items()
        if valeur is None and formulaire[nom].regle.requise and not formulaire[nom].errors
    ]
    if not document.validate() or not valable or phrases:
        return _page(demande, formulaire, document, phrases=phrases, statut=422)
    vue, agent = request.form.get("version", ""), acces.soi(db.session, current_user)
    try:
        identite.rectifier(db.session, demande, vue, valeurs, document.document.data, agent, instant)
    except (Conflit, acte.ActeImpossible) as refus:
        if acte.vient_d_etre_fait(db.session, demande, agent, ActeJournal.MODIFICATION_IDENTITE, instant):
            return dossier(demande_id, fait="identite")
        return _page(demande, formulaire, document, phrases=[str(refus)], statut=409)
    db.session.commit()
    etablir_l_attestation(demande_id, instant)
    return dossier(demande_id, fait="identite")


def _formulaire(demande: Demande, saisie: MultiDict[str, str] | None) -> IdentiteForm:
    """Les mêmes questions qu'à l'étape 1, sur une copie : rien n'est écrit tant que l'agent n'a pas confirmé."""
    declaration = acces.declaration_qui_compte(db.session, demande)
    return IdentiteForm(demandeur(copier(declaration, maintenant())), contexte_au(aujourd_hui()), saisie)


def _page(
    demande: Demande,
    formulaire: IdentiteForm,
    document: DocumentForm,
    *,
    phrases: list[str] | None = None,
    statut: int = 200,
) -> Response:
    return rendre(
        "guichet/identite.html",
        titre="Rectifier l’identité",
        demande=demande,
        version=acte.version(demande),
        formulaire=formulaire,
        document=document,
        phrases=phrases or [],
        statut=statut,
    )
