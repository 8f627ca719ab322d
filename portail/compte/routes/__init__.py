"""Les pages du compte, par sujet."""

from portail.compte.routes import (
    adresse,
    cles,
    code,
    connexion,
    consultations,
    entrer_par_cle,
    export,
    inscription,
    mon_compte,
    mot_de_passe,
    preuve,
    protection,
    suppression,
)

__all__ = [
    "adresse", "cles", "code", "connexion", "consultations", "entrer_par_cle", "export", "inscription", "mon_compte",
    "mot_de_passe", "preuve", "protection", "suppression",
]  # fmt: skip
