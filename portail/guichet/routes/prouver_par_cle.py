"""Donner ou redonner son second facteur : une clé d'accès après le mot de passe, clé ou code avant un geste grave."""

from __future__ import annotations

from flask import Response, jsonify, redirect, request, url_for
from flask_login import current_user
from werkzeug import Response as ReponseBrute
from werkzeug.exceptions import Forbidden, NotFound

from portail import freins
from portail.cles_acces import ceremonie
from portail.cles_acces.ceremonie import CleRefusee
from portail.compte.appareil import nom_d_appareil
from portail.db import db
from portail.droits import Droit, droit
from portail.formulaire import Formulaire
from portail.guichet import acces, agents, bp, cles, journal, preuve, sessions
from portail.guichet import second_facteur as facteur
from portail.guichet.controle import suite_interne
from portail.guichet.formulaires import CodeForm, SecoursForm
from portail.guichet.modeles import ActeJournal
from portail.guichet.routes.second_facteur import REFUS, REFUS_CLE, REFUS_SECOURS, entrer, page_apres_cle_refusee
from portail.horloge import maintenant
from portail.htmx import rendre


@bp.post("/second-facteur/cle/defi")
@droit(Droit.AGENT_SANS_FACTEUR)
def second_facteur_cle_defi() -> Response:
    """La première fois, de quoi fabriquer une clé ; ensuite, de quoi s'en servir."""
    if not ceremonie.possible():
        raise Forbidden
    options = cles.options_d_usage if current_user.est_enrole else cles.options_d_ajout
    return jsonify(options(current_user))


@bp.post("/second-facteur/cle")
@droit(Droit.AGENT_SANS_FACTEUR)
def second_facteur_cle() -> ReponseBrute:
    suite, texte = request.form.get("suite", ""), request.form.get("cle_reponse", "")
    premiere_fois = not current_user.est_enrole
    freins.essayer(agents.CODE_PAR_AGENT, str(current_user.id))
    try:
        if premiere_fois:
            neuve = cles.verifier(texte)
            agent = sessions.encore_connecte(db.session)
            cles.enroler(db.session, agent, neuve, nom_d_appareil(request.user_agent.string))
        else:
            cles.reconnaitre(texte, current_user)
            agent = sessions.encore_connecte(db.session)
    except CleRefusee as refus:
        _inscrire_le_refus(refus)
        return page_apres_cle_refusee(suite, REFUS_CLE)
    return entrer(agent, suite, premiere_fois=premiere_fois, par="clé d’accès")


@bp.get("/moi/redire")
@droit(Droit.AGENT_ACCUEIL)
def redire() -> Response:
    return _page(CodeForm(None), request.args.get("suite", ""))


@bp.post("/moi/redire")
@droit(Droit.AGENT_ACCUEIL)
def redire_envoyer() -> ReponseBrute:
    """Un code de l'application, ou de secours : qui a perdu sa clé doit pouvoir en ajouter une autre."""
    code, secours, suite = CodeForm(request.form), SecoursForm(request.form), request.form.get("suite", "")
    par_secours = "code_secours" in request.form
    if not par_secours and current_user.totp_confirme_le is None:
        raise NotFound  # aucun code d'application n'est attendu
    donne: Formulaire = secours if par_secours else code
    if not donne.validate():
        return _page(code, suite, secours=secours, statut=422)
    freins.essayer(agents.CODE_PAR_AGENT, str(current_user.id))
    agent, instant = acces.soi(db.session, current_user), maintenant()
    if par_secours and facteur.consommer_secours(db.session, agent, secours.code_secours.data, instant):
        restants = facteur.secours_restants(db.session, agent)
        agents.avertir(db.session, agent, "Un de vos codes de secours a servi", "agent_secours", restants=restants)
        return _redit(suite)
    if not par_secours and facteur.consommer_code(db.session, agent, code.code_totp.data, instant):
        return _redit(suite)
    (secours.code_secours if par_secours else code.code_totp).errors = [REFUS_SECOURS if par_secours else REFUS]
    return _page(code, suite, secours=secours, statut=422)


@bp.post("/moi/redire/cle/defi")
@droit(Droit.AGENT_ACCUEIL)
def redire_cle_defi() -> Response:
    if not (ceremonie.possible() and current_user.a_une_cle):
        raise Forbidden
    return jsonify(cles.options_d_usage(current_user))


@bp.post("/moi/redire/cle")
@droit(Droit.AGENT_ACCUEIL)
def redire_cle() -> ReponseBrute:
    suite = request.form.get("suite", "")
    freins.essayer(agents.CODE_PAR_AGENT, str(current_user.id))
    try:
        cles.reconnaitre(request.form.get("cle_reponse", ""), current_user)
    except CleRefusee as refus:
        _inscrire_le_refus(refus)
        return _page(CodeForm(None), suite, refus=REFUS_CLE, statut=422)
    return _redit(suite)


def _redit(suite: str) -> ReponseBrute:
    preuve.noter(db.session)
    freins.relacher(db.session, agents.CODE_PAR_AGENT, str(current_user.id))
    db.session.commit()
    suite = suite_interne(suite)
    return redirect(url_for(".moi", fait="redit") if suite in {"", url_for(".moi")} else suite, 303)


def _inscrire_le_refus(refus: CleRefusee) -> None:
    db.session.rollback()
    agent = acces.soi(db.session, current_user)
    journal.inscrire(db.session, ActeJournal.CONNEXION_REFUSEE, agent=agent, objet=f"clé d’accès : {refus}")
    db.session.commit()


def _page(
    code: CodeForm, suite: str, *, secours: SecoursForm | None = None, refus: str = "", statut: int = 200
) -> Response:
    return rendre(
        "guichet/redire.html",
        titre="Redonnez votre second facteur",
        statut=statut,
        code=code,
        secours=secours or SecoursForm(None),
        suite=suite_interne(suite),
        par_application=current_user.totp_confirme_le is not None,
        par_cle=ceremonie.possible() and current_user.a_une_cle,
        refus=refus,
    )
