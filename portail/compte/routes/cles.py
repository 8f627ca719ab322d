"""« Mes clés d'accès » : les voir, en ajouter, les nommer, en retirer."""

from __future__ import annotations

from flask import Response, jsonify, redirect, request, url_for
from flask_login import current_user
from werkzeug import Response as ReponseBrute
from werkzeug.exceptions import Forbidden

from portail import freins
from portail.cles_acces import ceremonie, defis
from portail.cles_acces.ceremonie import CleRefusee
from portail.cles_acces.modeles import UsageDefi
from portail.compte import bp, preuve
from portail.compte import cles as actes
from portail.compte.acces import compte_courant
from portail.compte.appareil import nom_d_appareil
from portail.compte.formulaires import NomDeCleForm
from portail.db import db, lecture
from portail.droits import Droit, droit
from portail.htmx import rendre
from portail.surete import Fait, noter

FAITS = {
    "ajoutee": "Votre clé d’accès est ajoutée. Nous vous l’avons aussi écrit.",
    "nommee": "Le nom de la clé est changé.",
    "retiree": "La clé d’accès est retirée et vos autres appareils sont déconnectés. Nous vous l’avons aussi écrit.",
}
DERNIERE = "Cette clé est votre seule façon d’entrer\u00a0: choisissez d’abord un mot de passe, puis retirez-la."
REFUS = "La clé n’a pas pu être ajoutée. Recommencez, sans quitter cette page plus de cinq minutes."
COMPLET = "Vous avez déjà dix clés d’accès. Retirez-en une pour en ajouter une autre."


@bp.get("/cles")
@droit(Droit.COMPTE)
def cles() -> Response:
    return _liste(FAITS.get(request.args.get("fait", ""), ""))


def _liste(fait: str = "", refus: str = "", statut: int = 200) -> Response:
    with lecture() as base:
        siennes = actes.du_compte(base, current_user.id)
    return rendre(
        "compte/cles.html",
        titre="Mes clés d’accès",
        statut=statut,
        cles=siennes,
        complet=len(siennes) >= actes.MAXIMUM,
        possible=ceremonie.possible(),
        fait=fait,
        refus=refus,
    )


@bp.get("/cles/ajouter")
@droit(Droit.COMPTE)
def cle_ajouter() -> ReponseBrute:
    return preuve.exiger() or _ajout(NomDeCleForm(None, nom_d_appareil(request.user_agent.string)))


@bp.post("/cles/ajouter/defi")
@droit(Droit.COMPTE)
def cle_ajouter_defi() -> Response:
    if not (preuve.est_recente() and ceremonie.possible()):
        raise Forbidden
    freins.essayer(freins.CLE_PAR_RESEAU, freins.reseau())
    compte = compte_courant(db.session)
    deja = [cle.identifiant for cle in actes.du_compte(db.session, compte.id)]
    defi = defis.poser(db.session, UsageDefi.AJOUTER)
    db.session.commit()
    return jsonify(ceremonie.options_d_ajout(defi, actes.porteur(compte), deja, decouvrable=True))


@bp.post("/cles/ajouter")
@droit(Droit.COMPTE)
def cle_ajouter_envoyer() -> ReponseBrute:
    if (a_prouver := preuve.exiger(suite=url_for(".cle_ajouter"))) is not None:
        return a_prouver
    formulaire = NomDeCleForm(request.form)
    if not formulaire.validate():
        return _ajout(formulaire, statut=422)
    freins.essayer(freins.CHANGEMENT_PAR_COMPTE, str(current_user.id))
    try:
        neuve = actes.verifier(request.form.get("cle_reponse", ""))
        actes.ajouter(db.session, compte_courant(db.session), neuve, formulaire.nom.data)
    except CleRefusee:
        noter(Fait.CLE_REFUSEE, current_user.id)
        return _ajout(formulaire, refus=REFUS, statut=422)
    except actes.TropDeCles:
        return _liste(refus=COMPLET, statut=409)
    freins.rendre(db.session, freins.CHANGEMENT_PAR_COMPTE, str(current_user.id))
    db.session.commit()
    noter(Fait.CLE_AJOUTEE, current_user.id)
    return redirect(url_for(".cles", fait="ajoutee"), 303)


def _ajout(formulaire: NomDeCleForm, *, refus: str = "", statut: int = 200) -> Response:
    return rendre(
        "compte/cle_ajouter.html",
        titre="Ajouter une clé d’accès",
        statut=statut,
        formulaire=formulaire,
        possible=ceremonie.possible(),
        refus=refus,
    )


@bp.post("/cles/<int:cle_id>/nom")
@droit(Droit.COMPTE)
def cle_nommer(cle_id: int) -> ReponseBrute:
    cle, formulaire = actes.la_sienne(db.session, current_user.id, cle_id), NomDeCleForm(request.form)
    if not formulaire.validate():
        return _liste(refus=formulaire.nom.errors[0], statut=422)
    cle.nom = formulaire.nom.data
    db.session.commit()
    return redirect(url_for(".cles", fait="nommee"), 303)


@bp.post("/cles/<int:cle_id>/retirer")
@droit(Droit.COMPTE)
def cle_retirer(cle_id: int) -> ReponseBrute:
    if (a_prouver := preuve.exiger(suite=url_for(".cles"))) is not None:
        return a_prouver
    try:
        actes.retirer(db.session, compte_courant(db.session), cle_id)
    except actes.DerniereFacon:
        db.session.rollback()
        return _liste(refus=DERNIERE, statut=409)
    db.session.commit()
    noter(Fait.CLE_RETIREE, current_user.id)
    return redirect(url_for(".cles", fait="retiree"), 303)
