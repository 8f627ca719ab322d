"""L'accueil et les pages du site."""

from __future__ import annotations

from flask import Response, current_app
from flask_login import current_user

from portail.accueil import bp, machines
from portail.db import db
from portail.demande import acces
from portail.demande.tableau import cartes
from portail.droits import Droit, droit
from portail.gabarits import MENU, PIED
from portail.horloge import aujourd_hui, maintenant
from portail.htmx import rendre
from portail.referentiels.parametres import parametre


@bp.get("/")
@droit(Droit.PUBLIC)
def accueil() -> Response:
    brouillons = []
    if current_user.is_authenticated:
        brouillons = [carte for carte in cartes(acces.demandes(db.session), aujourd_hui()) if carte.est_brouillon]
    return rendre(
        "accueil/accueil.html", titre="Devenez acteur de votre demande de logement social", brouillons=brouillons
    )


@bp.get("/plan-du-site")
@droit(Droit.PUBLIC)
def plan() -> Response:
    return rendre("accueil/plan.html", titre="Plan du site", rubriques=[*MENU, *PIED])


@bp.get("/accessibilite")
@droit(Droit.PUBLIC)
def accessibilite() -> Response:
    return rendre("accueil/accessibilite.html", titre="Accessibilité : non conforme")


@bp.get("/mentions-legales")
@droit(Droit.PUBLIC)
def mentions() -> Response:
    return rendre("accueil/mentions.html", titre="Mentions légales")


@bp.get("/donnees-personnelles")
@droit(Droit.PUBLIC)
def donnees() -> Response:
    jour = aujourd_hui()
    durees = {
        nom: parametre(cle, jour)
        for nom, cle in (
            ("conservation", "CONSERVATION_APRES_RADIATION_MOIS"),
            ("conservation_preavis", "CONSERVATION_PREAVIS_JOURS"),
            ("brouillon", "BROUILLON_MOIS"),
            ("brouillon_preavis", "BROUILLON_PREAVIS_JOURS"),
            ("dormant", "COMPTE_DORMANT_MOIS"),
            ("dormant_preavis", "COMPTE_DORMANT_PREAVIS_JOURS"),
            ("questions", "QUESTION_SANS_DEMANDE_MOIS"),
        )
    }
    return rendre("accueil/donnees.html", titre="Données personnelles", durees=durees)


@bp.get("/robots.txt")
@droit(Droit.PUBLIC)
def robots() -> Response:
    return Response(machines.robots(current_app.extensions["portail"]), mimetype="text/plain")


@bp.get("/.well-known/security.txt")
@droit(Droit.PUBLIC)
def securite() -> Response:
    return Response(machines.securite(current_app.extensions["portail"], maintenant()), mimetype="text/plain")
