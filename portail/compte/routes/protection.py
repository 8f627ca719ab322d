"""« Ce n'est pas moi » : arrêter un changement d'adresse, refuser une clé. Un GET ne consomme jamais un lien."""

from __future__ import annotations

from flask import Response

from portail.compte import adresse, bp, jetons
from portail.compte.modeles import Compte, UsageJeton
from portail.db import db
from portail.droits import Droit, droit
from portail.htmx import rendre
from portail.surete import Fait, noter

GELER, REFUSER = "compte/geler.html", "compte/cle_refuser.html"


@bp.get("/geler/<jeton>")
@droit(Droit.PUBLIC)
def geler(jeton: str) -> Response:
    if not jetons.vaut_encore(UsageJeton.GELER, jeton):
        return _perime(GELER)
    return rendre(GELER, titre="Arrêter ce changement", etat="a_faire")


@bp.post("/geler/<jeton>")
@droit(Droit.PUBLIC)
def geler_envoyer(jeton: str) -> Response:
    return _conclure(GELER, adresse.geler(db.session, jeton), Fait.COMPTE_GELE)


@bp.get("/cles/refuser/<jeton>")
@droit(Droit.PUBLIC)
def cle_refuser(jeton: str) -> Response:
    if not jetons.vaut_encore(UsageJeton.REFUSER_CLE, jeton):
        return _perime(REFUSER)
    return rendre(REFUSER, titre="Protéger mon compte", etat="a_faire")


@bp.post("/cles/refuser/<jeton>")
@droit(Droit.PUBLIC)
def cle_refuser_envoyer(jeton: str) -> Response:
    return _conclure(REFUSER, adresse.refuser_une_cle(db.session, jeton), Fait.CLE_DESAVOUEE)


def _conclure(gabarit: str, compte: Compte | None, fait: Fait) -> Response:
    if compte is None:
        return _perime(gabarit)
    db.session.commit()
    noter(fait, compte.id)
    if compte.est_a_l_abri:
        return rendre(gabarit, titre="Ce compte est mis à l’abri", etat="a_rendre")
    return rendre(gabarit, titre="Votre compte est protégé", etat="fait")


def _perime(gabarit: str) -> Response:
    return rendre(gabarit, titre="Ce lien ne fonctionne plus", etat="perime", statut=410)
