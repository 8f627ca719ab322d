"""Les pages publiques du site : accueil, plan, accessibilité, mentions légales, données personnelles."""

from flask import Blueprint

from portail import cache_public

bp = Blueprint("accueil", __name__)

cache_public.installer(bp)
