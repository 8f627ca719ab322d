"""« Rechercher une demande », et ouvrir celle d'un autre territoire en disant pourquoi."""

from __future__ import annotations

from flask import Response, redirect, request, url_for
from flask_login import current_user
from werkzeug import Response as ReponseBrute

from portail import freins
from portail.db import db
from portail.droits import Droit, droit
from portail.guichet import acces, bp, recherche
from portail.guichet.recherche import RechercheForm, Trouvee
from portail.htmx import rendre

TITRE = "Rechercher une demande"


@bp.get("/recherche", endpoint="recherche")
@droit(Droit.AGENT_ACCUEIL)
def ouvrir() -> Response:
    return _page(RechercheForm())


@bp.post("/recherche")
@droit(Droit.AGENT_ACCUEIL)
def rechercher() -> Response:
    """Une recherche se poste : un nom, une date, un numéro n'ont rien à faire dans une adresse."""
    formulaire = RechercheForm(request.form)
    if not formulaire.validate():
        return _page(formulaire, statut=422)
    try:
        freins.essayer(freins.RECHERCHE_PAR_AGENT, str(current_user.id))
    except freins.TropDEssais as erreur:
        return erreur.annoncer(_page(formulaire, phrase=str(erreur), statut=429))
    trouvees = recherche.chercher(db.session, current_user, formulaire)
    db.session.commit()
    return _page(formulaire, trouvees)


@bp.get("/demandes/<int:demande_id>/raison")
@droit(Droit.AGENT_ACCUEIL)
def raison(demande_id: int) -> Response:
    """Une demande d'un autre territoire : la page ne dit pas même si elle existe."""
    return _page_raison(demande_id)


@bp.post("/demandes/<int:demande_id>/raison")
@droit(Droit.AGENT_ACCUEIL)
def raison_donner(demande_id: int) -> ReponseBrute:
    ecrite = request.form.get("raison", "").strip()
    if len(ecrite) < acces.RAISON_MINIMUM:
        return _page_raison(demande_id, ecrite, erreur=True, statut=422)
    acces.demande_a_lire(db.session, current_user, demande_id, ecrite)
    db.session.commit()
    return redirect(url_for(".dossier", demande_id=demande_id), 303)


def _page(
    formulaire: RechercheForm, trouvees: list[Trouvee] | None = None, *, phrase: str = "", statut: int = 200
) -> Response:
    return rendre(
        "guichet/recherche.html", titre=TITRE, formulaire=formulaire, trouvees=trouvees, phrase=phrase, statut=statut
    )


def _page_raison(demande_id: int, ecrite: str = "", *, erreur: bool = False, statut: int = 200) -> Response:
    return rendre(
        "guichet/raison.html",
        titre="Pourquoi ouvrir cette demande ?",
        demande_id=demande_id,
        ecrite=ecrite,
        erreur=erreur,
        minimum=acces.RAISON_MINIMUM,
        statut=statut,
    )
