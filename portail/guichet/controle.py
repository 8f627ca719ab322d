"""Qui entre dans l'espace des agents : session, puis second facteur, puis rôle, dans cet ordre."""

from __future__ import annotations

from flask import Response, current_app, g, redirect, request, url_for
from flask_login import current_user
from werkzeug import Response as ReponseBrute
from werkzeug.exceptions import Forbidden, Unauthorized

from portail.compte.reprise import vient_de_chez_nous
from portail.droits import Droit
from portail.guichet.modeles import RoleAgent
from portail.guichet.sessions import second_facteur_donne
from portail.htmx import est_fragment

ROLES = {
    Droit.AGENT_ACCUEIL: RoleAgent.ACCUEIL,
    Droit.AGENT_INSTRUCTEUR: RoleAgent.INSTRUCTEUR,
    Droit.AGENT_RESPONSABLE: RoleAgent.RESPONSABLE,
}
LONGUEUR_SUITE = 500


def controler(requis: Droit) -> ReponseBrute | None:
    """None si la requête peut continuer, sinon où aller.

    Lève `Forbidden` quand le rôle ne suffit pas, `Unauthorized` quand un envoi arrive après la fin de sa session.
    """
    if not current_user.is_authenticated:
        if request.method == "POST" and (g.get("session_morte") or vient_de_chez_nous()):
            raise Unauthorized  # la page rendue garde ce qui venait d'être écrit
        return _vers("guichet.connexion", motif="expiree" if g.get("session_morte") else "connexion")
    if requis is Droit.AGENT_SANS_FACTEUR:
        return _vers("guichet.accueil") if second_facteur_donne() else None
    if not second_facteur_donne():
        return _vers("guichet.second_facteur")
    if not current_user.peut(ROLES[requis]):
        current_app.logger.warning("agent %s refusé sur %s : rôle insuffisant", current_user.id, request.url_rule)
        raise Forbidden
    return None


def reconnecter() -> ReponseBrute | None:
    """Le jeton du formulaire ne vaut plus rien. Connecté(e) : None, l'envoi se propose tel quel, sous un bouton."""
    return None if current_user.is_authenticated else _vers("guichet.connexion", motif="expiree")


def suite_interne(suite: str) -> str:
    """L'adresse si elle est de l'espace des agents, sinon une chaîne vide (redirection ouverte)."""
    interne = suite == "/guichet" or suite.startswith(("/guichet/", "/guichet?"))
    return suite if interne and "\\" not in suite and suite.isprintable() and len(suite) < LONGUEUR_SUITE else ""


def _vers(endpoint: str, motif: str | None = None) -> ReponseBrute:
    suite = request.path if request.method == "GET" and endpoint != "guichet.accueil" else None
    adresse = url_for(endpoint, suite=suite, motif=motif if endpoint == "guichet.connexion" else None)
    return Response("", 401, {"HX-Redirect": adresse}) if est_fragment() else redirect(adresse, 303)
