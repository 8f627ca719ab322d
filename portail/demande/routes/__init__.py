"""Les pages de la demande, par sujet."""

from portail.demande.routes import abandon, creation, etapes, evenements, messages, tableau, verification, vie

__all__ = ["abandon", "creation", "etapes", "evenements", "messages", "tableau", "verification", "vie"]
