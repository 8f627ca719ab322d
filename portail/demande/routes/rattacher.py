"""« Rattacher une demande existante » : par le numéro unique et un code reçu par courriel (bordereau.py : sur papier).

Un numéro s'inscrit, et s'examine ensuite : la réponse ne dépend que de sa forme. Qui tient une session volée ne
propose rien : la personne redit d'abord qui elle est. Le code, lui, ne vaut que quinze minutes après cela."""

from __future__ import annotations

from flask import Response, redirect, request, url_for
from flask_login import current_user
from werkzeug import Response as ReponseBrute

from portail import freins
from portail.champs import ChampTexte
from portail.compte import preuve
from portail.compte.acces import compte_courant
from portail.db import db, ecriture
from portail.demande import alarme_rattachement, bp, rattachement
from portail.demande.formulaires import BordereauForm, CodeRecuForm, NumeroForm
from portail.droits import Droit, droit
from portail.formulaire import Formulaire
from portail.guichet import reclamation
from portail.horloge import aujourd_hui, maintenant
from portail.htmx import rendre
from portail.referentiels.parametres import parametre
from portail.regles.numero_unique import normaliser

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
@preuve.exigee
def rattacher() -> Response:
    return page(NumeroForm(None))


@bp.post("/rattacher")
@droit(Droit.COMPTE)
@preuve.exigee
def rattacher_envoyer() -> ReponseBrute:
    formulaire = NumeroForm(request.form)
    if not formulaire.validate():
        return page(formulaire, statut=422)
    try:
        freiner()
    except freins.TropDEssais as trop:
        return essais_epuises(trop, formulaire, formulaire.numero)
    compte, numero = compte_courant(db.session), normaliser(formulaire.numero.data or "")
    rattachement.proposer(db.session, compte.id, numero, maintenant())
    db.session.commit()
    return redirect(url_for(".rattacher_code"), 303)


@bp.get("/rattacher/code")
@droit(Droit.COMPTE)
def rattacher_code() -> Response:
    return page(CodeRecuForm(None))


@bp.post("/rattacher/code")
@droit(Droit.COMPTE)
def rattacher_code_envoyer() -> ReponseBrute:
    formulaire = CodeRecuForm(request.form)
    if not formulaire.validate():
        return page(formulaire, statut=422)
    try:
        freins.essayer(CODE_PAR_COMPTE, str(current_user.id))
    except freins.TropDEssais as trop:
        return essais_epuises(trop, formulaire, formulaire.code)
    try:
        rattachement.prouver(db.session, compte_courant(db.session), formulaire.code.data or "", maintenant())
    except rattachement.RattachementRefuse:
        return refuser(formulaire, formulaire.code, CODE_FAUX)
    except rattachement.DejaUneDemande:
        return refuser(formulaire, formulaire.code, DEJA, compte=False)
    freins.relacher(db.session, CODE_PAR_COMPTE, str(current_user.id))
    return rattachee()


def freiner() -> None:
    """Lève `TropDEssais`. Numéros et codes du bordereau se comptent ensemble."""
    freins.essayer(reclamation.par_compte(maintenant()), str(current_user.id))
    freins.essayer(reclamation.PAR_RESEAU, freins.reseau())


def essais_epuises(trop: freins.TropDEssais, formulaire: Formulaire, champ: ChampTexte) -> Response:
    champ.errors = [str(trop)]
    return trop.annoncer(page(formulaire, statut=429))


def refuser(formulaire: Formulaire, champ: ChampTexte, phrase: str, *, compte: bool = True) -> Response:
    """Rien n'est écrit, sauf le refus s'il compte pour l'alarme."""
    db.session.rollback()
    if compte:
        with ecriture() as session:
            alarme_rattachement.noter_un_refus(session, current_user.id, maintenant())
    champ.errors = [phrase]
    return page(formulaire, statut=422)


def rattachee() -> ReponseBrute:
    freins.relacher(db.session, reclamation.par_compte(maintenant()), str(current_user.id))
    freins.rendre(db.session, reclamation.PAR_RESEAU, freins.reseau())
    db.session.commit()
    return redirect(url_for(".tableau", fait="rattachee"), 303)


def page(formulaire: Formulaire, *, statut: int = 200) -> Response:
    gabarit, titre = PAGES[type(formulaire)]
    minutes = parametre("RATTACHEMENT_CODE_MINUTES", aujourd_hui())
    return rendre(gabarit, titre=titre, formulaire=formulaire, minutes=minutes, statut=statut)
