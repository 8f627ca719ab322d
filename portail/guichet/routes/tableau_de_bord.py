"""« Tableau de bord » : les nombres du guichet, sans un nom."""

from __future__ import annotations

from flask import Response
from flask_login import current_user

from portail.db import db
from portail.demande import alarme_rattachement
from portail.droits import Droit, droit
from portail.guichet import bp
from portail.guichet import tableau_de_bord as tableau
from portail.guichet.courbe import tracer
from portail.guichet.modeles import RoleAgent
from portail.horloge import maintenant
from portail.htmx import rendre


@bp.get("/tableau-de-bord")
@droit(Droit.AGENT_ACCUEIL)
def tableau_de_bord() -> Response:
    instant = maintenant()
    dresse = tableau.dresser(db.session, current_user, instant)
    est_responsable = current_user.role is RoleAgent.RESPONSABLE
    return rendre(
        "guichet/tableau_de_bord.html",
        titre="Tableau de bord",
        tableau=dresse,
        alarme=alarme_rattachement.derniere(db.session, instant) if est_responsable else None,
        fenetre=tableau.FENETRE.days,
        courbe=tracer([mois.deposees for mois in dresse.mois], [mois.enregistrees for mois in dresse.mois]),
    )
