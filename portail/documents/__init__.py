"""Les documents de la demande (fiche, attestation, formulaire, annexe), en PDF et en page, et leur vérification."""

from flask import Blueprint

bp = Blueprint("documents", __name__)
