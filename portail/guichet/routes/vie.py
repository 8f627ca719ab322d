"""Renouveler pour la personne, transférer à un autre guichet."""

from __future__ import annotations

from flask import Response, request
from flask_login import current_user
from werkzeug import Response as ReponseBrute

from portail.db import db
from portail.demande.contexte import contexte_au
from portail.demande.cycle_de_vie import echeance
from portail.demande.formulaires_vie import RevenusForm
from portail.demande.modeles import Demande
from portail.documents.apres_acte import etablir_l_attestation
from portail.droits import Droit, droit
from portail.guichet import acces, acte, bp, vie
from portail.guichet.formulaires_vie import TransfertForm
from portail.guichet.instruction import Conflit
from portail.guichet.modeles import ActeJournal, RoleAgent
from portail.guichet.routes.gestes import demande_du_geste, dossier
from portail.horloge import aujourd_hui, maintenant
from portail.htmx import rendre


@bp.get("/demandes/<int:demande_id>/renouveler")
@droit(Droit.AGENT_ACCUEIL)
def renouveler(demande_id: int) -> ReponseBrute:
    demande = demande_du_geste(demande_id, "renouveler")
    declaration = acces.declaration_qui_compte(db.session, demande)
    return _page_renouveler(demande, RevenusForm(declaration, contexte_au(aujourd_hui())))


@bp.post("/demandes/<int:demande_id>/renouveler")
@droit(Droit.AGENT_ACCUEIL)
def renouveler_envoyer(demande_id: int) -> ReponseBrute:
    demande = acces.demande_a_instruire(db.session, current_user, demande_id, role=RoleAgent.ACCUEIL)
    if demande.declaration_deposee is None:
        return dossier(demande_id)
    formulaire = RevenusForm(demande.declaration_deposee, contexte_au(aujourd_hui()), request.form)
    if not formulaire.validate():
        return _page_renouveler(demande, formulaire, statut=422)
    instant, vue = maintenant(), request.form.get("version", "")
    agent = acces.soi(db.session, current_user)
    try:
        vie.renouveler(db.session, demande, vue, formulaire.declares, agent, instant)
    except (Conflit, acte.ActeImpossible) as refus:
        if acte.vient_d_etre_fait(db.session, demande, agent, ActeJournal.RENOUVELLEMENT, instant):
            return dossier(demande_id, fait="renouvelee")
        return _page_renouveler(demande, formulaire, phrase=str(refus), statut=409)
    db.session.commit()
    etablir_l_attestation(demande_id, instant)
    return dossier(demande_id, fait="renouvelee")


def _page_renouveler(demande: Demande, formulaire: RevenusForm, *, phrase: str = "", statut: int = 200) -> Response:
    return rendre(
        "guichet/renouveler.html",
        titre="Renouveler pour la personne",
        demande=demande,
        version=acte.version(demande),
        formulaire=formulaire,
        echeance=echeance(demande, aujourd_hui()),
        phrase=phrase,
        statut=statut,
    )


@bp.get("/demandes/<int:demande_id>/transferer")
@droit(Droit.AGENT_INSTRUCTEUR)
def transferer(demande_id: int) -> ReponseBrute:
    demande = demande_du_geste(demande_id, "transferer")
    return _page_transferer(demande, TransfertForm(None, vie.autres_guichets(db.session, demande)))


@bp.post("/demandes/<int:demande_id>/transferer")
@droit(Droit.AGENT_INSTRUCTEUR)
def transferer_envoyer(demande_id: int) -> ReponseBrute:
    demande = acces.demande_a_instruire(db.session, current_user, demande_id)
    formulaire = TransfertForm(request.form, vie.autres_guichets(db.session, demande))
    agent, vue, instant = acces.soi(db.session, current_user), request.form.get("version", ""), maintenant()
    if vue != acte.version(demande):  # le guichet choisi n'est peut-être plus dans la liste
        if acte.vient_d_etre_fait(db.session, demande, agent, ActeJournal.TRANSFERT, instant):
            return dossier(demande_id, fait="transferee")
        return _page_transferer(demande, formulaire, phrase=acte.CHANGEE, statut=409)
    if not formulaire.validate():
        return _page_transferer(demande, formulaire, statut=422)
    vers, raison = int(formulaire.guichet.data), formulaire.precision.data
    try:
        vie.transferer(db.session, demande, vue, vers, raison, agent, instant)
    except (Conflit, acte.ActeImpossible) as refus:
        return _page_transferer(demande, formulaire, phrase=str(refus), statut=409)
    db.session.commit()
    return dossier(demande_id, fait="transferee")


def _page_transferer(demande: Demande, formulaire: TransfertForm, *, phrase: str = "", statut: int = 200) -> Response:
    return rendre(
        "guichet/transferer.html",
        titre="Transférer à un autre guichet",
        demande=demande,
        version=acte.version(demande),
        formulaire=formulaire,
        phrase=phrase,
        statut=statut,
    )
