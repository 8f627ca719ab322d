"""En-têtes de sûreté, posés sur chaque réponse, erreurs comprises."""

from __future__ import annotations

from flask import Flask, Response, current_app, g, request
from flask_login import current_user

from portail.config import Config
from portail.droits import Droit, droit_de
from portail.provenance import METHODES_SURES

CSP = {
    "default-src": "'none'",
    "script-src": "'self'",
    "style-src": "'self'",
    "img-src": "'self'",
    "connect-src": "'self'",
    "form-action": "'self'",
    "frame-ancestors": "'none'",
    "base-uri": "'none'",
    "object-src": "'none'",
}
HSTS = "max-age=31536000; includeSubDomains"
PERMISSIONS = "camera=(), geolocation=(), microphone=(), payment=(), usb=(), browsing-topics=()"
FORMULAIRE_MAXIMAL = 512 * 1024  # octets


def politique(config: Config) -> str:
    """La CSP. Un formulaire peut mener chez FranceConnect, par redirection, s’il est réglé ; nulle part ailleurs."""
    origine = f" {config.franceconnect.origine}" if config.franceconnect else ""
    regles = {**CSP, "form-action": CSP["form-action"] + origine}
    return "; ".join(f"{cle} {valeur}" for cle, valeur in regles.items())


def installer(app: Flask) -> None:
    app.extensions["csp"] = politique(app.extensions["portail"])
    app.before_request(_borner_les_formulaires)
    app.after_request(_poser)


def _borner_les_formulaires() -> None:
    """Seul un envoi de fichiers peut être lourd : un formulaire simple est lu d'un coup, en mémoire."""
    if request.mimetype != "multipart/form-data":
        request.max_content_length = FORMULAIRE_MAXIMAL


def _poser(reponse: Response) -> Response:
    entetes = reponse.headers
    if "sans_corps" in g:
        return _au_plus_court(reponse)
    entetes.setdefault("Content-Security-Policy", current_app.extensions["csp"])
    entetes.setdefault("X-Content-Type-Options", "nosniff")
    # Une adresse qui porte un jeton ne se transmet à personne, pas même à nos propres journaux.
    porte_un_jeton = "jeton" in (request.view_args or {})
    entetes.setdefault("Referrer-Policy", "no-referrer" if porte_un_jeton else "same-origin")
    entetes.setdefault("Cross-Origin-Opener-Policy", "same-origin")
    entetes.setdefault("Cross-Origin-Resource-Policy", "same-origin")
    entetes.setdefault("Permissions-Policy", PERMISSIONS)
    if porte_un_jeton or not _est_publique():
        entetes.setdefault("X-Robots-Tag", "noindex, nofollow")
    if current_app.extensions["portail"].https:
        entetes.setdefault("Strict-Transport-Security", HSTS)
    # Une page qui porte un jeton de formulaire est déjà à quelqu'un, même sans être connecté.
    if current_user.is_authenticated or request.method not in METHODES_SURES or "csrf_token" in g or porte_un_jeton:
        entetes["Cache-Control"] = "no-store"
    else:
        entetes.setdefault("Cache-Control", "no-cache")
    return reponse


def _est_publique() -> bool:
    """Une page ouverte à tous : elle seule a sa place dans un moteur de recherche."""
    return request.endpoint is not None and droit_de(current_app, request.endpoint) is Droit.PUBLIC


def _au_plus_court(reponse: Response) -> Response:
    """Rien de neuf à un sondage : 304, sans corps. Ce qui protège une page ou la mène n'y protégerait rien.

    Restent ce qui vaut pour toute réponse : ne pas la garder, ne pas en deviner le genre, ne pas la donner à un autre
    site. HSTS et les règles de la page sont ceux de la page qui sonde, déjà ouverte.
    """
    reponse.headers.clear()
    reponse.headers["Cache-Control"] = "no-store"
    reponse.headers["X-Content-Type-Options"] = "nosniff"
    reponse.headers["Cross-Origin-Resource-Policy"] = "same-origin"
    return reponse
