"""Les pages de l'espace des agents, par sujet."""

from portail.guichet.routes import (
    accueil,
    agents,
    connexion,
    invitation,
    journal,
    moi,
    reglages,
    second_facteur,
)

__all__ = ["accueil", "agents", "connexion", "invitation", "journal", "moi", "reglages", "second_facteur"]
