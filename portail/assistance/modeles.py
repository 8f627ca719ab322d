"""Un fil de messages entre une personne et les guichets d'un territoire. Le tchat n'en est qu'une lecture plus vive."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portail.chiffrement import TexteChiffre
from portail.compte.modeles import Compte
from portail.db import Base
from portail.demande.modeles import Demande

SANS_DEMANDE = "demande_id IS NULL"


class Fil(Base):
    """Un par demande ; avant toute demande, un par personne et par territoire.

    `guichet_id` : celui en charge (vide : tous ceux du territoire) ; `agent_id` : l'agent qui s'en occupe.
    `attend_le` : depuis quand la personne attend une réponse. `version` : augmente à chaque changement ; le sondage ne
    compare qu'elle. `dernier_le` : le dernier message, d'où court la conservation d'un fil sans demande.
    """

    __tablename__ = "fil"
    __table_args__ = (
        sa.Index(None, "territoire", "attend_le", "id"),
        sa.Index(
            "uq_fil_sans_demande",
            "compte_id",
            "territoire",
            unique=True,
            sqlite_where=sa.text(SANS_DEMANDE),
            postgresql_where=sa.text(SANS_DEMANDE),
        ),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    compte_id: Mapped[int | None] = mapped_column(sa.ForeignKey("compte.id", ondelete="SET NULL"), index=True)
    demande_id: Mapped[int | None] = mapped_column(sa.ForeignKey("demande.id", ondelete="CASCADE"), unique=True)
    territoire: Mapped[str] = mapped_column(sa.String(3))
    guichet_id: Mapped[int | None] = mapped_column(sa.ForeignKey("guichet.id", ondelete="RESTRICT"))
    agent_id: Mapped[int | None] = mapped_column(sa.ForeignKey("agent.id", ondelete="SET NULL"))
    ouvert_le: Mapped[datetime]
    dernier_le: Mapped[datetime]
    attend_le: Mapped[datetime | None]
    version: Mapped[int] = mapped_column(default=0)
    compte: Mapped[Compte | None] = relationship()
    demande: Mapped[Demande | None] = relationship()

    @property
    def adresse(self) -> str:
        """Où la personne le lit."""
        return f"/demandes/{self.demande_id}/messages" if self.demande_id else f"/aide/tchat/{self.id}"


class Message(Base):
    """Ce qu'un guichet, ou une personne (`guichet_id` vide), a écrit. `lu_le` : l'autre côté dit l'avoir lu.

    `compte_id` : la personne qui l'a écrit, titulaire ou co-demandeur ; vide, le titulaire du fil.
    `auteur_parti_le` : un co-demandeur, dont le compte est supprimé depuis.

    `cle` : celle de l'envoi. Reçu deux fois (double clic, réponse perdue), le même envoi ne fait qu'un message.
    """

    __tablename__ = "message"
    __table_args__ = (sa.UniqueConstraint("fil_id", "cle"), sa.Index(None, "fil_id", "id"))
    id: Mapped[int] = mapped_column(primary_key=True)
    fil_id: Mapped[int] = mapped_column(sa.ForeignKey("fil.id", ondelete="CASCADE"))
    guichet_id: Mapped[int | None] = mapped_column(sa.ForeignKey("guichet.id", ondelete="RESTRICT"))
    agent_id: Mapped[int | None] = mapped_column(sa.ForeignKey("agent.id", ondelete="RESTRICT"))
    compte_id: Mapped[int | None] = mapped_column(sa.ForeignKey("compte.id", ondelete="SET NULL"), index=True)
    ecrit_le: Mapped[datetime]
    texte: Mapped[str] = mapped_column(TexteChiffre("message.texte"))
    lu_le: Mapped[datetime | None]
    cle: Mapped[str | None] = mapped_column(sa.String(40))
    auteur_parti_le: Mapped[datetime | None]
