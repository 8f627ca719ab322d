"""S'informer et être aidé : questions et réponses, éligibilité, offres par commune, guichets, aide."""

from flask import Blueprint

from portail import cache_public
from portail.information import contacts

bp = Blueprint("information", __name__)
cache_public.installer(bp)


@bp.record_once
def _preparer(etat) -> None:
    """Un contenu abîmé empêche de démarrer ; les gabarits reçoivent leurs outils."""
    from portail.information.faq import THEMES, questions

    questions()
    etat.app.jinja_env.globals["themes_de_la_faq"] = THEMES
    etat.app.jinja_env.globals["telephones"] = contacts.telephones
