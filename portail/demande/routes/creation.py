"""« Je crée une nouvelle demande » : la commune d'abord."""

from __future__ import annotations

from collections.abc import Callable

from flask import Response, redirect, request, url_for
from flask_login import current_user
from werkzeug import Response as ReponseBrute

from portail import idempotence
from portail.compte.acces import compte_courant
from portail.db import db
from portail.demande import acces, bp, creation
from portail.demande.formulaires import CommuneForm
from portail.demande.modeles import Declaration
from portail.demande.tableau import cartes
from portail.droits import Droit, droit
from portail.horloge import aujourd_hui, maintenant
from portail.htmx import rendre
from portail.referentiels import recherche
from portail.referentiels.recherche import Lieu
from portail.regles.territoire import nom_territoire

TITRE = "Dans quelle commune souhaitez-vous habiter ?"


@bp.get("/nouvelle")
@droit(Droit.COMPTE)
def nouvelle() -> Response:
    return _page(CommuneForm(None))


@bp.post("/nouvelle")
@droit(Droit.COMPTE)
def nouvelle_envoyer() -> ReponseBrute:
    formulaire = CommuneForm(request.form)
    if not formulaire.validate():
        return _page(formulaire, statut=422)
    commune = recherche.lieu(str(formulaire.commune.data))
    if commune is None:
        return _page(formulaire, statut=422)
    return creer(commune)


def creer(commune: Lieu, remplir: Callable[[Declaration], None] | None = None) -> ReponseBrute:
    """Crée le brouillon, une seule fois par envoi, et y mène. `remplir` : ce que la personne a déjà répondu."""
    cle = _cle_de_l_envoi(commune.code)
    deja = idempotence.deja_fait(db.session, current_user.id, cle)
    if deja:
        return redirect(deja, 303)
    try:
        demande = creation.commencer(db.session, compte_courant(db.session), commune, maintenant())
    except creation.TerritoireAilleurs as erreur:
        return rendre(
            "demande/ailleurs.html",
            titre="Votre demande se fait sur un autre site"
            if erreur.ailleurs.nom_portail
            else "Votre demande ne se fait pas ici",
            commune=commune,
            ailleurs=erreur.ailleurs,
        )
    except creation.DemandeDejaOuverte as erreur:
        # Un double clic a pu créer celle-ci à l'instant : les deux envois mènent au même endroit.
        deja = idempotence.deja_fait(db.session, current_user.id, cle)
        if deja:
            return redirect(deja, 303)
        return _deja_ouverte(erreur.demande.id, erreur.demande.territoire)
    if remplir is not None:
        remplir(demande.declarations[0])
    adresse = url_for(".etape", demande_id=demande.id, slug="informations-generales")
    if cle:
        idempotence.retenir(db.session, current_user.id, cle, adresse)
    db.session.commit()
    return redirect(adresse, 303)


def _cle_de_l_envoi(code_commune: str) -> str:
    """La clé de la page et la commune : la même page renvoyée avec une autre commune est une autre création."""
    cle = request.form.get("cle", "")[:36]
    return f"{cle}:{code_commune}" if cle else ""


def _page(formulaire: CommuneForm, statut: int = 200) -> Response:
    brouillons = [carte for carte in cartes(acces.demandes(db.session), aujourd_hui()) if carte.est_brouillon]
    return rendre(
        "demande/nouvelle.html",
        titre=TITRE,
        formulaire=formulaire,
        brouillons=brouillons,
        cle=request.form.get("cle") or idempotence.nouvelle_cle(),
        statut=statut,
    )


def _deja_ouverte(demande_id: int, code_territoire: str) -> Response:
    carte = next(carte for carte in cartes(acces.demandes(db.session), aujourd_hui()) if carte.id == demande_id)
    return rendre(
        "demande/deja_ouverte.html",
        titre="Vous avez déjà une demande dans ce territoire",
        carte=carte,
        territoire=nom_territoire(code_territoire),
    )
