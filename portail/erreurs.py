"""Pages d'erreur : une phrase claire, ce que l'on peut faire, et jamais de détail technique."""

from __future__ import annotations

import secrets
import traceback
from dataclasses import dataclass

import sqlalchemy as sa
from flask import Flask, Response, current_app, g, redirect, request, url_for
from flask_wtf.csrf import CSRFError, generate_csrf
from werkzeug import Response as ReponseBrute
from werkzeug.exceptions import HTTPException

from portail import pannes
from portail.compte import reprise
from portail.droits import cote_agents
from portail.freins import TropDEssais
from portail.guichet.controle import reconnecter
from portail.htmx import alerter, est_fragment, rendre
from portail.provenance import FichierDemandeDAilleurs
from portail.surete import Fait, noter


@dataclass(frozen=True)
class Explication:
    titre: str
    phrase: str
    conseil: str = ""


JETON_PERDU = 0  # pas un statut : la page est rendue en 400, avec sa propre explication
D_AILLEURS = 1  # de même, en 403
TROP_LOURD = 413
PARTIE = 2  # de même, en 404 : la page était ouverte, puis a été effacée, ou son accès retiré
REESSAYEZ = "Ce que vous avez écrit reste sur la page : réessayez."
STATUTS = {JETON_PERDU: 400, D_AILLEURS: 403, PARTIE: 404}
EXPLICATIONS = {
    400: Explication("Cette demande n’a pas été comprise", "L’adresse ou le formulaire envoyé n’est pas valable."),
    JETON_PERDU: Explication(
        "Cet envoi n’est pas encore pris en compte",
        "Cette page était ouverte depuis longtemps, ou votre navigateur n’accepte pas le cookie du site.",
    ),
    D_AILLEURS: Explication(
        "Ce document s’ouvre depuis le portail",
        "Vous arrivez d’un autre site. Par sécurité, un document personnel ne s’ouvre pas de lui-même.",
    ),
    401: Explication(
        "Votre session s’est fermée",
        "Par sécurité, elle se ferme après trente minutes sans activité, ou quand un responsable change votre accès.",
        "Connectez-vous dans un autre onglet, puis revenez ici et réessayez.",
    ),
    403: Explication("Cette page ne vous est pas ouverte", "Vous n’avez pas le droit de voir cette page."),
    404: Explication("Cette page n’existe pas", "L’adresse est peut-être incomplète, ou la page a été déplacée."),
    PARTIE: Explication(
        "Cet envoi n’est pas enregistré",
        "Ce que cette page modifie a été effacé depuis, ou vous n’y avez plus accès.",
        "Ne fermez pas cette page si vous tenez à ce que vous venez d’écrire.",
    ),
    405: Explication("Cette action n’est pas possible ici", "Revenez à la page précédente et utilisez ses boutons."),
    TROP_LOURD: Explication(
        "Cet envoi est trop lourd",
        "Un fichier peut peser 15 Mo, et un envoi 64 Mo en tout.",
        "Envoyez les fichiers un par un. Vos réponses déjà enregistrées n’ont pas changé.",
    ),
    429: Explication("Trop d’essais", "Par sécurité, attendez un peu avant de recommencer."),
    500: Explication(
        "Le service a eu un problème", "L’équipe du site en est prévenue.", "Ce qui était enregistré n’a pas changé."
    ),
    503: Explication(
        "Le service est occupé",
        "Il n’a pas pu répondre tout de suite. Réessayez dans une minute.",
        "Ce qui était enregistré n’a pas changé.",
    ),
}
# Rien n'est perdu : sur ces pages, ce qui venait d'être écrit attend sous un bouton « Réessayer ».
A_REESSAYER = {JETON_PERDU, PARTIE, 401, 429, 500, 503}


def installer(app: Flask) -> None:
    app.login_manager.unauthorized_handler(reprise.demander_la_connexion)  # type: ignore[attr-defined]
    app.extensions["accueil_connecte"] = lambda: redirect(
        url_for("guichet.accueil" if cote_agents() else "demande.tableau"), 303
    )
    app.register_error_handler(CSRFError, _jeton_perdu)
    app.register_error_handler(FichierDemandeDAilleurs, lambda _erreur: _rendre(D_AILLEURS))
    app.register_error_handler(TropDEssais, _trop_d_essais)
    app.register_error_handler(sa.exc.OperationalError, _base_occupee)
    app.register_error_handler(sa.exc.TimeoutError, _base_occupee)  # toutes les connexions sont prises
    app.register_error_handler(HTTPException, _page)
    app.log_exception = _noter  # type: ignore[method-assign]


