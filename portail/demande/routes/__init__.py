"""Les pages de la demande, par sujet."""

from portail.demande.routes import creation, etapes, tableau, verification

__all__ = ["creation", "etapes", "tableau", "verification"]
