"""« Guichet » : son adresse, ses horaires, ce qu'il couvre, tenus par un responsable."""

from __future__ import annotations

from typing import Any

from flask import Response, redirect, request, url_for
from flask_login import current_user
from werkzeug import Response as ReponseBrute

from portail.db import db
from portail.droits import Droit, droit
from portail.guichet import acces, bp, guichets
from portail.guichet.formulaires import GuichetForm
from portail.guichet.guichets import GuichetRefuse, Perimetre
from portail.guichet.modeles import Guichet
from portail.htmx import rendre
from portail.referentiels import recherche
from portail.regles.territoire import nom_territoire

ENREGISTRE = "Le guichet est à jour."


@bp.get("/reglages")
@droit(Droit.AGENT_RESPONSABLE)
def reglages() -> Response:
    guichet = acces.guichet_de(db.session, current_user)
    fait = ENREGISTRE if request.args.get("fait") else ""
    return _page(guichet, GuichetForm(None, guichet), guichets.couverture(guichet), fait=fait)


@bp.post("/reglages")
@droit(Droit.AGENT_RESPONSABLE)
def reglages_enregistrer() -> ReponseBrute:
    guichet = acces.guichet_de(db.session, current_user)
    formulaire = GuichetForm(request.form, guichet)
    valable = formulaire.validate()
    perimetre = _perimetre(formulaire)
    if request.form.get("version", type=int) != guichet.version:
        return _page(guichet, formulaire, perimetre, ecarts=_ecarts(guichet, formulaire, perimetre), statut=409)
    if not valable:
        return _page(guichet, formulaire, perimetre, statut=422)
    try:
        guichets.modifier(db.session, guichet, formulaire.description, perimetre, current_user)
    except GuichetRefuse as refus:
        return _page(guichet, formulaire, perimetre, refus=str(refus), statut=422)
    db.session.commit()
    return redirect(url_for(".reglages", fait="enregistre"), 303)


def _perimetre(formulaire: GuichetForm) -> Perimetre:
    """Ce qui reste coché, et ce qui est ajouté."""

    def lire(nom: str) -> frozenset[str]:
        ajout = formulaire[f"ajout_{nom}"]
        ajoute = {ajout.data} if ajout.data and not ajout.errors else set()
        return frozenset(request.form.getlist(f"{nom}s")) | ajoute

    return Perimetre(lire("territoire"), lire("commune"))


def _ecarts(guichet: Guichet, formulaire: GuichetForm, perimetre: Perimetre) -> list[tuple[str, str, str]]:
    """(question, ce qui est enregistré, ce qui vient d'être écrit), quand les deux diffèrent."""
    paires: list[tuple[str, str, str]] = [
        (champ.libelle, champ.presenter(getattr(guichet, champ.name)), champ.presenter(champ.data))
        for champ in formulaire.decrivent
    ]
    enregistre = guichets.couverture(guichet)
    paires.append(("Territoires", _noms(enregistre.territoires), _noms(perimetre.territoires)))
    paires.append(("Communes", _noms(enregistre.communes), _noms(perimetre.communes)))
    return [(question, avant or "rien", apres or "rien") for question, avant, apres in paires if avant != apres]


def _page(
    guichet: Guichet,
    formulaire: GuichetForm,
    perimetre: Perimetre,
    *,
    refus: str = "",
    ecarts: list[tuple[str, str, str]] | None = None,
    fait: str = "",
    statut: int = 200,
) -> Response:
    connu = guichets.couverture(guichet)
    return rendre(
        "guichet/reglages.html",
        titre="Guichet",
        guichet=guichet,
        formulaire=formulaire,
        territoires=_cases(connu.territoires | perimetre.territoires, perimetre.territoires),
        communes=_cases(connu.communes | perimetre.communes, perimetre.communes),
        refus=refus,
        ecarts=ecarts or [],
        fait=fait,
        statut=statut,
    )


def _cases(codes: frozenset[str], coches: frozenset[str]) -> list[dict[str, Any]]:
    cases = [{"code": code, "nom": _nom(code), "coche": code in coches} for code in codes]
    return sorted(cases, key=lambda case: (case["nom"], case["code"]))


def _noms(codes: frozenset[str]) -> str:
    return ", ".join(sorted(_nom(code) for code in codes))


def _nom(code: str) -> str:
    """« Rhône (069) » pour un territoire, « Villeurbanne (69100) » pour une commune, le code s'il n'est de rien."""
    if len(code) == 3:
        try:
            return f"{nom_territoire(code)} ({code})"
        except ValueError:
            return code
    lieu = recherche.lieu(code)
    return lieu.libelle if lieu else code