def _page(erreur: HTTPException) -> ReponseBrute:
    code = erreur.code or 500
    if code < 400:
        return erreur.get_response()
    partie = code == 404 and request.method == "POST" and request.url_rule is not None
    reponse = _rendre(PARTIE if partie else code)
    for nom, valeur in erreur.get_headers():
        if nom != "Content-Type":  # « Allow » d'un 405, « Content-Range » d'un 416
            reponse.headers[nom] = valeur
    return reponse


def _rendre(code: int, phrase: str = "") -> Response:
    explication = EXPLICATIONS.get(code, EXPLICATIONS[400])
    phrase, statut = phrase or explication.phrase, STATUTS.get(code, code)
    if est_fragment():
        conseil, jeton = (REESSAYEZ, generate_csrf()) if code == JETON_PERDU else (explication.conseil, "")
        return alerter(f"{explication.titre}. {phrase} {conseil}".strip(), statut, jeton)
    return rendre(
        "erreurs/erreur.html",
        base="guichet/base.html" if cote_agents() else "base.html",
        accueil="/guichet" if cote_agents() else "/",
        titre=explication.titre,
        phrase=phrase,
        conseil=explication.conseil,
        numero=g.get("repere", ""),
        statut=statut,
        renvoi=_renvoi(code),
        ouvrir=request.full_path.rstrip("?") if code == D_AILLEURS else "",
        retour=request.path if code == TROP_LOURD and reprise.se_lit() else "",
    )


@dataclass(frozen=True)
class Renvoi:
    """Ce qui venait d'être envoyé, sauf les mots de passe, pour le renvoyer d'un bouton."""

    saisie: list[tuple[str, str]]
    avec_fichiers: bool


def _renvoi(code: int) -> Renvoi | None:
    if code not in A_REESSAYER or request.method != "POST":
        return None
    if code in {JETON_PERDU, 401} and not reprise.vient_de_chez_nous():
        return None  # un bouton ne doit pas faire passer l'envoi préparé par un autre site
    saisie = [(nom, valeur) for nom, valeur in request.form.items(multi=True) if nom not in reprise.HORS_SAISIE]
    return Renvoi(saisie, bool(request.files))


def _noter(exc_info) -> None:
    """Le genre de l'erreur et son chemin dans le code, sous un repère montré à la personne.

    Jamais son texte ni l'adresse demandée : ils contiennent ce que la personne a écrit, ou le jeton d'un lien.
    """
    g.repere = secrets.token_hex(4)
    pile = "".join(traceback.format_tb(exc_info[2]))
    nom = exc_info[0].__name__
    current_app.logger.error("erreur 500 sur %s, repère %s : %s\n%s", request.url_rule, g.repere, nom, pile)


def _jeton_perdu(_erreur: CSRFError) -> ReponseBrute:
    """Le cookie a disparu, ou la page date d'avant la connexion : rien n'est enregistré, rien d'écrit n'est perdu."""
    noter(Fait.JETON_PERDU)
    if cote_agents():
        return reconnecter() or _rendre(JETON_PERDU)
    return reprise.rendre_apres_jeton_perdu() or _rendre(JETON_PERDU)


def _trop_d_essais(erreur: TropDEssais) -> Response:
    return erreur.annoncer(_rendre(429, str(erreur)))


def _base_occupee(erreur: sa.exc.SQLAlchemyError) -> Response:
    """Verrou trop long, disque plein, base injoignable : rien n'a été enregistré, et on le dit."""
    if "_login_user" not in g:  # la page d'erreur ne redemande pas à la base qui est là
        g._login_user = current_app.login_manager.anonymous_user()  # type: ignore[attr-defined]
    current_app.logger.error("base indisponible sur %s : %s", request.url_rule, pannes.pour_le_journal(erreur))
    reponse = _rendre(503)
    reponse.headers["Retry-After"] = "60"
    reponse.headers["Cache-Control"] = "no-store"
    return reponse
