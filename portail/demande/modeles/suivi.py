"""Ce qui suit une demande enregistrée : les rappels de renouvellement."""

from __future__ import annotations

import re
from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from portail.db import Base

CLE = "rappel-"
FORME = re.compile(CLE + r"(\d+)-(\d{8})-(-?\d+)")


class RappelPrepare(Base):
    """Un rappel écrit pour une échéance : la contrainte d'unicité fait qu'il ne part jamais deux fois.

    `presentee_le` et `jours` disent lequel (un renouvellement change la première). `par_courriel` : faux pour qui n'a
    pas de compte. `a_faire_le` : depuis quand un guichet doit prévenir lui-même (lettre, appel) ; `traite_le` : il l'a
    fait. Un courriel jamais arrivé devient à faire.
    """

    __tablename__ = "rappel_prepare"
    __table_args__ = (sa.UniqueConstraint("demande_id", "presentee_le", "jours"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    demande_id: Mapped[int] = mapped_column(sa.ForeignKey("demande.id", ondelete="CASCADE"))
    presentee_le: Mapped[date]
    jours: Mapped[int]
    prepare_le: Mapped[datetime]
    par_courriel: Mapped[bool]
    a_faire_le: Mapped[datetime | None] = mapped_column(index=True)
    traite_le: Mapped[datetime | None]

    @property
    def cle_d_envoi(self) -> str:
        """La clé de son message dans la boîte d'envoi."""
        return cle_de_rappel(self.demande_id, self.presentee_le, self.jours)


def cle_de_rappel(demande_id: int, presentee_le: date, jours: int) -> str:
    return f"{CLE}{demande_id}-{presentee_le:%Y%m%d}-{jours}"


def lire_la_cle(cle: str) -> tuple[int, date, int] | None:
    """L'inverse. None pour le message d'autre chose : le rappel d'un document (« rappel-piece-… »)."""
    lue = FORME.fullmatch(cle)
    return (int(lue[1]), date.fromisoformat(lue[2]), int(lue[3])) if lue else None
