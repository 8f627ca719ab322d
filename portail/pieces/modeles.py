"""Les pièces justificatives : ce que la personne a fourni pour chaque pièce attendue, et les fichiers reçus."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portail.chiffrement import TexteChiffre
from portail.db import Base
from portail.demande.modeles import Demande

if TYPE_CHECKING:
    from portail.guichet.modeles import DecisionPiece


class PieceFournie(Base):
    """Une pièce (code du catalogue) d'une personne (sa clé, commune à toutes les déclarations) pour une demande.

    `absente_le` : la personne a dit « Je n’ai pas ce document ».
    """

    __tablename__ = "piece_fournie"
    __table_args__ = (sa.UniqueConstraint("demande_id", "code", "personne"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    demande_id: Mapped[int] = mapped_column(sa.ForeignKey("demande.id", ondelete="CASCADE"), index=True)
    demande: Mapped[Demande] = relationship(back_populates="pieces")
    code: Mapped[str] = mapped_column(sa.String(20))
    personne: Mapped[str] = mapped_column(sa.String(8))
    absente_le: Mapped[datetime | None]
    fichiers: Mapped[list[Fichier]] = relationship(
        back_populates="piece", order_by="Fichier.rang, Fichier.id", cascade="all, delete-orphan", lazy="selectin"
    )
    decisions: Mapped[list[DecisionPiece]] = relationship(back_populates="piece", order_by="DecisionPiece.id")

    @property
    def fichiers_gardes(self) -> list[Fichier]:
        return [fichier for fichier in self.fichiers if fichier.retire_le is None]

    @property
    def decision(self) -> DecisionPiece | None:
        """Ce qu'un agent en a dit, tant que c'est bien de ces fichiers-là qu'il parlait."""
        gardes = self.fichiers_gardes
        derniere = self.decisions[-1] if self.decisions and gardes else None
        if derniere is None or any(fichier.recu_le > derniere.decidee_le for fichier in gardes):
            return None
        return derniere


class Fichier(Base):
    """Un fichier reçu, déjà contrôlé et reconstruit. `cle` est son nom, tiré au hasard, dans le stockage chiffré."""

    __tablename__ = "fichier"
    id: Mapped[int] = mapped_column(primary_key=True)
    piece_id: Mapped[int] = mapped_column(sa.ForeignKey("piece_fournie.id", ondelete="CASCADE"), index=True)
    piece: Mapped[PieceFournie] = relationship(back_populates="fichiers")
    rang: Mapped[int]
    cle: Mapped[str] = mapped_column(sa.String(64), unique=True)
    nom: Mapped[str] = mapped_column(TexteChiffre("fichier.nom"))
    type_mime: Mapped[str] = mapped_column(sa.String(40))
    taille: Mapped[int]
    pages: Mapped[int]
    empreinte_recue: Mapped[str] = mapped_column(sa.String(64))
    recu_le: Mapped[datetime]
    retire_le: Mapped[datetime | None]
