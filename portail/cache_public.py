"""Les pages publiques d'une personne non connectée se gardent : une empreinte, et 304 quand rien n'a changé.

`Vary: Cookie` sépare les visiteurs connectés des autres ; leurs pages à eux restent « no-store »
(portail/entetes.py). Une page qui porte un jeton de formulaire n'est jamais gardée.
"""

from __future__ import annotations

import hashlib

from flask import Blueprint, Flask, Response, g, request
from flask_login import current_user

DUREE = 300  # secondes pendant lesquelles le navigateur ne redemande même pas


def installer(portee: Flask | Blueprint) -> None:
    """Branche le cache sur toutes les vues d'un blueprint (ou d'une application)."""
    portee.after_request(_garder)


def _garder(reponse: Response) -> Response:
    if not _est_gardable(reponse):
        return reponse
    reponse.vary.add("Cookie")
    reponse.headers["Cache-Control"] = f"public, max-age={DUREE}"
    reponse.set_etag(hashlib.sha256(reponse.get_data()).hexdigest()[:20])
    reponse.make_conditional(request)
    return reponse


def _est_gardable(reponse: Response) -> bool:
    return (
        request.method in {"GET", "HEAD"}
        and reponse.status_code == 200
        and not reponse.direct_passthrough
        and "csrf_token" not in g  # Flask-WTF le range là quand il l'écrit dans un formulaire
        and not current_user.is_authenticated
    )
