"""« Comment ça marche ? » : les thèmes, la recherche, une adresse par question."""

from __future__ import annotations

from flask import Response, abort, request

from portail.debit import borne
from portail.droits import Droit, droit
from portail.horloge import aujourd_hui
from portail.htmx import rendre
from portail.information import bp
from portail.information.faq import THEMES, questions, trouver
from portail.information.faq.recherche import Resultats, chercher
from portail.information.faq.texte import en_html, en_texte


@bp.get("/comment-ca-marche")
@droit(Droit.PUBLIC)
@borne
def comment_ca_marche() -> Response:
    """`?mot=` cherche ; `?theme=` montre un thème déjà ouvert."""
    resultats = chercher(request.args.get("mot", ""))
    return rendre(
        "information/comment_ca_marche.html",
        titre="Comment ça marche ?",
        repere=compte_rendu(resultats),
        resultats=resultats,
        a_vide=est_a_vide(resultats),
        ouvert=request.args.get("theme", ""),
        nombre=len(questions()),
        themes=[(theme, [q for q in questions().values() if q.theme is theme]) for theme in THEMES],
    )


@bp.get("/comment-ca-marche/<slug>")
@droit(Droit.PUBLIC)
def question(slug: str) -> Response:
    trouvee = trouver(slug)
    if trouvee is None:
        abort(404)
    jour = aujourd_hui()
    return rendre(
        "information/question.html",
        titre=trouvee.question,
        question=trouvee,
        en_bref=[en_texte(phrase, jour) for phrase in trouvee.en_bref],
        reponse=en_html(trouvee.corps, jour),
        voisines=[questions()[voisine] for voisine in trouvee.voisines],
    )


def compte_rendu(resultats: Resultats) -> str:
    """« 3 réponses pour « hlm » », dans le titre de la page ; vide sans recherche."""
    if not resultats.mot:
        return "la case est vide" if est_a_vide(resultats) else ""
    nombre = len(resultats.trouvees)
    combien = "aucune réponse" if not nombre else "1 réponse" if nombre == 1 else f"{nombre} réponses"
    return f"{combien} pour «\u00a0{resultats.mot}\u00a0»"


def est_a_vide(resultats: Resultats) -> bool:
    """« Rechercher » a été pressé sans rien écrire."""
    return "mot" in request.args and not resultats.mot
