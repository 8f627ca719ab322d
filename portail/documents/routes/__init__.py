"""Les pages des documents : ceux de sa demande, et la vérification ouverte à tous."""

from portail.documents.routes import demande, verification

__all__ = ["demande", "verification"]
