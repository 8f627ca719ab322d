"""Les vues du tchat, pour la personne."""

from portail.assistance.routes import tchat

__all__ = ["tchat"]
