"""S'informer et être aidé : questions et réponses, éligibilité, offres par commune, guichets, aide."""

from flask import Blueprint

from portail import cache_public

bp = Blueprint("information", __name__)
cache_public.installer(bp)
