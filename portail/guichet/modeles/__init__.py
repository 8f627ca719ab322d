"""Les tables de l'espace des agents."""

from portail.guichet.modeles.agents import Agent, CleAgent, CodeSecours, Invitation, RoleAgent, SessionAgent
from portail.guichet.modeles.guichets import Guichet, GuichetCommune, GuichetTerritoire, TypeGuichet
from portail.guichet.modeles.instruction import (
    CodeReclamation,
    DecisionPiece,
    EtatDecision,
    MotifRenvoi,
    Renvoi,
    RenvoiChamp,
    SequenceNumero,
)
from portail.guichet.modeles.journal import ActeJournal, EcritureJournal

__all__ = [
    "ActeJournal",
    "Agent",
    "CleAgent",
    "CodeReclamation",
    "CodeSecours",
    "DecisionPiece",
    "EcritureJournal",
    "EtatDecision",
    "Guichet",
    "GuichetCommune",
    "GuichetTerritoire",
    "Invitation",
    "MotifRenvoi",
    "Renvoi",
    "RenvoiChamp",
    "RoleAgent",
    "SequenceNumero",
    "SessionAgent",
    "TypeGuichet",
]
