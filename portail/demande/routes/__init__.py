"""Les pages de la demande, par sujet."""

from portail.demande.routes import creation, etapes, evenements, tableau, verification

__all__ = ["creation", "etapes", "evenements", "tableau", "verification"]
