"""Ce qui se répète et s'ordonne : motifs, communes, annexes ; et les saisies refusées, gardées telles quelles."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portail.chiffrement import TexteChiffre
from portail.choix import ListeDeChoix, colonne_de_choix
from portail.db import Base
from portail.demande.listes import (
    AideTechnique,
    Equipement,
    Escaliers,
    EtatHandicap,
    HandicapMoteur,
    HandicapSensoriel,
    Motif,
)
from portail.demande.modeles.declaration import Declaration


class Ligne:
    """Une ligne répétée d'une étape : son rang, et l'instant de son retrait (elle peut encore être rétablie)."""

    id: Mapped[int] = mapped_column(primary_key=True)
    declaration_id: Mapped[int] = mapped_column(sa.ForeignKey("declaration.id", ondelete="CASCADE"), index=True)
    rang: Mapped[int]
    retiree_le: Mapped[datetime | None]


class MotifDeclare(Ligne, Base):
    """Un motif, à son rang : le premier pèse le plus (colonne « motif n° 1 » du SNE)."""

    __tablename__ = "motif_declare"
    declaration: Mapped[Declaration] = relationship(back_populates="motifs_declares")
    motif: Mapped[Motif | None] = mapped_column(colonne_de_choix(Motif))


class CommuneSouhaitee(Ligne, Base):
    """Une commune demandée (case G3), par ordre de préférence."""

    __tablename__ = "commune_souhaitee"
    declaration: Mapped[Declaration] = relationship(back_populates="communes")
    commune: Mapped[str | None] = mapped_column(sa.String(5))
    quartier: Mapped[str | None] = mapped_column(sa.String(100))


class AnnexeHandicap(Ligne, Base):
    """Annexe « handicap et perte d'autonomie », une par personne. Donnée de santé : hors du récapitulatif."""

    __tablename__ = "annexe_handicap"
    declaration: Mapped[Declaration] = relationship(back_populates="annexes")
    personne: Mapped[str | None] = mapped_column(sa.String(8))
    etat: Mapped[EtatHandicap | None] = mapped_column(colonne_de_choix(EtatHandicap))
    moteur: Mapped[tuple[HandicapMoteur, ...] | None] = mapped_column(ListeDeChoix(HandicapMoteur))
    sensoriel: Mapped[tuple[HandicapSensoriel, ...] | None] = mapped_column(ListeDeChoix(HandicapSensoriel))
    escaliers: Mapped[Escaliers | None] = mapped_column(colonne_de_choix(Escaliers))
    aides_techniques: Mapped[tuple[AideTechnique, ...] | None] = mapped_column(ListeDeChoix(AideTechnique))
    equipements: Mapped[tuple[Equipement, ...] | None] = mapped_column(ListeDeChoix(Equipement))
    besoins: Mapped[str | None] = mapped_column(TexteChiffre("annexe_handicap.besoins"))


class SaisieRefusee(Base):
    """Une réponse invalide, gardée telle que tapée pour être montrée avec son erreur à la prochaine visite."""

    __tablename__ = "saisie_refusee"
    __table_args__ = (sa.UniqueConstraint("declaration_id", "etape", "champ"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    declaration_id: Mapped[int] = mapped_column(sa.ForeignKey("declaration.id", ondelete="CASCADE"), index=True)
    declaration: Mapped[Declaration] = relationship(back_populates="refus")
    etape: Mapped[str] = mapped_column(sa.String(40))
    champ: Mapped[str] = mapped_column(sa.String(80))
    saisie: Mapped[str] = mapped_column(TexteChiffre("saisie_refusee.saisie"))
