"""Le lien d'invitation : l'ouvrir ne change rien, choisir son mot de passe le consomme."""

from __future__ import annotations

from flask import Response, redirect, request, url_for
from werkzeug import Response as ReponseBrute

from portail.compte import mots_de_passe
from portail.db import db, lecture
from portail.droits import Droit, droit
from portail.guichet import agents, bp, invitations
from portail.guichet.formulaires import MotDePasseAgentForm, mots_connus
from portail.guichet.modeles import Agent
from portail.htmx import rendre


@bp.get("/invitation/<jeton>")
@droit(Droit.PUBLIC)
def invitation(jeton: str) -> Response:
    return _page(MotDePasseAgentForm(None, []), _invite(jeton))


@bp.post("/invitation/<jeton>")
@droit(Droit.PUBLIC)
def invitation_accepter(jeton: str) -> ReponseBrute:
    invite = _invite(jeton)
    if invite is None:
        return _trop_tard(jeton)
    formulaire = MotDePasseAgentForm(request.form, mots_connus(invite))
    if not formulaire.validate():
        return _page(formulaire, invite, statut=422)
    hache = mots_de_passe.hacher(formulaire.mot_de_passe.data)
    if agents.accepter(db.session, jeton, hache) is None:
        return _trop_tard(jeton)
    db.session.commit()
    return _choisi()


def _choisi() -> ReponseBrute:
    return redirect(url_for(".connexion", motif="mot-de-passe"), 303)


def _trop_tard(jeton: str) -> ReponseBrute:
    """Le lien ne vaut plus rien ; s'il vient de servir (double clic), le mot de passe est choisi."""
    if invitations.vient_de_servir(db.session, jeton):
        return _choisi()
    return _page(MotDePasseAgentForm(None, []), None)


def _invite(jeton: str) -> Agent | None:
    with lecture() as base:
        trouvee = invitations.trouver(base, jeton)
    return trouvee.agent if trouvee else None


def _page(formulaire: MotDePasseAgentForm, invite: Agent | None, statut: int = 200) -> Response:
    return rendre(
        "guichet/invitation.html",
        titre="Choisir votre mot de passe" if invite else "Ce lien ne fonctionne plus",
        formulaire=formulaire,
        invite=invite,
        statut=statut if invite else 410,
    )
