"""Toutes les tables, pour les migrations et les tests : importer ce module les déclare."""

from portail import courriel, freins, idempotence
from portail.assistance import modeles as assistance
from portail.cles_acces import modeles as cles_acces
from portail.compte import modeles as compte
from portail.conservation import modeles as conservation
from portail.demande import modeles as demande
from portail.documents import modeles as documents
from portail.franceconnect import modeles as franceconnect
from portail.frequentation import modeles as frequentation
from portail.guichet import modeles as guichet
from portail.pieces import modeles as pieces
from portail.referentiels import modeles as referentiels
from portail.trousseau import registre as trousseau

__all__ = [
    "assistance", "cles_acces", "compte", "conservation", "courriel", "demande", "documents", "franceconnect", "freins",
    "frequentation", "guichet", "idempotence", "pieces", "referentiels", "trousseau",
]  # fmt: skip
