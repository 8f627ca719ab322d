"""Le compte : inscription, connexion, mot de passe, appareils connectés."""

from flask import Blueprint

bp = Blueprint("compte", __name__, url_prefix="/compte")
