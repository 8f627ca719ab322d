"""« Saisir une demande papier » : la commencer, la rouvrir, l'abandonner, effacer l'écran entre deux personnes."""

from __future__ import annotations

from flask import Response, redirect, request, url_for
from flask_login import current_user
from werkzeug import Response as ReponseBrute

from portail import idempotence
from portail.db import db
from portail.demande.creation import TerritoireAilleurs
from portail.droits import Droit, droit
from portail.guichet import acces, bp, porte_saisie, saisie
from portail.guichet.formulaires_saisie import CommencerPapierForm
from portail.guichet.modeles import Guichet
from portail.horloge import aujourd_hui, maintenant
from portail.htmx import rendre
from portail.referentiels import recherche
from portail.referentiels.modeles import TerritoireHorsSne
from portail.stockage import StockageIndisponible

TITRE = "Saisir une demande papier"
PREMIERE_ETAPE = "informations-generales"


@bp.get("/saisie", endpoint="saisie")
@droit(Droit.AGENT_ACCUEIL)
def ouvrir() -> Response:
    return _page(CommencerPapierForm(None, aujourd_hui()))


@bp.post("/saisie")
@droit(Droit.AGENT_ACCUEIL)
def saisie_commencer() -> ReponseBrute:
    formulaire = CommencerPapierForm(request.form, aujourd_hui())
    commune = recherche.lieu(str(formulaire.commune.data)) if formulaire.validate() else None
    if commune is None:
        return _page(formulaire, statut=422)
    cle = request.form.get("cle", "")[:36] or idempotence.nouvelle_cle()
    agent = acces.soi(db.session, current_user)
    try:
        recue_le = formulaire.recue_le.data
        demande = saisie.commencer(db.session, agent, commune, f"{cle}:{commune.code}", recue_le, maintenant())
    except saisie.AutreGuichet as autre:
        return _ailleurs(commune, autre.guichets)
    except TerritoireAilleurs as erreur:
        return _ailleurs(commune, [], hors_sne=erreur.ailleurs)
    db.session.commit()
    return redirect(url_for(".saisie_etape", demande_id=demande.id, slug=PREMIERE_ETAPE), 303)


def _page(formulaire: CommencerPapierForm, *, statut: int = 200) -> Response:
    return rendre(
        "guichet/saisie/commencer.html",
        titre=TITRE,
        formulaire=formulaire,
        en_cours=saisie.en_cours(db.session, current_user),
        effacee=request.args.get("fait") == "effacee",
        cle=request.form.get("cle") or idempotence.nouvelle_cle(),
        statut=statut,
    )


def _ailleurs(commune: recherche.Lieu, guichets: list[Guichet], hors_sne: TerritoireHorsSne | None = None) -> Response:
    titre = "Cette commune n’est pas à votre guichet"
    return rendre("guichet/saisie/ailleurs.html", titre=titre, commune=commune, guichets=guichets, hors_sne=hors_sne)


@bp.get("/saisie/fermee")
@droit(Droit.AGENT_ACCUEIL)
def saisie_fermee() -> Response:
    """Une page où il ne reste rien de personne."""
    return rendre("guichet/saisie/fermee.html", titre="Cet écran est effacé")


@bp.post("/saisie/terminer")
@droit(Droit.AGENT_ACCUEIL)
def saisie_terminer() -> ReponseBrute:
    """Referme la saisie, et fait oublier au navigateur les pages qu'il gardait pour « Retour »."""
    porte_saisie.fermer(db.session)
    db.session.commit()
    reponse = redirect(porte_saisie.FERMEE, 303)
    reponse.headers["Clear-Site-Data"] = '"cache"'
    return reponse


@bp.post("/saisie/<int:demande_id>/ouvrir")
@droit(Droit.AGENT_ACCUEIL)
def saisie_rouvrir(demande_id: int) -> ReponseBrute:
    porte_saisie.ouvrir(db.session, acces.soi(db.session, current_user), demande_id)
    db.session.commit()
    return redirect(url_for(".saisie_reprendre", demande_id=demande_id), 303)


@bp.get("/saisie/<int:demande_id>/abandonner")
@droit(Droit.AGENT_ACCUEIL)
def saisie_abandonner(demande_id: int) -> Response:
    return _confirmer(demande_id)


@bp.post("/saisie/<int:demande_id>/abandonner")
@droit(Droit.AGENT_ACCUEIL)
def saisie_abandonner_envoyer(demande_id: int) -> ReponseBrute:
    demande = saisie.a_abandonner(db.session, current_user, demande_id, verrou=True)
    try:
        saisie.abandonner(db.session, acces.soi(db.session, current_user), demande, maintenant())
    except StockageIndisponible:
        db.session.rollback()
        return _confirmer(demande_id, phrase="Le dossier des documents ne répond pas. Réessayez.", statut=503)
    db.session.commit()
    return redirect(url_for(".saisie", fait="effacee"), 303)


def _confirmer(demande_id: int, *, phrase: str = "", statut: int = 200) -> Response:
    demande = saisie.a_abandonner(db.session, current_user, demande_id)
    titre = "Abandonner cette saisie ?"
    return rendre("guichet/saisie/abandonner.html", titre=titre, demande=demande, phrase=phrase, statut=statut)
