"""Les clés d'accès d'un agent : en ajouter, en retirer, son second facteur redonné."""

from __future__ import annotations

from flask import Response, jsonify, redirect, request, url_for
from flask_login import current_user
from werkzeug import Response as ReponseBrute
from werkzeug.exceptions import Forbidden

from portail.cles_acces import ceremonie
from portail.cles_acces.ceremonie import CleRefusee
from portail.compte.appareil import nom_d_appareil
from portail.compte.formulaires import NomDeCleForm
from portail.db import db
from portail.droits import Droit, droit
from portail.guichet import bp, cles, preuve, sessions
from portail.guichet.routes.moi import page_moi
from portail.guichet.routes.second_facteur import REFUS_CLE
from portail.htmx import rendre

DERNIER = "C’est votre seul second facteur\u00a0: ajoutez-en un autre avant de le retirer."
COMPLET = "Vous avez déjà dix clés d’accès. Retirez-en une pour en ajouter une autre."


@bp.get("/moi/cles/ajouter")
@droit(Droit.AGENT_ACCUEIL)
def ma_cle_ajouter() -> ReponseBrute:
    proposee = NomDeCleForm(None, nom_d_appareil(request.user_agent.string))
    return preuve.exiger(request.path) or _ajout(proposee)


@bp.post("/moi/cles/ajouter/defi")
@droit(Droit.AGENT_ACCUEIL)
def ma_cle_ajouter_defi() -> Response:
    if not (preuve.est_recente() and ceremonie.possible()):
        raise Forbidden
    return jsonify(cles.options_d_ajout(current_user))


@bp.post("/moi/cles/ajouter")
@droit(Droit.AGENT_ACCUEIL)
def ma_cle_ajouter_envoyer() -> ReponseBrute:
    if (a_redire := preuve.exiger(request.path)) is not None:
        return a_redire
    formulaire = NomDeCleForm(request.form)
    if not formulaire.validate():
        return _ajout(formulaire, statut=422)
    try:
        neuve = cles.verifier(request.form.get("cle_reponse", ""))
        cles.ajouter(db.session, sessions.encore_connecte(db.session), neuve, formulaire.nom.data)
    except CleRefusee:
        return _ajout(formulaire, refus=REFUS_CLE, statut=422)
    except cles.TropDeCles:
        return page_moi(COMPLET, 409)
    db.session.commit()
    return redirect(url_for(".moi", fait="cle-ajoutee"), 303)


def _ajout(formulaire: NomDeCleForm, *, refus: str = "", statut: int = 200) -> Response:
    possible, titre = ceremonie.possible(), "Ajouter une clé d’accès"
    return rendre(
        "guichet/cle_ajouter.html", titre=titre, statut=statut, formulaire=formulaire, possible=possible, refus=refus
    )


@bp.post("/moi/cles/<int:cle_id>/retirer")
@droit(Droit.AGENT_ACCUEIL)
def ma_cle_retirer(cle_id: int) -> ReponseBrute:
    if (a_redire := preuve.exiger(url_for(".moi"))) is not None:
        return a_redire
    try:
        cles.retirer(db.session, sessions.encore_connecte(db.session), cle_id)
    except cles.DernierFacteur:
        return page_moi(DERNIER, 409)
    db.session.commit()
    return redirect(url_for(".moi", fait="cle-retiree"), 303)
