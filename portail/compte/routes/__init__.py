"""Les pages du compte, par sujet."""

from portail.compte.routes import connexion, consultations, inscription, mon_compte, mot_de_passe

__all__ = ["connexion", "consultations", "inscription", "mon_compte", "mot_de_passe"]
