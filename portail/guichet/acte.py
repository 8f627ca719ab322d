"""Ce qu'ont en commun les actes d'un agent sur la vie d'une demande : rien n'est écrasé, tout se dit.

Chaque acte reçoit la `version` que l'agent avait sous les yeux ; si elle n'est plus la bonne, `Conflit` est levé et
rien n'est écrit. La demande arrive verrouillée (`acces.demande_a_instruire`) ; l'acte, son évènement, son courriel et
son écriture au journal tiennent dans la transaction de l'appelant.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from portail.demande.modeles import Demande, Evenement, GenreEvenement
from portail.guichet.instruction import RADIEE, Conflit
from portail.guichet.modeles import ActeJournal, Agent, EcritureJournal

CHANGEE = "La demande a changé pendant que vous lisiez cette page. Relisez-la avant de décider."
ACTIVE = "Cette demande est active\u00a0: il n’y a rien à faire."


DOUBLE_CLIC = timedelta(seconds=10)


class ActeImpossible(Exception):
    """La règle ne le permet pas. `str()` se montre ; rien n'a été écrit."""


def version(demande: Demande) -> str:
    """Ce qui, en changeant, rend un acte caduc : la déclaration qui compte, la validité, l'avertissement, la radiation,
    le guichet."""
    instants = (demande.avertie_le, demande.radiee_le)
    return "-".join(
        (
            str(demande.declaration_deposee_id or 0),
            f"{demande.presentee_le:%Y%m%d}" if demande.presentee_le else "0",
            *(f"{instant.timestamp():.0f}" if instant else "0" for instant in instants),
            str(demande.guichet_id or 0),
        )
    )


def verifier(demande: Demande, vue: str, *, radiee: bool = False) -> None:
    """Lève `Conflit` si la demande n'est plus celle de la page, `ActeImpossible` si elle est radiée (ou, avec `radiee`,
    si elle ne l'est pas)."""
    if version(demande) != vue:
        raise Conflit(CHANGEE)
    if (demande.radiee_le is not None) is not radiee:
        raise ActeImpossible(ACTIVE if radiee else RADIEE)


def vient_d_etre_fait(session: Session, demande: Demande, agent: Agent, fait: ActeJournal, instant: datetime) -> bool:
    """Vrai si ce même agent vient de le faire : un double clic n'est pas un conflit, il mène où menait le premier."""
    deja = sa.exists().where(
        EcritureJournal.demande_id == demande.id,
        EcritureJournal.agent_id == agent.id,
        EcritureJournal.acte == fait,
        EcritureJournal.faite_le > instant - DOUBLE_CLIC,
    )
    return bool(session.scalar(sa.select(deja)))


def noter_l_evenement(
    session: Session, demande: Demande, genre: GenreEvenement, agent: Agent, instant: datetime, **details: Any
) -> Evenement:
    """Un évènement signé de l'agent."""
    evenement = Evenement(
        demande_id=demande.id,
        genre=genre,
        survenu_le=instant,
        guichet_id=agent.guichet_id,
        auteur=agent.nom_complet,
        **details,
    )
    session.add(evenement)
    session.flush()
    return evenement
