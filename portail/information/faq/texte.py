"""Du Markdown d'une réponse au HTML : chiffres de loi à leur valeur du jour, typographie, aucun HTML accepté."""

from __future__ import annotations

import re
from datetime import date

from markdown_it import MarkdownIt
from markupsafe import Markup

from portail.referentiels.parametres import parametre
from portail.regles.calendrier import MOIS
from portail.typographie import INSECABLE, insecables

CHIFFRE = re.compile(r"\{([A-Z0-9_]+)\}( ?)")
UNITE = re.compile(r"(?<=\d) (?=(?:h|Mo|m²|€|%|ans?|mois|jours?|minutes|pièces)\b|[%€])")
_MARKDOWN = MarkdownIt("commonmark", {"html": False})


def en_html(source: str, jour: date) -> Markup:
    """Le HTML de `source`. Lève `ParametreInconnu` si un chiffre n'a pas de valeur au `jour`."""
    jetons = _MARKDOWN.parse(chiffrer(source, jour))
    for jeton in jetons:
        for enfant in jeton.children or ():
            if enfant.type == "text":
                enfant.content = typographier(enfant.content)
    # `html: False` : tout chevron écrit dans le contenu est échappé par markdown-it.
    return Markup(_MARKDOWN.renderer.render(jetons, _MARKDOWN.options, {}))  # noqa: S704


def en_texte(phrase: str, jour: date) -> str:
    """Une phrase sans mise en forme (« En bref »), chiffres compris."""
    return typographier(chiffrer(phrase, jour))


def chiffrer(source: str, jour: date) -> str:
    """« {MAX_COMMUNES} communes » → « 8 communes », l'espace devenue insécable."""
    return CHIFFRE.sub(lambda trouve: f"{parametre(trouve[1], jour)}{INSECABLE if trouve[2] else ''}", source)


def sans_chiffres(source: str) -> str:
    """La source telle que la recherche la lit : les chiffres changent, les mots restent."""
    return CHIFFRE.sub(" ", source)


def typographier(texte: str) -> str:
    return UNITE.sub(INSECABLE, insecables(texte))


def date_de_source(ecrite: str) -> str:
    """« 2023-05-02 » → « 2 mai 2023 », « 2026-11 » → « novembre 2026 », « 2020 » → « 2020 »."""
    annee, *suite = ecrite.split("-")
    if not suite:
        return annee
    mois = MOIS[int(suite[0]) - 1]
    if len(suite) == 1:
        return f"{mois} {annee}"
    numero = int(suite[1])
    return f"{'1er' if numero == 1 else numero} {mois} {annee}"
