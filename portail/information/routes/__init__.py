"""Les vues, par sujet : chacune s'inscrit sur le blueprint en s'important."""

from portail.information import gabarits
from portail.information.routes import aide, eligibilite, faq, guichets, offres

__all__ = ["aide", "eligibilite", "faq", "gabarits", "guichets", "offres"]
