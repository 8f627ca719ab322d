"""Des demandes enregistrées, par le vrai enregistrement, pour ce qui ne commence qu'ensuite."""

from __future__ import annotations

from datetime import datetime

from portail.db import db
from portail.demande.modeles import Demande
from portail.guichet import instruction
from portail.guichet.modeles import Agent
from tests.fabriques import INSTANT


def enregistrer(demande_id: int, agent_id: int, instant: datetime = INSTANT) -> str:
    """Rend le numéro unique."""
    with db.sessionmaker() as session:
        demande = session.get_one(Demande, demande_id)
        agent = session.get_one(Agent, agent_id)
        declaration = demande.declaration_deposee_id
        assert declaration is not None
        numero = instruction.enregistrer(session, demande, declaration, agent, instant, original_vu=True)
        session.commit()
        return str(numero)
