"""« Abandonner la demande » : dire ce que l'on perd, confirmer, pouvoir revenir sur ce choix."""

from __future__ import annotations

from flask import Response, redirect, request, url_for
from werkzeug import Response as ReponseBrute

from portail.compte import preuve
from portail.db import db, lecture
from portail.demande import abandon, acces, bp, reactivation
from portail.demande.delais import ABANDON, durees
from portail.demande.formulaires_vie import AbandonForm
from portail.demande.modeles import Demande
from portail.droits import Droit, droit
from portail.horloge import aujourd_hui, maintenant
from portail.htmx import rendre

A_CONFIRMER = "Cochez la case pour confirmer que vous avez compris."


@bp.get("/<int:demande_id>/abandonner")
@droit(Droit.COMPTE)
def abandonner(demande_id: int) -> ReponseBrute:
    demande = acces.du_titulaire(db.session, demande_id)
    if demande.deposee_le is None or demande.radiee_le is not None:
        return redirect(url_for(".tableau"), 303)
    return preuve.exiger() or _page(demande, AbandonForm())


@bp.post("/<int:demande_id>/abandonner")
@droit(Droit.COMPTE)
def abandonner_envoyer(demande_id: int) -> ReponseBrute:
    with lecture() as base:  # l'envoi à garder s'écrit à part : sans verrou pris avant lui
        acces.du_titulaire(base, demande_id)
    if (a_prouver := preuve.exiger()) is not None:
        return a_prouver
    demande = acces.du_titulaire(db.session, demande_id, verrou=True)
    if demande.deposee_le is None or demande.radiee_le is not None:  # un second envoi : c'est déjà fait
        deja = demande.motif_radiation == ABANDON
        return redirect(url_for(".tableau", fait="abandonnee" if deja else None), 303)
    formulaire = AbandonForm(request.form)
    compris = request.form.get("compris") == "oui"
    if not formulaire.validate() or not compris:
        return _page(demande, formulaire, manque="" if compris else A_CONFIRMER, statut=422)
    abandon.abandonner(db.session, demande, formulaire.motif.data, maintenant())
    db.session.commit()
    return redirect(url_for(".tableau", fait="abandonnee"), 303)


def _page(demande: Demande, formulaire: AbandonForm, *, manque: str = "", statut: int = 200) -> Response:
    return rendre(
        "demande/abandonner.html",
        titre="Abandonner la demande",
        demande=demande,
        formulaire=formulaire,
        delai=durees(aujourd_hui()).annulation,
        manque=manque,
        statut=statut,
    )


@bp.post("/<int:demande_id>/abandonner/annuler")
@droit(Droit.COMPTE)
def annuler_l_abandon(demande_id: int) -> ReponseBrute:
    """La demande redevient active, comme avant. Deux clics n'en font qu'un."""
    demande = acces.du_titulaire(db.session, demande_id, verrou=True)
    if demande.radiee_le is None:
        return redirect(url_for(".tableau", fait="reprise"), 303)
    try:
        if demande.motif_radiation != ABANDON:
            raise reactivation.ReactivationImpossible(reactivation.PAS_CE_MOTIF)
        reactivation.reactiver(db.session, demande, maintenant())
    except reactivation.ReactivationImpossible as refus:
        phrase = str(refus)
        return rendre("demande/annulation_impossible.html", titre="Abandon définitif", phrase=phrase, statut=409)
    db.session.commit()
    return redirect(url_for(".tableau", fait="reprise"), 303)
