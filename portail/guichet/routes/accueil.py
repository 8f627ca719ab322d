"""« Espace guichet » : où l'on en est, et par où commencer."""

from __future__ import annotations

from flask import Response
from flask_login import current_user

from portail.db import db
from portail.droits import Droit, droit
from portail.guichet import bp, compteurs, questions
from portail.guichet.modeles import RoleAgent
from portail.horloge import aujourd_hui
from portail.htmx import rendre


@bp.get("")
@droit(Droit.AGENT_ACCUEIL)
def accueil() -> Response:
    return rendre(
        "guichet/accueil.html",
        titre="Espace guichet",
        compteurs=compteurs.compter(db.session, current_user, aujourd_hui()),
        questions=questions.en_attente(db.session, current_user),
        echange=current_user.peut(RoleAgent.INSTRUCTEUR),
    )
