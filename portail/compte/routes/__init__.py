"""Les pages du compte, par sujet."""

from portail.compte.routes import (
    adresse,
    code,
    connexion,
    consultations,
    export,
    inscription,
    mon_compte,
    mot_de_passe,
    preuve,
)

__all__ = [
    "adresse", "code", "connexion", "consultations", "export", "inscription", "mon_compte", "mot_de_passe", "preuve",
]  # fmt: skip
