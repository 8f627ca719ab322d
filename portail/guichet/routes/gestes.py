"""La page d'un geste s'ouvre si l'état de la demande le permet ; sinon, et une fois le geste fait, le dossier."""

from __future__ import annotations

from flask import abort, redirect, url_for
from flask_login import current_user
from werkzeug import Response

from portail.db import db
from portail.demande.modeles import Demande
from portail.guichet import acces
from portail.guichet.gestes import se_peut
from portail.horloge import aujourd_hui


def dossier(demande_id: int, ancre: str | None = "vie", *, fait: str | None = None) -> Response:
    """`fait` : ce que le dossier en dira (faits.py), à la place de l'ancre."""
    return redirect(url_for(".dossier", demande_id=demande_id, fait=fait, _anchor="fait" if fait else ancre), 303)


def demande_du_geste(demande_id: int, geste: str, ancre: str | None = "vie") -> Demande:
    """La demande, sa lecture inscrite. `geste` : la suite de l'adresse (gestes.py). Mène au dossier s'il ne se peut."""
    demande = acces.demande_a_lire(db.session, current_user, demande_id)
    if not se_peut(demande, current_user, geste, aujourd_hui()):
        abort(dossier(demande_id, ancre))
    return demande
