"""Entrer dans l'espace guichet (premier facteur), en sortir, y rester."""

from __future__ import annotations

import sqlalchemy as sa
from flask import Response, make_response, redirect, request, url_for
from sqlalchemy.orm import joinedload
from werkzeug import Response as ReponseBrute

from portail import freins
from portail.compte import mots_de_passe
from portail.compte.formulaires import ConnexionForm
from portail.compte.sessions import fermer
from portail.db import db, lecture
from portail.droits import Droit, droit
from portail.guichet import bp, journal, second_facteur, sessions
from portail.guichet.agents import AGENT_PAR_ADRESSE, AGENT_PAR_RESEAU
from portail.guichet.controle import suite_interne
from portail.guichet.modeles import ActeJournal, Agent
from portail.htmx import rendre

MOTIFS = {
    "mot-de-passe": "Votre mot de passe est enregistré. Connectez-vous.",
    "deconnecte": "Vous êtes déconnecté(e).",
    "expiree": "Par sécurité, votre session s’est fermée. Reconnectez-vous.",
    "connexion": "Connectez-vous pour continuer.",
}
REFUS = (
    "L’adresse mail ou le mot de passe n’est pas le bon. Après plusieurs essais, demandez à un responsable de "
    "votre guichet de vous envoyer un nouveau lien."
)


@bp.get("/connexion")
@droit(Droit.ANONYME)
def connexion() -> Response:
    return _page(ConnexionForm(None), request.args.get("suite", ""), motif=request.args.get("motif", ""))


@bp.post("/connexion")
@droit(Droit.ANONYME)
def connexion_envoyer() -> ReponseBrute:
    formulaire, suite = ConnexionForm(request.form), request.form.get("suite", "")
    if not formulaire.validate():
        return _page(formulaire, suite, statut=422)
    connu = _par_adresse(formulaire.courriel.data)
    bon = mots_de_passe.verifier(_hache(connu), formulaire.mot_de_passe.data)
    agent = sessions.encore_ouvert(db.session, connu) if connu is not None and bon else None
    if agent is None:
        journal.inscrire(db.session, ActeJournal.CONNEXION_REFUSEE, agent=connu, objet="mot de passe")
        db.session.commit()
        formulaire.mot_de_passe.errors = [REFUS]
        return _page(formulaire, suite, statut=422)
    if not agent.est_enrole:
        agent.secret_totp = second_facteur.nouveau_secret()  # qui a vu l'ancien, sans l'enrôler, n'en fera rien
    sessions.ouvrir(db.session, agent, second_facteur=False)
    freins.rendre(db.session, AGENT_PAR_RESEAU, freins.reseau())
    freins.relacher(db.session, AGENT_PAR_ADRESSE, agent.courriel)
    db.session.commit()
    return redirect(url_for(".second_facteur", suite=suite_interne(suite) or None), 303)


def _par_adresse(adresse: str) -> Agent | None:
    """L'agent qui a cette adresse, après les freins. Même travail qu'elle soit connue ou non."""
    freins.essayer(AGENT_PAR_RESEAU, freins.reseau())
    with lecture() as base:
        requete = sa.select(Agent).options(joinedload(Agent.guichet)).where(Agent.courriel == adresse)
        agent = base.scalar(requete)
        reseau_connu = sessions.reseau_connu(base, agent.id if agent else 0)
    if not reseau_connu:
        freins.essayer(AGENT_PAR_ADRESSE, adresse)
    return agent


def _hache(agent: Agent | None) -> str | None:
    return agent.mot_de_passe if agent is not None and agent.est_actif else None


def _page(formulaire: ConnexionForm, suite: str, *, motif: str = "", statut: int = 200) -> Response:
    return rendre(
        "guichet/connexion.html",
        titre="Connexion des agents",
        statut=statut,
        formulaire=formulaire,
        suite=suite_interne(suite),
        message=MOTIFS.get(motif, ""),
    )


@bp.post("/deconnexion")
@droit(Droit.PUBLIC)
def deconnexion() -> ReponseBrute:
    fermer(db.session)
    db.session.commit()
    reponse = redirect(url_for(".connexion", motif="deconnecte"), 303)
    reponse.headers["Clear-Site-Data"] = '"cache", "storage"'
    return reponse


@bp.post("/prolonger")
@droit(Droit.AGENT_ACCUEIL)
def prolonger() -> Response:
    """« Rester connecté(e) » : la requête suffit à dater l'activité."""
    return make_response("", 204)
