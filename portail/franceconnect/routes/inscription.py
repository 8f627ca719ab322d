"""La première fois : l'identité est donnée, il reste l'adresse mail et le numéro de sécurité sociale."""

from __future__ import annotations

from flask import Response, redirect, request, url_for
from werkzeug import Response as ReponseBrute

from portail import freins
from portail.compte.routes.inscription import nir_a_verifier
from portail.db import db, lecture
from portail.droits import Droit, droit
from portail.franceconnect import bp, passage
from portail.franceconnect import inscription as actes
from portail.franceconnect.arret import Arret
from portail.franceconnect.formulaires import CompleterForm
from portail.franceconnect.identite import Identite
from portail.horloge import aujourd_hui
from portail.htmx import rendre
from portail.surete import Fait, noter


@bp.get("/inscription")
@droit(Droit.ANONYME)
def inscription() -> Response:
    identite = _identite()
    return _page(CompleterForm(None, aujourd_hui(), identite, sans_nir=False), sans_nir=False)


@bp.post("/inscription")
@droit(Droit.ANONYME)
def inscription_envoyer() -> ReponseBrute:
    identite = _identite()
    sans_nir = "sans_nir" in request.form
    formulaire = CompleterForm(request.form, aujourd_hui(), identite, sans_nir=sans_nir)
    if not formulaire.validate():
        return _page(formulaire, sans_nir=sans_nir, statut=422)
    try:
        freins.essayer(freins.INSCRIPTION_PAR_RESEAU, freins.reseau())
    except freins.TropDEssais as trop:
        formulaire.courriel.errors = [str(trop)]
        return trop.annoncer(_page(formulaire, sans_nir=sans_nir, statut=429))
    reponses = {champ.short_name: champ.data for champ in formulaire}
    trouve = passage.en_attente(db.session)
    if trouve is None:
        raise Arret("perime")
    actes.inscrire(db.session, *trouve, adresse=reponses.pop("courriel"), **reponses)
    db.session.commit()
    noter(Fait.INSCRIPTION)
    return redirect(url_for("compte.inscription_envoyee", verifier="nir" if nir_a_verifier(formulaire) else None), 303)


def _identite() -> Identite:
    with lecture() as base:
        trouve = passage.en_attente(base)
    if trouve is None:
        raise Arret("perime")
    return trouve[1]


def _page(formulaire: CompleterForm, *, sans_nir: bool, statut: int = 200) -> Response:
    return rendre(
        "franceconnect/inscription.html",
        titre="Terminer mon inscription",
        statut=statut,
        formulaire=formulaire,
        sans_nir=sans_nir,
    )
