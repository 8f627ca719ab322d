"""Les documents produits : fiche récapitulative (PDF balisé)."""

from flask import Blueprint

bp = Blueprint("documents", __name__, url_prefix="/demandes/<int:demande_id>")
