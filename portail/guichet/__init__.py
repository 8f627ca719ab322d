"""L'espace des agents : vérifier, enregistrer, suivre les demandes de leur territoire."""

from flask import Blueprint

bp = Blueprint("guichet", __name__, url_prefix="/guichet")
