"""Les pages de l'espace des agents, par sujet."""

from portail.guichet.routes import (
    accueil,
    agents,
    connexion,
    dossiers,
    echanges,
    evenements,
    instruction,
    invitation,
    journal,
    moi,
    recherche,
    reglages,
    second_facteur,
    tableau_de_bord,
)

__all__ = [
    "accueil",
    "agents",
    "connexion",
    "dossiers",
    "echanges",
    "evenements",
    "instruction",
    "invitation",
    "journal",
    "moi",
    "recherche",
    "reglages",
    "second_facteur",
    "tableau_de_bord",
]
