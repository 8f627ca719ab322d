"""Entrer depuis un appareil inconnu : le code reçu par courriel."""

from __future__ import annotations

from flask import Response, redirect, request, url_for
from werkzeug import Response as ReponseBrute

from portail.compte import bp, codes, entree
from portail.compte.formulaires import CodeForm
from portail.compte.modeles import UsageCode
from portail.db import db, lecture
from portail.droits import Droit, droit
from portail.htmx import rendre
from portail.surete import Fait, noter


@bp.get("/code")
@droit(Droit.ANONYME)
def code() -> ReponseBrute:
    with lecture() as base:
        attendu = codes.attendu(base, UsageCode.APPAREIL)
    return _page(CodeForm(None)) if attendu else redirect(url_for(".connexion", motif="connexion"), 303)


@bp.post("/code")
@droit(Droit.ANONYME)
def code_envoyer() -> ReponseBrute:
    formulaire = CodeForm(request.form)
    if not formulaire.validate():
        return _page(formulaire, statut=422)
    trouve = codes.essayer(db.session, UsageCode.APPAREIL, formulaire.code_recu.data)
    if trouve is None:
        reste = codes.attendu(db.session, UsageCode.APPAREIL)
        db.session.commit()
        noter(Fait.CODE_REFUSE)
        if not reste:
            return redirect(url_for(".connexion", motif="code"), 303)
        formulaire.code_recu.errors = ["Ce n’est pas le bon code. Recopiez celui du dernier courriel."]
        return _page(formulaire, statut=422)
    suite = entree.entrer(db.session, trouve.compte, partagee=trouve.partage, suite=trouve.suite)
    db.session.commit()
    noter(Fait.CONNEXION, trouve.compte_id)
    return redirect(suite, 303)


def _page(formulaire: CodeForm, statut: int = 200) -> Response:
    return rendre("compte/code.html", titre="Recopiez le code reçu", statut=statut, formulaire=formulaire)
