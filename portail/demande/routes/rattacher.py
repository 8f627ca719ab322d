"""« Rattacher une demande existante » : par le numéro unique et un code reçu par courriel, ou par le code du bordereau.

Un numéro s'inscrit, et s'examine ensuite : la réponse ne dépend que de sa forme."""

from __future__ import annotations

from flask import Response, redirect, request, url_for
from flask_login import current_user
from werkzeug import Response as ReponseBrute

from portail import freins
from portail.champs import ChampTexte
from portail.compte.acces import compte_courant
from portail.db import db, ecriture
from portail.demande import alarme_rattachement, bp, rattachement
from portail.demande.formulaires import BordereauForm, CodeRecuForm, NumeroForm
from portail.demande.modeles import Demande
from portail.droits import Droit, droit
from portail.formulaire import Formulaire
from portail.guichet import reclamation
from portail.horloge import aujourd_hui, maintenant
from portail.htmx import rendre
from portail.referentiels.parametres import parametre
from portail.regles.numero_unique import normaliser

# La même phrase pour tout refus : elle ne dit ni si ce code existe, ni à qui il est.
REFUS = (
    "Ce code ne permet pas d’ouvrir une demande avec votre compte. Vérifiez-le, et vérifiez dans «\u00a0Mon "
    "compte\u00a0» que votre nom de naissance, votre date de naissance et votre numéro de sécurité sociale sont "
    "ceux du papier. Sinon, votre guichet vous donnera un nouveau code."
)
CODE_FAUX = "Ce code n’est pas le bon, ou il ne vaut plus rien. Vérifiez-le, ou demandez-en un autre."
DEJA = (
    "Vous avez déjà une demande active dans ce territoire\u00a0: il ne peut y en avoir qu’une. Votre guichet vous dira "
    "laquelle garder."
)
CODE_PAR_COMPTE = freins.Regle("rattachement-code", 10, 60)
PAGES = {
    NumeroForm: ("demande/rattacher.html", "Rattacher une demande existante"),
    CodeRecuForm: ("demande/rattacher_code.html", "Le code reçu par courriel"),
    BordereauForm: ("demande/bordereau.html", "Rattacher avec un code de bordereau"),
}


@bp.get("/rattacher")
@droit(Droit.COMPTE)
def rattacher() -> Response:
    return _page(NumeroForm(None))


@bp.post("/rattacher")
@droit(Droit.COMPTE)
def rattacher_envoyer() -> ReponseBrute:
    formulaire = NumeroForm(request.form)
    if not formulaire.validate():
        return _page(formulaire, statut=422)
    try:
        _freiner()
    except freins.TropDEssais as trop:
        return _trop(trop, formulaire, formulaire.numero)
    rattachement.proposer(db.session, current_user.id, normaliser(formulaire.numero.data or ""), maintenant())
    db.session.commit()
    return redirect(url_for(".rattacher_code"), 303)


@bp.get("/rattacher/code")
@droit(Droit.COMPTE)
def rattacher_code() -> Response:
    return _page(CodeRecuForm(None))


@bp.post("/rattacher/code")
@droit(Droit.COMPTE)
def rattacher_code_envoyer() -> ReponseBrute:
    formulaire = CodeRecuForm(request.form)
    if not formulaire.validate():
        return _page(formulaire, statut=422)
    try:
        freins.essayer(CODE_PAR_COMPTE, str(current_user.id))
    except freins.TropDEssais as trop:
        return _trop(trop, formulaire, formulaire.code)
    try:
        demande = rattachement.prouver(db.session, compte_courant(db.session), formulaire.code.data or "", maintenant())
    except rattachement.RattachementRefuse:
        return _refuser(formulaire, formulaire.code, CODE_FAUX)
    except rattachement.DejaUneDemande:
        return _refuser(formulaire, formulaire.code, DEJA, compte=False)
    freins.relacher(db.session, CODE_PAR_COMPTE, str(current_user.id))
    return _rattachee(demande)


@bp.get("/rattacher/bordereau")
@droit(Droit.COMPTE)
def bordereau() -> Response:
    return _page(BordereauForm(None))


@bp.post("/rattacher/bordereau")
@droit(Droit.COMPTE)
def bordereau_envoyer() -> ReponseBrute:
    formulaire = BordereauForm(request.form)
    if not formulaire.validate():
        return _page(formulaire, statut=422)
    try:
        _freiner()
    except freins.TropDEssais as trop:
        return _trop(trop, formulaire, formulaire.code)
    compte, numero = compte_courant(db.session), formulaire.numero.data or ""
    try:
        demande = reclamation.reclamer(db.session, compte, formulaire.code.data or "", numero, maintenant())
    except reclamation.ReclamationRefusee:
        return _refuser(formulaire, formulaire.code, REFUS)
    except rattachement.DejaUneDemande:
        return _refuser(formulaire, formulaire.code, DEJA, compte=False)
    return _rattachee(demande)


def _freiner() -> None:
    """Lève `TropDEssais`. Numéros et codes du bordereau se comptent ensemble."""
    freins.essayer(reclamation.par_compte(maintenant()), str(current_user.id))
    freins.essayer(reclamation.PAR_RESEAU, freins.reseau())


def _trop(trop: freins.TropDEssais, formulaire: Formulaire, champ: ChampTexte) -> Response:
    champ.errors = [str(trop)]
    return trop.annoncer(_page(formulaire, statut=429))


def _refuser(formulaire: Formulaire, champ: ChampTexte, phrase: str, *, compte: bool = True) -> Response:
    """Rien n'est écrit, sauf le refus s'il compte pour l'alarme."""
    db.session.rollback()
    if compte:
        with ecriture() as session:
            alarme_rattachement.noter_un_refus(session, current_user.id, maintenant())
    champ.errors = [phrase]
    return _page(formulaire, statut=422)


def _rattachee(demande: Demande) -> ReponseBrute:
    freins.relacher(db.session, reclamation.par_compte(maintenant()), str(current_user.id))
    freins.rendre(db.session, reclamation.PAR_RESEAU, freins.reseau())
    db.session.commit()
    return redirect(url_for(".tableau", _anchor=f"d{demande.id}"), 303)


def _page(formulaire: Formulaire, *, statut: int = 200) -> Response:
    gabarit, titre = PAGES[type(formulaire)]
    minutes = parametre("RATTACHEMENT_CODE_MINUTES", aujourd_hui())
    return rendre(gabarit, titre=titre, formulaire=formulaire, minutes=minutes, statut=statut)
