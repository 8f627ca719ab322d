"""Redire qui l'on est : le mot de passe, ou un code par courriel pour qui n'en a pas."""

from __future__ import annotations

from flask import Response, redirect, request, url_for
from flask_login import current_user
from werkzeug import Response as ReponseBrute

from portail import freins
from portail.cles_acces import ceremonie
from portail.compte import acces, bp, cles, codes, mots_de_passe
from portail.compte import preuve as actes
from portail.compte.entree import adresse_interne
from portail.compte.formulaires import ActuelForm, CodeForm
from portail.compte.modeles import UsageCode
from portail.db import db, lecture
from portail.droits import Droit, droit
from portail.formulaire import Formulaire
from portail.htmx import rendre
from portail.surete import Fait, noter


@bp.get("/prouver")
@droit(Droit.COMPTE)
def prouver() -> Response:
    return _page(_formulaire(None), request.args.get("suite", ""))


@bp.post("/prouver")
@droit(Droit.COMPTE)
def prouver_envoyer() -> ReponseBrute:
    formulaire, suite = _formulaire(request.form), request.form.get("suite", "")
    [champ] = formulaire
    if not formulaire.validate():
        return _page(formulaire, suite, statut=422)
    try:
        freins.essayer(freins.CHANGEMENT_PAR_COMPTE, str(current_user.id))
    except freins.TropDEssais as trop:
        champ.errors = [str(trop)]
        return trop.annoncer(_page(formulaire, suite, statut=429))
    if current_user.mot_de_passe is not None:
        juste = mots_de_passe.verifier(current_user.mot_de_passe, champ.data)
    else:
        juste = codes.essayer(db.session, UsageCode.PREUVE, champ.data) is not None
    if not juste:
        db.session.commit()  # l'essai du code est compté
        noter(Fait.MOT_DE_PASSE_ACTUEL_FAUX, current_user.id)
        champ.errors = ["Ce n’est pas le bon."]
        return _page(formulaire, suite, statut=422)
    actes.noter(db.session)
    db.session.commit()
    noter(Fait.IDENTITE_REDITE, current_user.id)
    return redirect(adresse_interne(suite) or url_for(".mon_compte"), 303)


@bp.post("/prouver/code")
@droit(Droit.COMPTE)
def prouver_par_code() -> ReponseBrute:
    compte = acces.verrouiller(db.session, current_user.id)
    if compte is not None and not compte.est_a_l_abri:  # à l'abri, son adresse est celle d'un autre compte
        codes.envoyer(db.session, compte, UsageCode.PREUVE)
        db.session.commit()
    return redirect(url_for(".prouver", suite=adresse_interne(request.form.get("suite", ""))), 303)


def _formulaire(saisie) -> Formulaire:
    return ActuelForm(saisie) if current_user.mot_de_passe is not None else CodeForm(saisie)


def page_preuve(suite: str, *, refus: str, statut: int) -> Response:
    """La même page, quand c'est la clé d'accès qui n'a pas convenu."""
    return _page(_formulaire(None), suite, statut=statut, refus=refus)


def _page(formulaire: Formulaire, suite: str, statut: int = 200, refus: str = "") -> Response:
    with lecture() as base:
        attendu = codes.attendu(base, UsageCode.PREUVE)
        par_cle = ceremonie.possible() and bool(cles.du_compte(base, current_user.id))
    return rendre(
        "compte/prouver.html",
        titre="Confirmez que c’est bien vous",
        statut=statut,
        formulaire=formulaire,
        suite=adresse_interne(suite),
        a_l_abri=current_user.est_a_l_abri,
        par_code=current_user.mot_de_passe is None and not current_user.est_a_l_abri,
        code_attendu=attendu,
        par_cle=par_cle,
        refus=refus,
    )
