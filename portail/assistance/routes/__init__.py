"""Les vues du tchat et du mail, pour la personne."""

from portail.assistance.routes import mail, tchat

__all__ = ["mail", "tchat"]
