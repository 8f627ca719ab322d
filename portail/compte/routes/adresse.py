"""Changer d'adresse mail, confirmer la nouvelle, geler depuis l'ancienne. Un GET ne consomme jamais un lien."""

from __future__ import annotations

from flask import Response, redirect, request, url_for
from flask_login import current_user
from werkzeug import Response as ReponseBrute

from portail import freins
from portail.compte import adresse as actes
from portail.compte import bp, preuve
from portail.compte.acces import compte_courant
from portail.compte.formulaires import AdresseForm
from portail.db import db
from portail.droits import Droit, droit
from portail.htmx import rendre
from portail.surete import Fait, noter


@bp.get("/adresse")
@droit(Droit.COMPTE)
def adresse() -> ReponseBrute:
    return preuve.exiger() or _page(AdresseForm(None, current_user.courriel))


@bp.post("/adresse")
@droit(Droit.COMPTE)
def adresse_envoyer() -> ReponseBrute:
    if (a_prouver := preuve.exiger()) is not None:
        return a_prouver
    formulaire = AdresseForm(request.form, current_user.courriel)
    if not formulaire.validate():
        return _page(formulaire, statut=422)
    try:
        freins.essayer(freins.ADRESSE_PAR_COMPTE, str(current_user.id))
    except freins.TropDEssais as trop:
        formulaire.courriel.errors = [str(trop)]
        return trop.annoncer(_page(formulaire, statut=429))
    actes.demander(db.session, compte_courant(db.session), formulaire.courriel.data)
    db.session.commit()
    noter(Fait.ADRESSE_DEMANDEE, current_user.id)
    return redirect(url_for(".mon_compte", fait="adresse"), 303)


def _page(formulaire: AdresseForm, statut: int = 200) -> Response:
    return rendre("compte/adresse.html", titre="Changer mon adresse mail", statut=statut, formulaire=formulaire)


@bp.get("/adresse/confirmer/<jeton>")
@droit(Droit.PUBLIC)
def adresse_confirmer(jeton: str) -> Response:
    return rendre("compte/adresse_confirmer.html", titre="Confirmer ma nouvelle adresse mail", perime=False)


@bp.post("/adresse/confirmer/<jeton>")
@droit(Droit.PUBLIC)
def adresse_confirmer_envoyer(jeton: str) -> ReponseBrute:
    changement = actes.confirmer(db.session, jeton)
    if changement is None:
        titre = "Ce lien ne fonctionne plus"
        return rendre("compte/adresse_confirmer.html", titre=titre, perime=True, statut=410)
    db.session.commit()
    noter(Fait.ADRESSE_CHANGEE, changement.compte_id)
    motif = "adresse" if changement.guichet_id is None else "adresse-au-guichet"
    return redirect(url_for(".connexion", motif=motif), 303)


@bp.get("/geler/<jeton>")
@droit(Droit.PUBLIC)
def geler(jeton: str) -> Response:
    return rendre("compte/geler.html", titre="Arrêter ce changement", etat="a_faire")


@bp.post("/geler/<jeton>")
@droit(Droit.PUBLIC)
def geler_envoyer(jeton: str) -> Response:
    compte = actes.geler(db.session, jeton)
    if compte is None:
        return rendre("compte/geler.html", titre="Ce lien ne fonctionne plus", etat="perime", statut=410)
    db.session.commit()
    noter(Fait.COMPTE_GELE, compte.id)
    if compte.courriel_confirme_le is None:
        return rendre("compte/geler.html", titre="Ce compte est mis à l’abri", etat="a_rendre")
    return rendre("compte/geler.html", titre="Votre compte est protégé", etat="fait")
