"""Écrire à la personne, depuis le dossier de sa demande."""

from __future__ import annotations

from flask import Response, request
from flask_login import current_user
from werkzeug import Response as ReponseBrute

from portail import idempotence
from portail.db import db
from portail.demande.modeles import Demande
from portail.droits import Droit, droit
from portail.guichet import acces, acte, bp, vie
from portail.guichet.formulaires_vie import MessageForm
from portail.guichet.modeles import RoleAgent
from portail.guichet.routes.gestes import demande_du_geste, dossier
from portail.horloge import maintenant
from portail.htmx import rendre


@bp.get("/demandes/<int:demande_id>/ecrire")
@droit(Droit.AGENT_ACCUEIL)
def ecrire(demande_id: int) -> ReponseBrute:
    demande = demande_du_geste(demande_id, "ecrire")
    return _page_ecrire(demande, MessageForm())


@bp.post("/demandes/<int:demande_id>/ecrire")
@droit(Droit.AGENT_ACCUEIL)
def ecrire_envoyer(demande_id: int) -> ReponseBrute:
    demande = acces.demande_a_instruire(db.session, current_user, demande_id, role=RoleAgent.ACCUEIL, tenir_compte=True)
    formulaire = MessageForm(request.form)
    if not formulaire.validate():
        return _page_ecrire(demande, formulaire, statut=422)
    try:
        agent = acces.soi(db.session, current_user)
        vie.ecrire(db.session, demande, formulaire.texte.data, agent, maintenant(), _cle_de_l_envoi())
    except acte.ActeImpossible as refus:
        return _page_ecrire(demande, formulaire, phrase=str(refus), statut=409)
    db.session.commit()
    return dossier(demande_id, fait="message")


def _page_ecrire(demande: Demande, formulaire: MessageForm, *, phrase: str = "", statut: int = 200) -> Response:
    return rendre(
        "guichet/ecrire.html",
        titre="Écrire à la personne",
        demande=demande,
        cle=_cle_de_l_envoi(),
        formulaire=formulaire,
        phrase=phrase,
        statut=statut,
    )


def _cle_de_l_envoi() -> str:
    """Celle de la page : la renvoyer n'écrit pas deux fois ; le même texte, un autre jour, est un autre message."""
    return request.form.get("cle", "") or idempotence.nouvelle_cle()
