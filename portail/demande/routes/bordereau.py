"""« Rattacher avec un code de bordereau » : le code remis sur papier par un guichet."""

from __future__ import annotations

from flask import Response, request
from werkzeug import Response as ReponseBrute

from portail import freins
from portail.compte import preuve
from portail.compte.acces import compte_courant
from portail.db import db
from portail.demande import bp, rattachement
from portail.demande.formulaires import BordereauForm
from portail.demande.routes.rattacher import DEJA, essais_epuises, freiner, page, rattachee, refuser
from portail.droits import Droit, droit
from portail.guichet import reclamation
from portail.horloge import maintenant

# La même phrase pour tout refus : elle ne dit ni si ce code existe, ni à qui il est.
REFUS = (
    "Ce code ne permet pas d’ouvrir une demande avec votre compte. Vérifiez-le, et vérifiez dans «\u00a0Mon "
    "compte\u00a0» que votre nom de naissance, votre date de naissance et votre numéro de sécurité sociale sont "
    "ceux du papier. Sinon, votre guichet vous donnera un nouveau code."
)


@bp.get("/rattacher/bordereau")
@droit(Droit.COMPTE)
@preuve.exigee
def bordereau() -> Response:
    return page(BordereauForm(None))


@bp.post("/rattacher/bordereau")
@droit(Droit.COMPTE)
@preuve.exigee
def bordereau_envoyer() -> ReponseBrute:
    formulaire = BordereauForm(request.form)
    if not formulaire.validate():
        return page(formulaire, statut=422)
    try:
        freiner()
    except freins.TropDEssais as trop:
        return essais_epuises(trop, formulaire, formulaire.code)
    compte, numero = compte_courant(db.session), formulaire.numero.data or ""
    try:
        reclamation.reclamer(db.session, compte, formulaire.code.data or "", numero, maintenant())
    except reclamation.ReclamationRefusee:
        return refuser(formulaire, formulaire.code, REFUS)
    except rattachement.DejaUneDemande:
        return refuser(formulaire, formulaire.code, DEJA, compte=False)
    return rattachee()
