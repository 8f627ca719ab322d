"""Le bordereau d'une demande papier : ce que la personne emporte, avec le code qui lui rendra sa demande."""

from __future__ import annotations

from datetime import datetime

from flask import Response
from flask_login import current_user

from portail.courriel import config_url
from portail.db import db
from portail.demande.foyer import demandeur
from portail.demande.modeles import Declaration, Demande
from portail.droits import Droit, droit
from portail.guichet import acces, bp, reclamation
from portail.horloge import maintenant
from portail.htmx import rendre


@bp.post("/demandes/<int:demande_id>/code")
@droit(Droit.AGENT_ACCUEIL)
def dossier_code(demande_id: int) -> Response:
    """Un code neuf pour qui a perdu son bordereau ; l'ancien ne vaut plus rien."""
    agent, instant = acces.soi(db.session, current_user), maintenant()
    demande = reclamation.demande_a_remettre(db.session, agent, demande_id)
    code = reclamation.remettre_un_code(db.session, agent, demande, instant)
    db.session.commit()
    return montrer(demande, acces.declaration_qui_compte(db.session, demande), code, instant, neuf=True)


def montrer(demande: Demande, declaration: Declaration, code: str, instant: datetime, *, neuf: bool) -> Response:
    """Peu de chose de la personne : qui trouve ce papier ne doit pas savoir à qui il est. `neuf` : en remplace un."""
    titulaire = demandeur(declaration)
    return rendre(
        "guichet/saisie/bordereau.html",
        titre="Nouveau bordereau" if neuf else "Bordereau de dépôt",
        demande=demande,
        personne=f"{titulaire.prenom} {(titulaire.nom_naissance or '')[:1]}.",
        code=code,
        remis_le=instant,
        valable_jusqu_au=reclamation.expiration(instant),
        adresse=f"{config_url()}/demandes/rattacher/bordereau",
        neuf=neuf,
    )
