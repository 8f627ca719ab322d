"""La demande, du côté de la personne : commencer, remplir les neuf étapes, vérifier, soumettre, retrouver."""

from flask import Blueprint

bp = Blueprint("demande", __name__, url_prefix="/demandes")
