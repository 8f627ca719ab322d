"""« Suis-je éligible ? » : répondre sans rien garder. Le résultat se rend en 200, sans redirection ni adresse à lui."""

from __future__ import annotations

from flask import Response, request

from portail import idempotence
from portail.db import lecture
from portail.debit import borne
from portail.droits import Droit, droit
from portail.horloge import aujourd_hui
from portail.htmx import rendre
from portail.information import bp
from portail.information.eligibilite.formulaire import EligibiliteForm
from portail.information.eligibilite.reponse import Reponse, repondre
from portail.referentiels import recherche
from portail.referentiels.parametres import catalogue_pieces

TITRE = "Suis-je éligible\u202f?"


@bp.get("/suis-je-eligible")
@droit(Droit.PUBLIC)
@borne
def suis_je_eligible() -> Response:
    """`?commune=69266` préremplit la commune (un code Insee ne dit rien de la personne)."""
    lieu = recherche.lieu(request.args.get("commune", "")[:5])
    connue = {"commune": lieu.code} if lieu is not None and lieu.genre != "pays" else {}
    return _page(EligibiliteForm(annee=aujourd_hui().year, data=connue))


@bp.post("/suis-je-eligible")
@droit(Droit.PUBLIC)
@borne
def suis_je_eligible_repondre() -> Response:
    jour = aujourd_hui()
    formulaire = EligibiliteForm(request.form, annee=jour.year)
    if not formulaire.validate():
        return _page(formulaire, statut=422)
    with lecture() as session:  # un POST qui n'écrit rien : il ne doit pas non plus attendre le verrou d'écriture
        reponse = repondre(formulaire, jour, session)
    return _page(formulaire, reponse=reponse, repere="Résultat")


def _page(
    formulaire: EligibiliteForm, *, reponse: Reponse | None = None, statut: int = 200, repere: str = ""
) -> Response:
    return rendre(
        "information/eligibilite.html",
        titre=TITRE,
        repere=repere,
        formulaire=formulaire,
        reponse=reponse,
        a_reporter=[(nom, valeur) for nom, valeur in request.form.items() if nom not in {"csrf_token", "cle"}],
        cle=idempotence.nouvelle_cle(),
        jour=aujourd_hui(),
        titres_de_sejour=catalogue_pieces()["ID-3"].acceptees,
        statut=statut,
    )
