"""Se servir d'une clé d'accès : entrer sans mot de passe, ou redire qui l'on est."""

from __future__ import annotations

from flask import Response, jsonify, redirect, request, url_for
from flask_login import current_user
from werkzeug import Response as ReponseBrute
from werkzeug.exceptions import Forbidden

from portail import freins
from portail.cles_acces import ceremonie, defis
from portail.cles_acces.ceremonie import CleRefusee
from portail.cles_acces.modeles import UsageDefi
from portail.cles_acces.service import CompteurEnArriere
from portail.compte import acces, bp, cles, entree, preuve
from portail.compte.entree import adresse_interne
from portail.compte.formulaires import ConnexionForm
from portail.compte.modeles import CleCompte
from portail.compte.routes.connexion import page_connexion
from portail.compte.routes.preuve import page_preuve
from portail.db import db
from portail.droits import Droit, droit
from portail.surete import Fait, noter

REFUS = "Cette clé d’accès n’ouvre aucun compte ici, ou la réponse a trop attendu. Recommencez, ou entrez autrement."
REFUS_PREUVE = "Cette clé d’accès n’est pas une de celles de ce compte, ou la réponse a trop attendu."


@bp.post("/connexion/cle/defi")
@droit(Droit.ANONYME)
def connexion_par_cle_defi() -> Response:
    """Le même défi pour tout le monde : rien n'est demandé, aucune adresse ne se devine."""
    defi = _defi(UsageDefi.ENTRER)
    return jsonify(ceremonie.options_d_usage(defi))


@bp.post("/connexion/cle")
@droit(Droit.ANONYME)
def connexion_par_cle() -> ReponseBrute:
    suite = request.form.get("suite", "")
    freins.essayer(freins.CONNEXION_PAR_RESEAU, freins.reseau())
    try:
        cle = cles.reconnaitre(UsageDefi.ENTRER, request.form.get("cle_reponse", ""))
        compte = acces.verrouiller(db.session, cle.compte_id)
        if compte is None or db.session.get(CleCompte, cle.id) is None:
            raise CleRefusee("clé retirée au même instant")
    except CleRefusee as refus:
        noter(_fait(refus))
        return page_connexion(ConnexionForm(None), suite=suite, refus=REFUS, statut=422)
    suite = entree.entrer(db.session, compte, partagee="partage" in request.form, suite=adresse_interne(suite))
    freins.rendre(db.session, freins.CONNEXION_PAR_RESEAU, freins.reseau())
    db.session.commit()
    noter(Fait.CONNEXION_PAR_CLE, compte.id)
    return redirect(suite, 303)


@bp.post("/prouver/cle/defi")
@droit(Droit.COMPTE)
def prouver_par_cle_defi() -> Response:
    defi = _defi(UsageDefi.PROUVER)
    siennes = [cle.identifiant for cle in cles.du_compte(db.session, current_user.id)]
    return jsonify(ceremonie.options_d_usage(defi, siennes))


@bp.post("/prouver/cle")
@droit(Droit.COMPTE)
def prouver_par_cle() -> ReponseBrute:
    suite = request.form.get("suite", "")
    freins.essayer(freins.CHANGEMENT_PAR_COMPTE, str(current_user.id))
    try:
        cles.reconnaitre(UsageDefi.PROUVER, request.form.get("cle_reponse", ""), current_user.id)
    except CleRefusee as refus:
        noter(_fait(refus), current_user.id)
        return page_preuve(suite, refus=REFUS_PREUVE, statut=422)
    preuve.noter(db.session)
    freins.rendre(db.session, freins.CHANGEMENT_PAR_COMPTE, str(current_user.id))
    db.session.commit()
    noter(Fait.IDENTITE_REDITE, current_user.id)
    return redirect(adresse_interne(suite) or url_for(".mon_compte"), 303)


def _defi(usage: UsageDefi) -> bytes:
    if not ceremonie.possible():
        raise Forbidden
    freins.essayer(freins.CLE_PAR_RESEAU, freins.reseau())
    defi = defis.poser(db.session, usage)
    db.session.commit()
    return defi


def _fait(refus: CleRefusee) -> Fait:
    return Fait.CLE_COMPTEUR if isinstance(refus, CompteurEnArriere) else Fait.CLE_REFUSEE
