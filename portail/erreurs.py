"""Pages d'erreur : une phrase claire, ce que l'on peut faire, et jamais de détail technique."""

from __future__ import annotations

import secrets
from dataclasses import dataclass

from flask import Flask, Response, current_app, redirect, request, url_for
from flask_wtf.csrf import CSRFError
from sqlalchemy.exc import DBAPIError, OperationalError
from werkzeug import Response as ReponseBrute
from werkzeug.exceptions import HTTPException

from portail.compte import reprise
from portail.freins import TropDEssais, duree_en_mots
from portail.htmx import alerter, est_fragment, rendre


@dataclass(frozen=True)
class Explication:
    titre: str
    phrase: str
    conseil: str = ""


EXPLICATIONS = {
    400: Explication("Cette demande n’a pas été comprise", "L’adresse ou le formulaire envoyé n’est pas valable."),
    403: Explication("Cette page ne vous est pas ouverte", "Vous n’avez pas le droit de voir cette page."),
    404: Explication("Cette page n’existe pas", "L’adresse est peut-être incomplète, ou la page a été déplacée."),
    405: Explication("Cette action n’est pas possible ici", "Revenez à la page précédente et utilisez ses boutons."),
    413: Explication(
        "Cet envoi est trop lourd",
        "Un fichier peut peser 15 Mo, et un envoi 64 Mo en tout.",
        "Envoyez les fichiers un par un. Vos réponses déjà enregistrées n’ont pas changé.",
    ),
    429: Explication("Trop d’essais", "Par sécurité, attendez un peu avant de recommencer."),
    500: Explication(
        "Le service a eu un problème",
        "L’équipe du site en est prévenue.",
        "Ce qui était enregistré ne bouge pas. Revenez en arrière : votre navigateur garde en général ce que vous "
        "veniez d’écrire. Puis réessayez.",
    ),
    503: Explication(
        "Le service est occupé",
        "Il n’a pas pu enregistrer tout de suite.",
        "Revenez en arrière et réessayez dans une minute : rien de ce qui était enregistré n’a changé.",
    ),
}


def installer(app: Flask) -> None:
    app.login_manager.unauthorized_handler(reprise.demander_la_connexion)  # type: ignore[attr-defined]
    app.extensions["accueil_connecte"] = lambda: redirect(url_for("demande.tableau"), 303)
    app.register_error_handler(CSRFError, _jeton_perdu)
    app.register_error_handler(TropDEssais, _trop_d_essais)
    app.register_error_handler(OperationalError, _base_occupee)
    app.register_error_handler(HTTPException, _page)


def _page(erreur: HTTPException) -> ReponseBrute:
    code = erreur.code or 500
    if code < 400:
        return erreur.get_response()
    reponse = _rendre(code)
    for nom, valeur in erreur.get_headers():
        if nom != "Content-Type":  # « Allow » d'un 405, « Content-Range » d'un 416
            reponse.headers[nom] = valeur
    return reponse


def _rendre(code: int, phrase: str = "") -> Response:
    explication = EXPLICATIONS.get(code, EXPLICATIONS[400])
    repere = ""
    if code >= 500:
        repere = secrets.token_hex(4)
        current_app.logger.error("erreur %s sur %s, repère %s", code, request.url_rule, repere)
    if est_fragment():
        return alerter(f"{explication.titre}. {phrase or explication.phrase} {explication.conseil}".strip(), code)
    return rendre(
        "erreurs/erreur.html",
        titre=explication.titre,
        phrase=phrase or explication.phrase,
        conseil=explication.conseil,
        numero=repere,
        statut=code,
    )


def _jeton_perdu(_erreur: CSRFError) -> ReponseBrute:
    """Le cookie a disparu : on redemande de se connecter, en gardant ce qui était écrit quand c'est possible."""
    return reprise.rendre_apres_jeton_perdu()


def _trop_d_essais(erreur: TropDEssais) -> Response:
    phrase = (
        f"Par sécurité, attendez {duree_en_mots(erreur.attente)} avant de recommencer. Votre compte n’est pas bloqué."
    )
    reponse = _rendre(429, phrase)
    reponse.headers["Retry-After"] = str(erreur.attente)
    return reponse


def _base_occupee(erreur: DBAPIError) -> Response:
    """Verrou trop long, disque plein, base injoignable : rien n'a été enregistré, et on le dit."""
    current_app.logger.error("base indisponible : %s", type(erreur.orig).__name__)
    reponse = _rendre(503)
    reponse.headers["Retry-After"] = "60"
    return reponse
