"""Les pages publiques du site : accueil, plan, accessibilité, mentions légales, données personnelles."""

from flask import Blueprint

bp = Blueprint("accueil", __name__)

from portail.accueil import routes  # noqa: E402, F401
