"""Les pièces justificatives : envoyer, voir, retirer un fichier, dire « Je n’ai pas ce document »."""

from flask import Blueprint

bp = Blueprint("pieces", __name__, url_prefix="/demandes/<int:demande_id>/pieces")
