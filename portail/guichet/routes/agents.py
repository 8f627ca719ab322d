"""« Agents » : les collègues du guichet, vus et gérés par un responsable."""

from __future__ import annotations

from collections.abc import Callable

from flask import Response, redirect, request, url_for
from flask_login import current_user
from sqlalchemy.orm import Session
from werkzeug import Response as ReponseBrute
from werkzeug.exceptions import NotFound

from portail.db import db
from portail.droits import Droit, droit
from portail.guichet import acces, agents, bp, equipe
from portail.guichet.formulaires import InviterForm, RoleForm
from portail.guichet.modeles import Agent
from portail.htmx import rendre

FAITS = {
    "invite": "L’invitation est partie. Son lien vaut sept jours.",
    "role": "Le rôle est changé. Il vaut dès le prochain clic de cette personne.",
    "remis-a-zero": "Un nouveau lien est parti. L’ancien mot de passe et l’ancien téléphone ne valent plus rien.",
    "desactive": "Cet accès est coupé. Les sessions ouvertes sont fermées.",
    "reactive": "Cet accès est rouvert. Un nouveau lien est parti.",
}
DERNIER = (
    "Cette personne est le dernier responsable qui peut entrer. Nommez d’abord un autre responsable, et attendez "
    "qu’il ait choisi son mot de passe."
)
PRISE = (
    "Un agent a déjà cette adresse mail. S’il est de votre guichet, il est dans la liste des agents. S’il quitte un "
    "autre guichet, qu’un responsable y coupe d’abord son accès."
)


@bp.get("/agents", endpoint="agents")
@droit(Droit.AGENT_RESPONSABLE)
def lister() -> Response:
    fait = FAITS.get(request.args.get("fait", ""), "")
    return rendre("guichet/agents.html", titre="Agents", membres=equipe.membres(db.session, current_user), fait=fait)


@bp.get("/agents/inviter")
@droit(Droit.AGENT_RESPONSABLE)
def inviter() -> Response:
    return _invitation(InviterForm(None))


@bp.post("/agents/inviter")
@droit(Droit.AGENT_RESPONSABLE)
def inviter_envoyer() -> ReponseBrute:
    formulaire = InviterForm(request.form)
    if not formulaire.validate():
        return _invitation(formulaire, 422)
    guichet, saisie = acces.guichet_de(db.session, current_user), formulaire.data
    if equipe.deja_invite(db.session, guichet, **saisie):  # double clic, page renvoyée : un seul effet
        return redirect(url_for(".agents", fait="invite"), 303)
    adresse = saisie.pop("courriel")
    try:
        agents.inviter(db.session, guichet, adresse=adresse, par=current_user, **saisie)
    except agents.AdresseDejaPrise:
        formulaire.courriel.errors = [PRISE]
        return _invitation(formulaire, 422)
    db.session.commit()
    return redirect(url_for(".agents", fait="invite"), 303)


def _invitation(formulaire: InviterForm, statut: int = 200) -> Response:
    return rendre("guichet/inviter.html", titre="Inviter un agent", formulaire=formulaire, statut=statut)


@bp.get("/agents/<int:agent_id>")
@droit(Droit.AGENT_RESPONSABLE)
def agent(agent_id: int) -> Response:
    return _fiche(acces.agent_du_guichet(db.session, current_user, agent_id))


def _fiche(membre: Agent, formulaire: RoleForm | None = None, probleme: str = "", statut: int = 200) -> Response:
    return rendre(
        "guichet/agent.html",
        titre=membre.nom_complet,
        membre=equipe.membre(db.session, membre),
        soi=membre.id == current_user.id,
        formulaire=formulaire or RoleForm(None, obj=membre),
        probleme=probleme,
        statut=statut,
    )


@bp.post("/agents/<int:agent_id>/role")
@droit(Droit.AGENT_RESPONSABLE)
def changer_de_role(agent_id: int) -> ReponseBrute:
    membre = acces.agent_du_guichet(db.session, current_user, agent_id)
    formulaire = RoleForm(request.form)
    if not formulaire.validate():
        return _fiche(membre, formulaire, statut=422)
    role = formulaire.role.data
    return _agir(membre, lambda base: agents.changer_de_role(base, membre, role, current_user), "role")


@bp.post("/agents/<int:agent_id>/desactiver")
@droit(Droit.AGENT_RESPONSABLE)
def desactiver(agent_id: int) -> ReponseBrute:
    membre = acces.agent_du_guichet(db.session, current_user, agent_id)
    return _agir(membre, lambda base: agents.desactiver(base, membre, current_user), "desactive")


@bp.post("/agents/<int:agent_id>/reactiver")
@droit(Droit.AGENT_RESPONSABLE)
def reactiver(agent_id: int) -> ReponseBrute:
    membre = acces.agent_du_guichet(db.session, current_user, agent_id)
    if membre.desactive_le is None:
        return redirect(url_for(".agents"), 303)
    return _agir(membre, lambda base: agents.reactiver(base, membre, current_user), "reactive")


@bp.post("/agents/<int:agent_id>/remettre-a-zero")
@droit(Droit.AGENT_RESPONSABLE)
def remettre_a_zero(agent_id: int) -> ReponseBrute:
    """Pour un collègue. Pour soi, la page « Mon compte d’agent » ou un autre responsable."""
    membre = acces.agent_du_guichet(db.session, current_user, agent_id)
    if membre.id == current_user.id or membre.desactive_le is not None:
        raise NotFound
    return _agir(membre, lambda base: agents.remettre_a_zero(base, membre, current_user), "remis-a-zero")


def _agir(membre: Agent, acte: Callable[[Session], object], fait: str) -> ReponseBrute:
    try:
        acte(db.session)
    except agents.DernierResponsable:
        return _fiche(membre, probleme=DERNIER, statut=422)
    db.session.commit()
    return redirect(url_for(".agents", fait=fait), 303)
