"""Les pages du compte, par sujet."""

from portail.compte.routes import connexion, inscription, mon_compte, mot_de_passe

__all__ = ["connexion", "inscription", "mon_compte", "mot_de_passe"]
