"""« Rattacher une demande existante » : reprendre, avec le code du bordereau, la demande qu'un guichet a saisie."""

from __future__ import annotations

from flask import Response, redirect, request, url_for
from flask_login import current_user
from werkzeug import Response as ReponseBrute

from portail import freins
from portail.compte.acces import compte_courant
from portail.db import db
from portail.demande import bp
from portail.demande.formulaires import RattachementForm
from portail.droits import Droit, droit
from portail.guichet import reclamation
from portail.horloge import maintenant
from portail.htmx import rendre

# La même phrase pour tout refus : elle ne dit ni si ce code existe, ni à qui il est.
REFUS = (
    "Ce code ne permet pas d’ouvrir une demande avec votre compte. Vérifiez-le, et vérifiez dans « Mon compte » que "
    "votre nom de naissance, votre date de naissance et votre numéro de sécurité sociale sont ceux du papier. "
    "Sinon, votre guichet vous donnera un nouveau code."
)
DEJA = (
    "Vous avez déjà une demande active dans ce territoire : il ne peut y en avoir qu’une. "
    "Votre guichet vous dira laquelle garder."
)


@bp.get("/rattacher")
@droit(Droit.COMPTE)
def rattacher() -> Response:
    return _page(RattachementForm(None))


@bp.post("/rattacher")
@droit(Droit.COMPTE)
def rattacher_envoyer() -> ReponseBrute:
    formulaire = RattachementForm(request.form)
    if not formulaire.validate():
        return _page(formulaire, statut=422)
    try:
        freins.essayer(reclamation.PAR_COMPTE, str(current_user.id))
        freins.essayer(reclamation.PAR_RESEAU, freins.reseau())
    except freins.TropDEssais as trop:
        formulaire.code.errors = [str(trop)]
        return trop.annoncer(_page(formulaire, statut=429))
    compte, numero = compte_courant(db.session), formulaire.numero.data or ""
    try:
        demande = reclamation.reclamer(db.session, compte, formulaire.code.data, numero, maintenant())
    except (reclamation.ReclamationRefusee, reclamation.DejaUneDemande) as refus:
        db.session.rollback()
        formulaire.code.errors = [DEJA if isinstance(refus, reclamation.DejaUneDemande) else REFUS]
        return _page(formulaire, statut=422)
    freins.relacher(db.session, reclamation.PAR_COMPTE, str(compte.id))
    freins.rendre(db.session, reclamation.PAR_RESEAU, freins.reseau())
    db.session.commit()
    return redirect(url_for(".tableau", _anchor=f"d{demande.id}"), 303)


def _page(formulaire: RattachementForm, *, statut: int = 200) -> Response:
    titre = "Rattacher une demande existante"
    return rendre("demande/rattacher.html", titre=titre, formulaire=formulaire, statut=statut)
