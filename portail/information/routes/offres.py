"""« Offres par commune » : chercher, lire une fiche, comparer, télécharger."""

from __future__ import annotations

from flask import Response, abort, make_response, redirect, request, url_for
from werkzeug import Response as ReponseBrute

from portail.db import lecture
from portail.debit import borne
from portail.droits import Droit, droit
from portail.horloge import aujourd_hui
from portail.htmx import rendre
from portail.information import bp
from portail.information.lieux import Recherche, chercher_une_commune
from portail.information.offres import comparaison, telechargement
from portail.information.offres.barres import barres
from portail.information.offres.fiche import Fiche, fiche, national
from portail.information.offres.voisines import voisines
from portail.referentiels import recherche
from portail.referentiels.parametres import hors_sne, parametre


@bp.get("/offres-par-commune")
@droit(Droit.PUBLIC)
@borne
def offres_par_commune() -> ReponseBrute:
    trouve = chercher_une_commune(request.args.get("commune"))
    if trouve.commune is not None:
        return redirect(url_for(".offres_d_une_commune", code=trouve.commune.code), 303)
    with lecture() as session:
        france = national(session)
    return rendre(
        "information/offres.html",
        titre="Offres par commune",
        repere=trouve.compte_rendu,
        trouve=trouve,
        france=france,
    )


@bp.get("/offres-par-commune/<code>")
@droit(Droit.PUBLIC)
@borne
def offres_d_une_commune(code: str) -> ReponseBrute:
    lieu = recherche.lieu(code)
    if lieu is not None and lieu.genre == "ancienne":
        return redirect(url_for(".offres_d_une_commune", code=lieu.code_actuel), 301)
    with lecture() as session:
        lue = fiche(code, aujourd_hui(), session)
        if lue is None or lieu is None:
            abort(404)
        autour = voisines(lue.commune, parametre("PETIT_EFFECTIF", aujourd_hui()), session)
        france = national(session)
    return rendre(
        "information/offre.html",
        titre=f"Offres par commune\u00a0: {lue.nom}",
        fiche=lue,
        lieu=lieu,
        anciennetes=barres(lue.anciennetes),
        voisines=autour,
        france=france,
        ailleurs=hors_sne(lue.departement.code),
    )


@bp.get("/offres-par-commune/<code>.csv")
@droit(Droit.PUBLIC)
@borne
def offres_en_csv(code: str) -> Response:
    lue = _fiche_ou_404(code)
    return _fichier(telechargement.en_csv(lue), "text/csv; charset=utf-8", f"offres-{lue.commune.code_insee}.csv")


@bp.get("/offres-par-commune/<code>.json")
@droit(Droit.PUBLIC)
@borne
def offres_en_json(code: str) -> Response:
    lue = _fiche_ou_404(code)
    return _fichier(telechargement.en_json(lue), "application/json", f"offres-{lue.commune.code_insee}.json")


@bp.get("/offres-par-commune/comparer")
@droit(Droit.PUBLIC)
@borne
def comparer_les_communes() -> Response:
    """`?commune=69266&commune=69029` : jusqu'à quatre, du même territoire. `ajouter` : une de plus, comme on la dit."""
    ajout = chercher_une_commune(request.args.get("ajouter"))
    codes = [*request.args.getlist("commune"), *([ajout.commune.code] if ajout.commune else [])]
    with lecture() as session:
        comparee = comparaison.comparer(codes, aujourd_hui(), session)
    return rendre(
        "information/comparer.html",
        titre="Comparer des communes",
        repere=("" if ajout.commune else ajout.compte_rendu) or ", ".join(f.nom for f in comparee.fiches),
        comparee=comparee,
        ajout=ajout if not ajout.commune else Recherche("", None, []),
        maximum=comparaison.MAXIMUM,
    )


def _fiche_ou_404(code: str) -> Fiche:
    with lecture() as session:
        lue = fiche(code, aujourd_hui(), session)
    if lue is None:
        abort(404)
    return lue


def _fichier(contenu: str, genre: str, nom: str) -> Response:
    reponse = make_response(contenu)
    reponse.headers["Content-Type"] = genre
    reponse.headers["Content-Disposition"] = f'attachment; filename="{nom}"'
    return reponse
