"""Changer d'adresse mail, confirmer la nouvelle. Un GET ne consomme jamais un lien."""

from __future__ import annotations

from flask import Response, redirect, request, url_for
from flask_login import current_user
from werkzeug import Response as ReponseBrute

from portail import freins
from portail.compte import acces, bp, jetons, preuve, sessions
from portail.compte import adresse as actes
from portail.compte.formulaires import AdresseForm
from portail.compte.modeles import UsageJeton
from portail.db import db
from portail.droits import Droit, droit
from portail.htmx import rendre
from portail.surete import Fait, noter


@bp.get("/adresse")
@droit(Droit.COMPTE)
def adresse() -> ReponseBrute:
    return preuve.exiger() or _page(AdresseForm(None, _actuelle()))


@bp.post("/adresse")
@droit(Droit.COMPTE)
def adresse_envoyer() -> ReponseBrute:
    if (a_prouver := preuve.exiger()) is not None:
        return a_prouver
    formulaire = AdresseForm(request.form, _actuelle())
    if not formulaire.validate():
        return _page(formulaire, statut=422)
    try:
        freins.essayer(freins.ADRESSE_PAR_COMPTE, str(current_user.id))
    except freins.TropDEssais as trop:
        formulaire.courriel.errors = [str(trop)]
        return trop.annoncer(_page(formulaire, statut=429))
    compte = acces.verrouiller(db.session, current_user.id)
    # Il vient d'être supprimé, ou « Ce n'est pas moi » vient de le mettre à l'abri.
    if compte is None or sessions.est_fermee(db.session):
        return redirect(url_for(".connexion"), 303)
    actes.demander(db.session, compte, formulaire.courriel.data)
    db.session.commit()
    noter(Fait.ADRESSE_DEMANDEE, current_user.id)
    return redirect(url_for(".mon_compte", fait="adresse"), 303)


def _actuelle() -> str | None:
    return None if current_user.est_a_l_abri else current_user.courriel


def _page(formulaire: AdresseForm, statut: int = 200) -> Response:
    return rendre("compte/adresse.html", titre="Changer mon adresse mail", statut=statut, formulaire=formulaire)


@bp.get("/adresse/confirmer/<jeton>")
@droit(Droit.PUBLIC)
def adresse_confirmer(jeton: str) -> Response:
    if not jetons.vaut_encore(UsageJeton.CHANGER_COURRIEL, jeton):
        return _confirmation_perimee()
    return rendre("compte/adresse_confirmer.html", titre="Confirmer ma nouvelle adresse mail", perime=False)


@bp.post("/adresse/confirmer/<jeton>")
@droit(Droit.PUBLIC)
def adresse_confirmer_envoyer(jeton: str) -> ReponseBrute:
    changement = actes.confirmer(db.session, jeton)
    if changement is None:
        return _confirmation_perimee()
    db.session.commit()
    noter(Fait.ADRESSE_CHANGEE, changement.compte_id)
    motif = "adresse" if changement.guichet_id is None else "adresse-au-guichet"
    return redirect(url_for(".connexion", motif=motif), 303)


def _confirmation_perimee() -> Response:
    return rendre("compte/adresse_confirmer.html", titre="Ce lien ne fonctionne plus", perime=True, statut=410)
