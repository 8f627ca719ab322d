"""« Mon compte d’agent » : mot de passe, codes de secours, appareils connectés. Les seconds facteurs sont à côté."""

from __future__ import annotations

from flask import Response, redirect, request, url_for
from flask_login import current_user
from werkzeug import Response as ReponseBrute

from portail import freins
from portail.cles_acces import ceremonie
from portail.compte import mots_de_passe
from portail.compte.sessions import empreinte_courante
from portail.db import db
from portail.droits import Droit, droit
from portail.guichet import agents, bp, cles, journal, preuve, second_facteur, sessions
from portail.guichet.formulaires import ChangerMotDePasseAgentForm, mots_connus
from portail.guichet.modeles import ActeJournal
from portail.guichet.routes.second_facteur import page_des_secours
from portail.htmx import rendre

FAITS = {
    "mot-de-passe": "Votre mot de passe est changé. Vos autres appareils sont déconnectés.",
    "redit": "C’est bien vous. Pendant dix minutes, vous pouvez changer vos seconds facteurs et vos codes de secours.",
    "cle-ajoutee": "Votre clé d’accès est ajoutée. Nous vous l’avons aussi écrit.",
    "cle-retiree": "La clé d’accès est retirée. Vos autres appareils sont déconnectés.",
    "application": "L’application d’authentification est activée.",
    "application-retiree": "L’application est retirée. Vos autres appareils sont déconnectés.",
    "appareils": "Vos autres appareils sont déconnectés.",
}


@bp.get("/moi")
@droit(Droit.AGENT_ACCUEIL)
def moi() -> Response:
    return page_moi()


def page_moi(refus: str = "", statut: int = 200) -> Response:
    return rendre(
        "guichet/moi.html",
        titre="Mon compte d’agent",
        statut=statut,
        cles=cles.de_l_agent(db.session, current_user.id),
        cles_possibles=ceremonie.possible(),
        restants=second_facteur.secours_restants(db.session, current_user),
        appareils=sessions.ouvertes(db.session, current_user.id),
        courante=empreinte_courante(),
        fait=FAITS.get(request.args.get("fait", ""), ""),
        refus=refus,
    )


@bp.post("/moi/deconnecter-les-autres")
@droit(Droit.AGENT_ACCUEIL)
def deconnecter_mes_autres() -> ReponseBrute:
    sessions.fermer_toutes(db.session, current_user.id, sauf_courante=True)
    db.session.commit()
    return redirect(url_for(".moi", fait="appareils"), 303)


@bp.post("/moi/codes-de-secours")
@droit(Droit.AGENT_ACCUEIL)
def renouveler_mes_secours() -> ReponseBrute:
    """Une session laissée ouverte ne suffit pas à s'en donner."""
    if (a_redire := preuve.exiger(url_for(".moi"))) is not None:
        return a_redire
    agent = sessions.encore_connecte(db.session)
    codes = second_facteur.renouveler_les_secours(db.session, agent)
    journal.inscrire(
        db.session, ActeJournal.AGENT, agent=agent, objet=f"agent {agent.id} : codes de secours renouvelés"
    )
    db.session.commit()
    return page_des_secours(codes)


@bp.get("/moi/mot-de-passe")
@droit(Droit.AGENT_ACCUEIL)
def changer_mon_mot_de_passe() -> Response:
    return _changer(ChangerMotDePasseAgentForm(None, []))


@bp.post("/moi/mot-de-passe")
@droit(Droit.AGENT_ACCUEIL)
def changer_mon_mot_de_passe_envoyer() -> ReponseBrute:
    formulaire = ChangerMotDePasseAgentForm(request.form, mots_connus(current_user))
    if not formulaire.validate():
        return _changer(formulaire, statut=422)
    freins.essayer(agents.AGENT_PAR_ADRESSE, current_user.courriel)
    if not mots_de_passe.verifier(current_user.mot_de_passe, formulaire.actuel.data):
        formulaire.actuel.errors = ["Ce n’est pas votre mot de passe actuel."]
        return _changer(formulaire, statut=422)
    hache = mots_de_passe.hacher(formulaire.mot_de_passe.data)
    agents.changer_le_mot_de_passe(db.session, sessions.encore_connecte(db.session), hache)
    freins.relacher(db.session, agents.AGENT_PAR_ADRESSE, current_user.courriel)
    db.session.commit()
    return redirect(url_for(".moi", fait="mot-de-passe"), 303)


def _changer(formulaire: ChangerMotDePasseAgentForm, statut: int = 200) -> Response:
    return rendre(
        "guichet/changer_mot_de_passe.html", titre="Changer mon mot de passe", formulaire=formulaire, statut=statut
    )
