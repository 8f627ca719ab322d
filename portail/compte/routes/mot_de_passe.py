"""Mot de passe oublié, nouveau mot de passe."""

from __future__ import annotations

from flask import Response, redirect, request, url_for
from werkzeug import Response as ReponseBrute

from portail import freins
from portail.compte import abri, bp, inscription, jetons, mots_de_passe
from portail.compte.formulaires import NouveauMotDePasseForm, OubliForm
from portail.compte.modeles import UsageJeton
from portail.db import db, lecture
from portail.droits import Droit, droit
from portail.htmx import rendre
from portail.surete import Fait, noter


@bp.get("/mot-de-passe-oublie")
@droit(Droit.PUBLIC)
def oubli() -> Response:
    return rendre("compte/oubli.html", titre="Mot de passe oublié", formulaire=OubliForm(None))


@bp.post("/mot-de-passe-oublie")
@droit(Droit.PUBLIC)
def oubli_envoyer() -> ReponseBrute:
    formulaire = OubliForm(request.form)
    if not formulaire.validate():
        return rendre("compte/oubli.html", titre="Mot de passe oublié", formulaire=formulaire, statut=422)
    try:
        freins.essayer(freins.OUBLI_PAR_RESEAU, freins.reseau())
    except freins.TropDEssais as trop:
        formulaire.courriel.errors = [str(trop)]
        page = rendre("compte/oubli.html", titre="Mot de passe oublié", formulaire=formulaire, statut=429)
        return trop.annoncer(page)
    inscription.demander_un_lien(db.session, formulaire.courriel.data)
    db.session.commit()
    noter(Fait.LIEN_DEMANDE)
    return redirect(url_for(".oubli_envoye"), 303)


@bp.get("/lien-envoye")
@droit(Droit.PUBLIC)
def oubli_envoye() -> Response:
    return rendre("compte/oubli_envoye.html", titre="Ouvrez votre boîte mail")


@bp.get("/nouveau-mot-de-passe/<jeton>")
@droit(Droit.PUBLIC)
def nouveau(jeton: str) -> Response:
    with lecture() as base:
        trouve = jetons.trouver(base, UsageJeton.MOT_DE_PASSE, jeton)
    return _nouveau(NouveauMotDePasseForm(None, []), perime=trouve is None)


@bp.post("/nouveau-mot-de-passe/<jeton>")
@droit(Droit.PUBLIC)
def nouveau_envoyer(jeton: str) -> ReponseBrute:
    with lecture() as base:
        trouve = jetons.trouver(base, UsageJeton.MOT_DE_PASSE, jeton)
    if trouve is None or trouve.compte is None:
        return _nouveau(NouveauMotDePasseForm(None, []), perime=True)
    formulaire = NouveauMotDePasseForm(request.form, inscription.contexte_du_mot_de_passe(trouve.compte))
    if not formulaire.validate():
        return _nouveau(formulaire, perime=False, statut=422)
    hache = mots_de_passe.hacher(formulaire.mot_de_passe.data)
    jeton_pris = jetons.verrouiller(db.session, UsageJeton.MOT_DE_PASSE, jeton)
    compte = jeton_pris.compte if jeton_pris is not None else None
    if jeton_pris is None or compte is None or not jetons.est_parti_a(db.session, jeton_pris, compte.courriel):
        return _nouveau(formulaire, perime=True)
    if not abri.reprendre(db.session, compte):
        return _nouveau(formulaire, perime=True)
    inscription.changer_le_mot_de_passe(db.session, compte, hache, garder_la_session=False)
    db.session.commit()
    noter(Fait.MOT_DE_PASSE_CHANGE, jeton_pris.compte_id)
    return redirect(url_for(".connexion", motif="mot-de-passe"), 303)


def _nouveau(formulaire: NouveauMotDePasseForm, *, perime: bool, statut: int = 200) -> Response:
    return rendre(
        "compte/nouveau_mot_de_passe.html",
        titre="Ce lien ne fonctionne plus" if perime else "Choisir un nouveau mot de passe",
        formulaire=formulaire,
        perime=perime,
        statut=410 if perime else statut,
    )
