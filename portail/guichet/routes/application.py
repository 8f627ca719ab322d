"""L'application d'authentification d'un agent : l'ajouter à côté d'une clé d'accès, la retirer."""

from __future__ import annotations

from flask import Response, current_app, make_response, redirect, request, url_for
from flask_login import current_user
from werkzeug import Response as ReponseBrute
from werkzeug.exceptions import NotFound

from portail import freins
from portail.db import db
from portail.droits import Droit, droit
from portail.guichet import agents, bp, cles, preuve, sessions
from portail.guichet import second_facteur as facteur
from portail.guichet.formulaires import CodeForm
from portail.guichet.journal import inscrire
from portail.guichet.modeles import ActeJournal
from portail.guichet.routes.facteurs import DERNIER
from portail.guichet.routes.moi import page_moi
from portail.guichet.routes.second_facteur import REFUS
from portail.horloge import maintenant
from portail.htmx import rendre


@bp.post("/moi/application")
@droit(Droit.AGENT_ACCUEIL)
def mon_application_ajouter() -> ReponseBrute:
    """Une clé neuve à chaque fois : qui a vu la précédente, sans l'activer, n'en fera rien."""
    if (a_redire := preuve.exiger(url_for(".moi"))) is not None:
        return a_redire
    agent = sessions.encore_connecte(db.session)
    if agent.totp_confirme_le is None:
        agent.secret_totp = facteur.nouveau_secret()
        db.session.commit()
    return redirect(url_for(".mon_application"), 303)


@bp.get("/moi/application")
@droit(Droit.AGENT_ACCUEIL)
def mon_application() -> ReponseBrute:
    return _attendue() or _page_application(CodeForm(None))


@bp.get("/moi/application/qr.svg")
@droit(Droit.AGENT_ACCUEIL, fichier=True)
def mon_application_qr() -> Response:
    if _attendue() is not None:
        raise NotFound
    reponse = make_response(facteur.code_qr(current_user, current_app.extensions["portail"].identite.nom))
    reponse.mimetype = "image/svg+xml"
    return reponse


@bp.post("/moi/application/confirmer")
@droit(Droit.AGENT_ACCUEIL)
def mon_application_confirmer() -> ReponseBrute:
    code = CodeForm(request.form)
    if (ailleurs := _attendue()) is not None:
        return ailleurs
    if not code.validate():
        return _page_application(code, 422)
    freins.essayer(agents.CODE_PAR_AGENT, str(current_user.id))
    agent = sessions.encore_connecte(db.session)
    if not facteur.consommer_code(db.session, agent, code.code_totp.data, maintenant()):
        code.code_totp.errors = [REFUS]
        return _page_application(code, 422)
    agent.totp_confirme_le = maintenant()
    freins.relacher(db.session, agents.CODE_PAR_AGENT, str(agent.id))
    objet = f"agent {agent.id} : application d’authentification activée"
    inscrire(db.session, ActeJournal.AGENT, agent=agent, objet=objet)
    db.session.commit()
    return redirect(url_for(".moi", fait="application"), 303)


@bp.post("/moi/application/retirer")
@droit(Droit.AGENT_ACCUEIL)
def mon_application_retirer() -> ReponseBrute:
    if (a_redire := preuve.exiger(url_for(".moi"))) is not None:
        return a_redire
    try:
        cles.retirer_l_application(db.session, sessions.encore_connecte(db.session))
    except cles.DernierFacteur:
        return page_moi(DERNIER, 409)
    db.session.commit()
    return redirect(url_for(".moi", fait="application-retiree"), 303)


def _attendue() -> ReponseBrute | None:
    """None si une application attend d'être activée, preuve donnée ; sinon où aller."""
    if current_user.totp_confirme_le is not None or current_user.secret_totp is None:
        return redirect(url_for(".moi"), 303)
    return preuve.exiger(url_for(".moi"))


def _page_application(code: CodeForm, statut: int = 200) -> Response:
    cle = facteur.cle_lisible(current_user.secret_totp or "")
    return rendre("guichet/application.html", titre="Ajouter une application", statut=statut, code=code, cle=cle)
