"""La demande : l'objet légal (numéro unique, territoire, dates), et les événements de sa vie."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portail.choix import Choix, colonne_de_choix
from portail.db import Base

if TYPE_CHECKING:
    from portail.demande.modeles.declaration import Declaration
    from portail.pieces.modeles import PieceFournie


class Demande(Base):
    """Une demande de logement social. Son état se calcule des dates ci-dessous (cycle_de_vie.py).

    `territoire` : les 3 premiers caractères du futur numéro unique (« 069 », « 111 » pour toute
    l'Île-de-France) ; une seule demande active par compte et par territoire.
    """

    __tablename__ = "demande"
    id: Mapped[int] = mapped_column(primary_key=True)
    compte_id: Mapped[int | None] = mapped_column(sa.ForeignKey("compte.id", ondelete="RESTRICT"), index=True)
    territoire: Mapped[str] = mapped_column(sa.String(3))
    cree_le: Mapped[datetime]
    deposee_le: Mapped[datetime | None]
    enregistree_le: Mapped[datetime | None]
    radiee_le: Mapped[datetime | None]
    numero_unique: Mapped[str | None] = mapped_column(sa.String(18), unique=True)

    declarations: Mapped[list[Declaration]] = relationship(back_populates="demande", order_by="Declaration.id")
    pieces: Mapped[list[PieceFournie]] = relationship(back_populates="demande", order_by="PieceFournie.id")
    evenements: Mapped[list[Evenement]] = relationship(back_populates="demande", order_by="Evenement.id")

    __table_args__ = (
        sa.Index(
            "uq_demande_active_par_territoire",
            "compte_id",
            "territoire",
            unique=True,
            sqlite_where=sa.text("radiee_le IS NULL"),
            postgresql_where=sa.text("radiee_le IS NULL"),
        ),
    )


class GenreEvenement(Choix):
    CREATION = "creation", "Brouillon commencé"
    DEPOT = "depot", "Demande soumise"


class Evenement(Base):
    """Un fait daté de la vie de la demande, montré à la personne."""

    __tablename__ = "evenement"
    id: Mapped[int] = mapped_column(primary_key=True)
    demande_id: Mapped[int] = mapped_column(sa.ForeignKey("demande.id", ondelete="CASCADE"), index=True)
    demande: Mapped[Demande] = relationship(back_populates="evenements")
    genre: Mapped[GenreEvenement] = mapped_column(colonne_de_choix(GenreEvenement))
    survenu_le: Mapped[datetime]
