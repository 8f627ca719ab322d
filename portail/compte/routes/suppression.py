"""« Supprimer mon compte » : dire ce qui part et ce qui reste, redemander une preuve, confirmer."""

from __future__ import annotations

from flask import Response, redirect, request, url_for
from flask_login import current_user
from werkzeug import Response as ReponseBrute

from portail.compte import bp, preuve
from portail.compte import suppression as actes
from portail.db import db
from portail.droits import Droit, droit
from portail.franceconnect import passage
from portail.franceconnect.depart import adresse_de_fin
from portail.horloge import aujourd_hui, maintenant
from portail.htmx import rendre
from portail.referentiels import recherche
from portail.referentiels.parametres import parametre, source
from portail.stockage import StockageIndisponible
from portail.surete import Fait, noter
from portail.typographie import insecables

DUREE_LEGALE = "CONSERVATION_APRES_RADIATION_MOIS"
A_CONFIRMER = "Cochez la case pour confirmer que vous avez compris."
PANNE = (
    "Le dossier des documents ne répond pas. Votre compte n’est pas supprimé, mais des documents sont peut-être déjà "
    "effacés. Recommencez dans un moment pour finir."
)


@bp.get("/supprimer")
@droit(Droit.COMPTE)
def supprimer() -> Response:
    return _page()


@bp.post("/supprimer")
@droit(Droit.COMPTE)
def supprimer_envoyer() -> ReponseBrute:
    if (a_prouver := preuve.exiger()) is not None:
        return a_prouver
    if request.form.get("compris") != "oui":
        return _page(manque=A_CONFIRMER, statut=422)
    qui, jeton = current_user.id, passage.jeton_de_fin(db.session)
    try:
        actes.supprimer(db.session, qui, maintenant())
    except actes.DemandeEnCours:
        db.session.rollback()
        return _page(statut=409)
    except StockageIndisponible:
        db.session.rollback()
        return _page(panne=PANNE, statut=503)
    db.session.commit()
    noter(Fait.COMPTE_SUPPRIME, qui)
    reponse = redirect(adresse_de_fin(jeton) or url_for(".supprime"), 303)
    reponse.headers["Clear-Site-Data"] = '"cache", "storage"'
    return reponse


@bp.get("/supprime")
@droit(Droit.PUBLIC)
def supprime() -> Response:
    return rendre("compte/supprime.html", titre="Votre compte est supprimé")


def _page(*, manque: str = "", panne: str = "", statut: int = 200) -> Response:
    suites = actes.suites(db.session, current_user.id)
    return rendre(
        "compte/supprimer.html",
        titre="Supprimer mon compte",
        suites=suites,
        communes=_communes(suites),
        mois=parametre(DUREE_LEGALE, aujourd_hui()),
        texte=insecables(source(db.session, DUREE_LEGALE, aujourd_hui())),
        manque=manque,
        panne=panne,
        statut=statut,
    )


def _communes(suites: actes.Suites) -> dict[int, str]:
    """La première commune de chaque demande soumise : deux demandes du même jour se distinguent."""
    lieux = {d.id: recherche.lieu(d.premiere_commune) for d in suites.demandes if d.premiere_commune}
    return {numero: lieu.nom for numero, lieu in lieux.items() if lieu is not None}
