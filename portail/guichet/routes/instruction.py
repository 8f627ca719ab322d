"""Décider : enregistrer, renvoyer pour correction, accepter ou refuser une pièce."""

from __future__ import annotations

from flask import Response, current_app, request
from flask_login import current_user
from werkzeug import Response as ReponseBrute
from werkzeug.exceptions import NotFound

from portail.db import db
from portail.demande.actions import lire_numero
from portail.demande.modeles import Demande
from portail.documents import emission
from portail.droits import Droit, droit
from portail.guichet import acces, acte, bp, dossier, instruction
from portail.guichet.formulaires_instruction import DecisionForm, RenvoiForm, remarques_de
from portail.guichet.instruction import Conflit, IdentiteNonVerifiee
from portail.guichet.modeles import ActeJournal
from portail.guichet.routes.dossiers import montrer
from portail.guichet.routes.gestes import demande_du_geste
from portail.guichet.routes.gestes import dossier as mener_au_dossier
from portail.horloge import maintenant
from portail.htmx import rendre
from portail.requete import numero
from portail.stockage import StockageIndisponible


@bp.post("/demandes/<int:demande_id>/enregistrer")
@droit(Droit.AGENT_INSTRUCTEUR)
def enregistrer(demande_id: int) -> ReponseBrute:
    demande = acces.demande_a_instruire(db.session, current_user, demande_id)
    vue = request.form.get("declaration", 0, type=numero)
    original_vu = request.form.get("original_vu") == "oui"
    agent, instant = acces.soi(db.session, current_user), maintenant()
    try:
        instruction.enregistrer(db.session, demande, vue, agent, instant, original_vu=original_vu)
    except Conflit as conflit:
        if acte.vient_d_etre_fait(db.session, demande, agent, ActeJournal.ENREGISTREMENT, instant):
            return mener_au_dossier(demande_id, fait="enregistree")
        return _relire(demande, str(conflit), statut=409)
    except IdentiteNonVerifiee as refus:
        return _relire(demande, str(refus), ancre="original_vu", statut=422)
    db.session.commit()
    try:
        emission.attestation_emise(demande_id, instant)
    except StockageIndisponible:  # le numéro est donné : l'attestation s'établira à la première demande
        current_app.logger.exception("attestation de la demande %s à refaire", demande_id)
    return mener_au_dossier(demande_id, fait="enregistree")


@bp.get("/demandes/<int:demande_id>/renvoyer")
@droit(Droit.AGENT_INSTRUCTEUR)
def renvoyer(demande_id: int) -> ReponseBrute:
    demande = demande_du_geste(demande_id, "renvoyer", None)
    return _page_renvoi(demande, RenvoiForm(), {})


@bp.post("/demandes/<int:demande_id>/renvoyer")
@droit(Droit.AGENT_INSTRUCTEUR)
def renvoyer_envoyer(demande_id: int) -> ReponseBrute:
    demande = acces.demande_a_instruire(db.session, current_user, demande_id)
    formulaire = RenvoiForm(request.form)
    remarques = remarques_de(request.form)
    if not formulaire.validate():
        return _page_renvoi(demande, formulaire, remarques, statut=422)
    agent, instant = acces.soi(db.session, current_user), maintenant()
    try:
        instruction.renvoyer(
            db.session,
            demande,
            request.form.get("declaration", 0, type=numero),
            agent,
            formulaire.motif.data,
            formulaire.explication.data,
            remarques,
            instant,
        )
    except Conflit as conflit:
        if acte.vient_d_etre_fait(db.session, demande, agent, ActeJournal.RENVOI, instant):
            return mener_au_dossier(demande_id, fait="renvoyee")
        return _page_renvoi(demande, formulaire, remarques, phrase=str(conflit), statut=409)
    db.session.commit()
    return mener_au_dossier(demande_id, fait="renvoyee")


def _page_renvoi(
    demande: Demande,
    formulaire: RenvoiForm,
    remarques: dict[tuple[str, str, str, str], str],
    *,
    phrase: str = "",
    statut: int = 200,
) -> Response:
    return rendre(
        "guichet/renvoyer.html",
        titre="Renvoyer pour correction",
        dossier=dossier.ouvrir(db.session, demande),
        formulaire=formulaire,
        remarques={dossier.nom_de(cle): texte for cle, texte in remarques.items()},
        etapes_ouvertes={cle[0] for cle in remarques},
        phrase=phrase,
        statut=statut,
    )


@bp.post("/demandes/<int:demande_id>/pieces/<int:piece_id>")
@droit(Droit.AGENT_INSTRUCTEUR)
def decider_piece(demande_id: int, piece_id: int) -> ReponseBrute:
    demande = acces.demande_a_instruire(db.session, current_user, demande_id)
    piece = next((piece for piece in demande.pieces if piece.id == piece_id), None)
    if piece is None:
        raise NotFound
    formulaire = DecisionForm(request.form)
    if not formulaire.validate() and demande.radiee_le is None:  # radiée, la case de la raison n'est plus sur la page
        return _relire(demande, formulaire.en_erreur[0].erreur, ancre=f"raison-{piece_id}", statut=422)
    vus = {lire_numero(numero) for numero in request.form.get("fichiers", "").split(",")} - {0}
    agent = acces.soi(db.session, current_user)
    decision, raison = formulaire.decision.data, formulaire.raison.data
    try:
        instruction.decider_piece(db.session, demande, piece, vus, agent, decision, raison, maintenant())
    except Conflit as conflit:
        return _relire(demande, str(conflit), ancre=f"piece-{piece_id}", statut=409)
    db.session.commit()
    return mener_au_dossier(demande_id, fait=f"piece-{piece_id}")


def _relire(demande: Demande, phrase: str, *, ancre: str = "contenu", statut: int) -> Response:
    """Le dossier tel qu'il est maintenant, et ce qui n'a pas été fait."""
    return montrer(dossier.ouvrir(db.session, demande), phrase=phrase, ancre=ancre, statut=statut)
