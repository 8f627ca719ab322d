"""« Journal » : qui a fait quoi, quand, sur quelle demande. Le relire s'inscrit aussi."""

from __future__ import annotations

from typing import Any

from flask import Response, request
from flask_login import current_user

from portail.db import db
from portail.droits import Droit, droit
from portail.guichet import acces, bp, registre
from portail.guichet.modeles import Agent, RoleAgent
from portail.guichet.objet_du_journal import auteur, objet_lisible
from portail.guichet.registre import Filtre, FiltreForm
from portail.htmx import rendre
from portail.requete import numero


@bp.get("/journal", endpoint="journal")
@droit(Droit.AGENT_ACCUEIL)
def lire() -> Response:
    agents = _agents()
    formulaire = FiltreForm(request.args or None, agents)
    filtre = _filtre(formulaire)
    page = registre.lire(db.session, current_user, filtre, request.args.get("apres", type=numero)) if filtre else None
    noms = {agent.id: agent.nom_complet for agent in (*agents, current_user)}
    return rendre(
        "guichet/journal.html",
        titre="Journal",
        formulaire=formulaire,
        page=page,
        objets=[objet_lisible(ligne, noms) for ligne in page.lignes] if page else [],
        auteurs=[auteur(ligne) for ligne in page.lignes] if page else [],
        suite=_suite(page.suivante) if page and page.suivante else None,
        filtre_pose=filtre is not None and filtre != Filtre(),
        de_tout_le_guichet=current_user.peut(RoleAgent.RESPONSABLE),
        statut=200 if page else 422,
    )


def _agents() -> list[Agent]:
    """Ceux dont on choisit les actes : tout le guichet pour un responsable. Les autres n'ont que les leurs."""
    return acces.agents_du_guichet(db.session, current_user) if current_user.peut(RoleAgent.RESPONSABLE) else []


def _filtre(formulaire: FiltreForm) -> Filtre | None:
    """None si une case est mal remplie (elle le dit)."""
    demande_id = None
    valable = formulaire.validate()
    if valable and formulaire.demande.data:
        try:
            demande_id = registre.demande_citee(db.session, formulaire.demande.data)
        except ValueError as erreur:
            formulaire.demande.errors = [str(erreur)]
            valable = False
    if not valable:
        return None
    agent = formulaire.data.get("agent")
    return Filtre(
        agent_id=int(agent) if agent else None,
        acte=formulaire.acte.data,
        depuis=formulaire.du.data,
        jusqu_a=formulaire.au.data,
        demande_id=demande_id,
    )


def _suite(apres: int) -> dict[str, Any]:
    """Les mêmes questions, plus loin dans le journal."""
    return {**{nom: valeur for nom, valeur in request.args.items() if valeur and nom != "apres"}, "apres": apres}
