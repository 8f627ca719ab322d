"""Le menu des agents : ce que leur rôle ouvre, et ce qui existe dans ce déploiement."""

from __future__ import annotations

from flask import current_app, request, url_for
from flask_login import current_user

from portail.droits import cote_agents
from portail.guichet.modeles import RoleAgent
from portail.guichet.sessions import second_facteur_donne

MENU = (
    ("Demandes à vérifier", "guichet.demandes", RoleAgent.ACCUEIL),
    ("Rechercher une demande", "guichet.recherche", RoleAgent.ACCUEIL),
    ("Saisir une demande papier", "guichet.saisie", RoleAgent.ACCUEIL),
    ("Questions reçues", "guichet.questions", RoleAgent.ACCUEIL),
    ("Journal", "guichet.journal", RoleAgent.ACCUEIL),
    ("Agents", "guichet.agents", RoleAgent.RESPONSABLE),
    ("Guichet", "guichet.reglages", RoleAgent.RESPONSABLE),
)


def contexte() -> dict[str, object]:
    """Pour les gabarits de l'espace des agents (pages d'erreur comprises) ; rien ailleurs."""
    if not cote_agents():
        return {}
    entre = current_user.is_authenticated and second_facteur_donne()
    return {"agent": current_user if entre else None, "menu_agents": _liens() if entre else []}


def _liens() -> list[tuple[str, str, str]]:
    """(texte, adresse, `aria-current`)."""
    connus = current_app.view_functions
    permis = ((texte, endpoint) for texte, endpoint, role in MENU if endpoint in connus and current_user.peut(role))
    return [(texte, adresse, _ici(adresse)) for texte, adresse in ((texte, url_for(e)) for texte, e in permis)]


def _ici(adresse: str) -> str:
    if request.path == adresse:
        return "page"
    return "true" if request.path.startswith(f"{adresse}/") else ""
