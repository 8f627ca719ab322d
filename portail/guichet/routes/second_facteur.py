"""Le second facteur : l'enrôler à la première connexion, le donner aux suivantes."""

from __future__ import annotations

from flask import Response, current_app, make_response, redirect, request, url_for
from flask_login import current_user
from werkzeug import Response as ReponseBrute
from werkzeug.exceptions import NotFound

from portail import freins
from portail.cles_acces import ceremonie
from portail.db import db
from portail.droits import Droit, droit
from portail.formulaire import Formulaire
from portail.guichet import agents, bp, journal, sessions
from portail.guichet import second_facteur as facteur
from portail.guichet.controle import suite_interne
from portail.guichet.formulaires import CodeForm, SecoursForm
from portail.guichet.modeles import ActeJournal, Agent
from portail.horloge import maintenant
from portail.htmx import rendre

REFUS = "Ce code n’est pas le bon, ou il a déjà servi. Attendez le suivant, et vérifiez l’heure du téléphone."
REFUS_CLE = "Cette clé d’accès n’est pas une des vôtres, ou la réponse a trop attendu. Recommencez."
REFUS_SECOURS = "Ce code de secours n’est pas le bon, ou il a déjà servi."


@bp.get("/second-facteur")
@droit(Droit.AGENT_SANS_FACTEUR)
def second_facteur() -> Response:
    return _page(CodeForm(None), SecoursForm(None), request.args.get("suite", ""))


@bp.post("/second-facteur")
@droit(Droit.AGENT_SANS_FACTEUR)
def second_facteur_envoyer() -> ReponseBrute:
    par_secours = "code_secours" in request.form and current_user.est_enrole
    code, secours = CodeForm(request.form), SecoursForm(request.form)
    suite = request.form.get("suite", "")
    donne: Formulaire = secours if par_secours else code
    if not donne.validate():
        return _page(code, secours, suite, statut=422)
    if not par_secours and current_user.est_enrole and current_user.totp_confirme_le is None:
        raise NotFound  # ses seuls facteurs sont des clés : aucun code n'est attendu
    freins.essayer(agents.CODE_PAR_AGENT, str(current_user.id))
    agent, instant = sessions.encore_connecte(db.session), maintenant()
    if par_secours:
        bon = facteur.consommer_secours(db.session, agent, secours.code_secours.data, instant)
    else:
        bon = facteur.consommer_code(db.session, agent, code.code_totp.data, instant)
    if not bon:
        journal.inscrire(db.session, ActeJournal.CONNEXION_REFUSEE, agent=agent, objet="second facteur")
        db.session.commit()
        (secours.code_secours if par_secours else code.code_totp).errors = [REFUS_SECOURS if par_secours else REFUS]
        return _page(code, secours, suite, statut=422)
    premiere_fois = not agent.est_enrole
    if premiere_fois:
        agent.totp_confirme_le = instant
    if par_secours:
        restants = facteur.secours_restants(db.session, agent)
        agents.avertir(db.session, agent, "Un de vos codes de secours a servi", "agent_secours", restants=restants)
    return entrer(agent, suite, premiere_fois=premiere_fois, par="code de secours" if par_secours else "")


def entrer(agent: Agent, suite: str, *, premiere_fois: bool, par: str) -> ReponseBrute:
    """Les deux facteurs sont bons : la session change d'identifiant et ouvre l'espace guichet. Valide la transaction.

    `par` : le facteur donné, tel qu'il s'inscrit au journal (vide pour le code ordinaire).
    """
    codes = facteur.renouveler_les_secours(db.session, agent) if premiere_fois else []
    sessions.ouvrir(db.session, agent, second_facteur=True)
    freins.relacher(db.session, agents.CODE_PAR_AGENT, str(agent.id))
    objet = "second facteur enrôlé" if premiere_fois else par or None
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
    if current_user.est_enrole or current_user.secret_totp is None:
        raise NotFound
    image = facteur.code_qr(current_user, current_app.extensions["portail"].identite.nom)
    reponse = make_response(image)
    reponse.mimetype = "image/svg+xml"
    return reponse


def page_apres_cle_refusee(suite: str, refus: str) -> Response:
    """La même page, quand c'est la clé d'accès qui n'a pas convenu."""
    return _page(CodeForm(None), SecoursForm(None), suite, statut=422, refus=refus)


def _page(code: CodeForm, secours: SecoursForm, suite: str, statut: int = 200, refus: str = "") -> Response:
    a_enroler = not current_user.est_enrole
    return rendre(
        "guichet/enrolement.html" if a_enroler else "guichet/second_facteur.html",
        titre="Protéger votre accès" if a_enroler else "Confirmer que c’est vous",
        statut=statut,
        code=code,
        secours=secours,
        suite=suite_interne(suite),
        cle=facteur.cle_lisible(current_user.secret_totp or "") if a_enroler else "",
        par_application=a_enroler or current_user.totp_confirme_le is not None,
        par_cle=ceremonie.possible() and (a_enroler or current_user.a_une_cle),
        refus=refus,
    )
