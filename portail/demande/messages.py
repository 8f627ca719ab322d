"""Les messages qu'un guichet écrit à la personne, tels qu'elle les lit."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from portail.demande.modeles import Demande, Message
from portail.guichet.modeles import Guichet


@dataclass(frozen=True)
class MessageLu:
    """Un message et le guichet qui l'a écrit."""

    texte: str
    ecrit_le: datetime
    lu_le: datetime | None
    guichet: str
    telephone: str | None


def de_la_demande(session: Session, demande: Demande) -> list[MessageLu]:
    """Le plus récent d'abord."""
    requete = (
        sa.select(Message, Guichet.nom, Guichet.telephone)
        .join(Guichet, Guichet.id == Message.guichet_id)
        .where(Message.demande_id == demande.id)
        .order_by(Message.id.desc())
    )
    return [MessageLu(m.texte, m.ecrit_le, m.lu_le, nom, telephone) for m, nom, telephone in session.execute(requete)]


def non_lus(session: Session, demandes: Iterable[int]) -> dict[int, int]:
    """Par demande, combien attendent d'être lus. Celles qui n'en ont pas n'y sont pas."""
    requete = (
        sa.select(Message.demande_id, sa.func.count().label("nombre"))
        .where(Message.demande_id.in_(list(demandes)), Message.lu_le.is_(None))
        .group_by(Message.demande_id)
    )
    return {ligne.demande_id: ligne.nombre for ligne in session.execute(requete)}


def noter_la_lecture(session: Session, demande: Demande, instant: datetime) -> None:
    """La personne dit avoir lu ses messages."""
    session.execute(
        sa.update(Message).where(Message.demande_id == demande.id, Message.lu_le.is_(None)).values(lu_le=instant)
    )
