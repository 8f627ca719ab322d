"""Une création demandée deux fois (double clic, renvoi après une réponse perdue) n'a lieu qu'une fois.

Le formulaire porte une clé tirée au hasard ; la première écriture la prend avec l'adresse du
résultat, dans la même transaction ; la seconde est renvoyée au même endroit.
"""

from __future__ import annotations

import secrets
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, Session, mapped_column

from portail.db import Base
from portail.horloge import maintenant

DUREE = timedelta(days=2)


class CleIdempotence(Base):
    """La clé d'un envoi déjà traité, propre à un compte, et l'adresse où il a mené."""

    __tablename__ = "cle_idempotence"
    compte_id: Mapped[int] = mapped_column(sa.ForeignKey("compte.id", ondelete="CASCADE"), primary_key=True)
    cle: Mapped[str] = mapped_column(sa.String(43), primary_key=True)
    resultat: Mapped[str] = mapped_column(sa.String(200))
    prise_le: Mapped[datetime]


def nouvelle_cle() -> str:
    return secrets.token_urlsafe(16)


def deja_fait(session: Session, compte_id: int, cle: str) -> str | None:
    """L'adresse où a mené l'envoi portant cette clé, s'il a déjà été traité."""
    return session.scalar(
        sa.select(CleIdempotence.resultat).where(CleIdempotence.compte_id == compte_id, CleIdempotence.cle == cle[:43])
    )


def retenir(session: Session, compte_id: int, cle: str, resultat: str) -> None:
    """À appeler dans la transaction de la création : deux envois simultanés, une seule clé primaire."""
    session.add(CleIdempotence(compte_id=compte_id, cle=cle[:43], resultat=resultat, prise_le=maintenant()))


def purger(session: Session, instant: datetime) -> None:
    session.execute(sa.delete(CleIdempotence).where(CleIdempotence.prise_le < instant - DUREE))
