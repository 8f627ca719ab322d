"""Le second facteur : l'enrôler à la première connexion, le donner aux suivantes."""

from __future__ import annotations

from flask import Response, current_app, make_response, redirect, request, url_for
from flask_login import current_user
from werkzeug import Response as ReponseBrute
from werkzeug.exceptions import NotFound

from portail import freins
from portail.db import db
from portail.droits import Droit, droit
from portail.formulaire import Formulaire
from portail.guichet import acces, agents, bp, journal, sessions
from portail.guichet import second_facteur as facteur
from portail.guichet.controle import suite_interne
from portail.guichet.formulaires import CodeForm, SecoursForm
from portail.guichet.modeles import ActeJournal, Agent
from portail.horloge import maintenant
from portail.htmx import rendre

REFUS = "Ce code n’est pas le bon, ou il a déjà servi. Attendez le suivant, et vérifiez l’heure du téléphone."
REFUS_SECOURS = "Ce code de secours n’est pas le bon, ou il a déjà servi."


@bp.get("/second-facteur")
@droit(Droit.AGENT_SANS_FACTEUR)
def second_facteur() -> Response:
    return _page(CodeForm(None), SecoursForm(None), request.args.get("suite", ""))


@bp.post("/second-facteur")
@droit(Droit.AGENT_SANS_FACTEUR)
def second_facteur_envoyer() -> ReponseBrute:
    par_secours = "code_secours" in request.form and current_user.totp_confirme_le is not None
    code, secours = CodeForm(request.form), SecoursForm(request.form)
    suite = request.form.get("suite", "")
    donne: Formulaire = secours if par_secours else code
    if not donne.validate():
        return _page(code, secours, suite, statut=422)
    freins.essayer(agents.CODE_PAR_AGENT, str(current_user.id))
    agent, instant = acces.soi(db.session, current_user), maintenant()
    if par_secours:
        bon = facteur.consommer_secours(db.session, agent, secours.code_secours.data, instant)
    else:
        bon = facteur.consommer_code(db.session, agent, code.code_totp.data, instant)
    if not bon:
        journal.inscrire(db.session, ActeJournal.CONNEXION_REFUSEE, agent=agent, objet="second facteur")
        db.session.commit()
        (secours.code_secours if par_secours else code.code_totp).errors = [REFUS_SECOURS if par_secours else REFUS]
        return _page(code, secours, suite, statut=422)
    return _entrer(agent, par_secours, suite)


def _entrer(agent: Agent, par_secours: bool, suite: str) -> ReponseBrute:
    """Les deux facteurs sont bons : la session change d'identifiant et ouvre l'espace guichet."""
    premiere_fois = agent.totp_confirme_le is None
    codes: list[str] = []
    if premiere_fois:
        agent.totp_confirme_le = maintenant()
        codes = facteur.renouveler_les_secours(db.session, agent)
    if par_secours:
        restants = facteur.secours_restants(db.session, agent)
        agents.avertir(db.session, agent, "Un de vos codes de secours a servi", "agent_secours", restants=restants)
    sessions.ouvrir(db.session, agent, second_facteur=True)
    freins.relacher(db.session, agents.CODE_PAR_AGENT, str(agent.id))
    objet = "second facteur enrôlé" if premiere_fois else "code de secours" if par_secours else None
    journal.inscrire(db.session, ActeJournal.CONNEXION, agent=agent, objet=objet)
    db.session.commit()
    if codes:
        return page_des_secours(codes)
    return redirect(suite_interne(suite) or url_for(".accueil"), 303)


def page_des_secours(codes: list[str]) -> Response:
    """Montrés une seule fois : la réponse à l'envoi est la page elle-même, ils ne sont gardés nulle part."""
    return rendre("guichet/codes_secours.html", titre="Vos codes de secours", codes=codes)


@bp.get("/second-facteur/qr.svg")
@droit(Droit.AGENT_SANS_FACTEUR, fichier=True)
def code_qr() -> Response:
    """La clé à photographier, tant qu'elle n'est pas enrôlée."""
    if current_user.totp_confirme_le is not None or current_user.secret_totp is None:
        raise NotFound
    image = facteur.code_qr(current_user, current_app.extensions["portail"].identite.nom)
    reponse = make_response(image)
    reponse.mimetype = "image/svg+xml"
    return reponse


def _page(code: CodeForm, secours: SecoursForm, suite: str, statut: int = 200) -> Response:
    a_enroler = current_user.totp_confirme_le is None
    return rendre(
        "guichet/enrolement.html" if a_enroler else "guichet/second_facteur.html",
        titre="Protéger votre accès" if a_enroler else "Confirmer que c’est vous",
        statut=statut,
        code=code,
        secours=secours,
        suite=suite_interne(suite),
        cle=facteur.cle_lisible(current_user.secret_totp or "") if a_enroler else "",
    )
