"""Les pages publiques du site : accueil, plan, accessibilité, mentions légales, données personnelles."""

from flask import Blueprint

bp = Blueprint("accueil", __name__)
