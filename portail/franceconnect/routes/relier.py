"""Relier un compte à FranceConnect, ou l'en délier : toujours avec une preuve que le compte est à soi."""

from __future__ import annotations

from flask import Response, redirect, request, url_for
from flask_login import current_user
from werkzeug import Response as ReponseBrute

from portail import freins
from portail.compte import mots_de_passe
from portail.compte.acces import compte_courant
from portail.compte.formulaires import ActuelForm
from portail.db import db, lecture
from portail.droits import Droit, droit
from portail.franceconnect import bp, lien, passage
from portail.franceconnect import inscription as actes
from portail.franceconnect.arret import Arret
from portail.franceconnect.depart import partir
from portail.franceconnect.identite import concordent
from portail.franceconnect.modeles import UsagePassage
from portail.htmx import rendre
from portail.surete import Fait, noter

FAITS = {
    "relie": "Votre compte est relié à FranceConnect. Nous vous l’avons aussi écrit.",
    "delie": "Votre compte n’est plus relié à FranceConnect. Nous vous l’avons aussi écrit.",
}


@bp.get("")
@droit(Droit.COMPTE)
def mon_lien() -> Response:
    return _page(ActuelForm(None))


@bp.post("")
@droit(Droit.COMPTE)
def relier_mon_compte() -> ReponseBrute:
    """Une façon de plus d'entrer : le mot de passe est redemandé."""
    formulaire = ActuelForm(request.form)
    if (refus := _refus(formulaire)) is not None:
        return refus
    return partir(UsagePassage.RELIER, compte_id=current_user.id)


@bp.post("/delier")
@droit(Droit.COMPTE)
def delier() -> ReponseBrute:
    """Le mot de passe prouve à la fois qui demande, et qu'il reste une autre façon d'entrer."""
    formulaire = ActuelForm(request.form)
    if (refus := _refus(formulaire)) is not None:
        return refus
    fait = lien.delier(db.session, compte_courant(db.session))
    db.session.commit()
    if fait:
        noter(Fait.FRANCECONNECT_DELIE, current_user.id)
    return redirect(url_for(".mon_lien", fait="delie"), 303)


def _refus(formulaire: ActuelForm) -> Response | None:
    """La page, avec son erreur, si le mot de passe n'est pas le bon."""
    if not formulaire.validate():
        return _page(formulaire, statut=422)
    try:
        freins.essayer(freins.CHANGEMENT_PAR_COMPTE, str(current_user.id))
    except freins.TropDEssais as trop:
        formulaire.actuel.errors = [str(trop)]
        return trop.annoncer(_page(formulaire, statut=429))
    if mots_de_passe.verifier(current_user.mot_de_passe, formulaire.actuel.data):
        return None
    noter(Fait.MOT_DE_PASSE_ACTUEL_FAUX, current_user.id)
    formulaire.actuel.errors = ["Ce n’est pas votre mot de passe actuel."]
    return _page(formulaire, statut=422)


def _page(formulaire: ActuelForm, statut: int = 200) -> Response:
    with lecture() as base:
        relie = lien.du_compte(base, current_user.id)
    return rendre(
        "franceconnect/mon_lien.html",
        titre="FranceConnect",
        statut=statut,
        formulaire=formulaire,
        relie=relie,
        a_un_mot_de_passe=current_user.mot_de_passe is not None,
        fait=FAITS.get(request.args.get("fait", ""), ""),
    )


@bp.get("/relier")
@droit(Droit.COMPTE)
def relier() -> Response:
    """Le mot de passe du compte vient d'être donné ; l'identité vient d'être prouvée. Reste à le vouloir."""
    with lecture() as base:
        trouve = passage.en_attente(base)
    if trouve is None:
        raise Arret("perime")
    if not concordent(trouve[1], current_user):
        raise Arret("discordante")
    return rendre(
        "franceconnect/relier.html", titre="Relier FranceConnect à votre compte", suite=trouve[0].suite, par_lien=False
    )


@bp.post("/relier")
@droit(Droit.COMPTE)
def relier_confirmer() -> ReponseBrute:
    trouve = passage.en_attente(db.session)
    if trouve is None:
        raise Arret("perime")
    attente, identite = trouve
    lien.relier(db.session, compte_courant(db.session), identite)
    passage.finir(attente)
    db.session.commit()
    noter(Fait.FRANCECONNECT_RELIE, current_user.id)
    return redirect(attente.suite or url_for(".mon_lien", fait="relie"), 303)


@bp.get("/relier/<jeton>")
@droit(Droit.PUBLIC)
def relier_par_lien(jeton: str) -> Response:
    return rendre("franceconnect/relier.html", titre="Relier FranceConnect à votre compte", suite="", par_lien=True)


@bp.post("/relier/<jeton>")
@droit(Droit.PUBLIC)
def relier_par_lien_envoyer(jeton: str) -> ReponseBrute:
    compte = actes.relier_par_courriel(db.session, jeton)
    db.session.commit()
    noter(Fait.FRANCECONNECT_RELIE, compte.id)
    return redirect(url_for("compte.connexion", motif="reliee"), 303)
