"""La page jumelle d'un document, lue comme le PDF : les textes dans l'ordre, sans la mise en page."""

from __future__ import annotations

from bs4 import BeautifulSoup, Tag

from portail.documents.impression import REMPLACES
from portail.documents.proprete import propre
from tests.documents.lecture import Lecture, aplati

FEUILLES = ["h1", "h2", "h3", "p", "dt", "dd", "li", "th", "td"]


def textes_de_la_page(html: str) -> list[str]:
    """Les textes de l'article, dans l'ordre."""
    article = BeautifulSoup(html, "html.parser").find("article")
    assert isinstance(article, Tag)
    textes = [aplati(propre(element.get_text())) for element in article.find_all(FEUILLES)]
    return [texte for texte in textes if texte]


def textes_du_pdf(lecture: Lecture) -> list[str]:
    """Les mêmes, du PDF : sans les puces ni les numéros, que la page laisse au navigateur, ni l'avis sur la police."""
    textes = []
    for noeud in lecture.racine.tous():
        if noeud.role == "Lbl" and noeud.texte.strip().rstrip(".") in {"•", *map(str, range(1, 30))}:
            continue
        textes.append(aplati(noeud.texte))
    return [texte for texte in textes if texte and texte != aplati(REMPLACES)]


def descriptions(html: str) -> list[str]:
    """Ce que dit chaque dessin de la page à qui ne le voit pas."""
    article = BeautifulSoup(html, "html.parser").find("article")
    assert isinstance(article, Tag)
    return [str(dessin["aria-label"]) for dessin in article.find_all("svg")]
