"""En-têtes de sûreté, posés sur chaque réponse, erreurs comprises."""

from __future__ import annotations

from flask import Flask, Response, current_app, request
from flask_login import current_user
from werkzeug.exceptions import BadRequest

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
PERMISSIONS = "camera=(), geolocation=(), microphone=(), payment=(), usb=(), browsing-topics=()"
METHODES_SURES = {"GET", "HEAD", "OPTIONS"}


def installer(app: Flask) -> None:
    app.before_request(_refuser_les_autres_sites)
    app.after_request(_poser)


def _refuser_les_autres_sites() -> None:
    """Une écriture demandée par un autre site est refusée avant même le contrôle du jeton."""
    if request.method in METHODES_SURES:
        return
    if request.headers.get("Sec-Fetch-Site", "same-origin") not in {"same-origin", "none"}:
        raise BadRequest
    origine = request.headers.get("Origin")
    if origine not in {None, "null", request.host_url.rstrip("/"), current_app.extensions["portail"].url}:
        raise BadRequest


def _poser(reponse: Response) -> Response:
    entetes = reponse.headers
    entetes.setdefault("Content-Security-Policy", "; ".join(f"{cle} {valeur}" for cle, valeur in CSP.items()))
    entetes.setdefault("X-Content-Type-Options", "nosniff")
    entetes.setdefault("Referrer-Policy", "same-origin")
    entetes.setdefault("Cross-Origin-Opener-Policy", "same-origin")
    entetes.setdefault("Cross-Origin-Resource-Policy", "same-origin")
    entetes.setdefault("Permissions-Policy", PERMISSIONS)
    if current_app.extensions["portail"].https:
        entetes.setdefault("Strict-Transport-Security", "max-age=31536000; includeSubDomains")
    if current_user.is_authenticated or request.method not in METHODES_SURES:
        entetes["Cache-Control"] = "no-store"
    else:
        entetes.setdefault("Cache-Control", "no-cache")
    return reponse
