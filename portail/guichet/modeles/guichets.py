"""Les guichets enregistreurs de ce déploiement, et ce qu'ils couvrent (CCH, art. R441-2-1)."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portail.choix import Choix, colonne_de_choix
from portail.db import Base


class TypeGuichet(Choix):
    """Qui peut enregistrer une demande (R441-2-1)."""

    COMMUNE = "commune", "Mairie"
    CCAS = "ccas", "CCAS ou CIAS"
    EPCI = "epci", "Intercommunalité"
    DEPARTEMENT = "departement", "Département"
    BAILLEUR = "bailleur", "Bailleur social"
    ETAT = "etat", "Service de l’État"
    ACTION_LOGEMENT = "action_logement", "Action Logement"
    SIAO = "siao", "SIAO"
    AUTRE = "autre", "Autre réservataire"


class Guichet(Base):
    """Un guichet. `code` : les cinq derniers caractères des numéros qu'il donne, à lui seul."""

    __tablename__ = "guichet"
    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(sa.String(5), unique=True)
    nom: Mapped[str] = mapped_column(sa.String(120))
    type: Mapped[TypeGuichet] = mapped_column(colonne_de_choix(TypeGuichet))
    adresse: Mapped[str] = mapped_column(sa.String(200))
    code_postal: Mapped[str] = mapped_column(sa.String(5))
    ville: Mapped[str] = mapped_column(sa.String(100))
    telephone: Mapped[str | None] = mapped_column(sa.String(30))
    courriel: Mapped[str | None] = mapped_column(sa.String(254))
    horaires: Mapped[str | None] = mapped_column(sa.String(500))
    heures_tchat: Mapped[str | None] = mapped_column(sa.String(300))  # forme : portail/assistance/heures.py
    cree_le: Mapped[datetime]
    ferme_le: Mapped[datetime | None]
    version: Mapped[int] = mapped_column(default=1)  # deux responsables sur la même page : le second voit le conflit
    territoires: Mapped[list[GuichetTerritoire]] = relationship(
        back_populates="guichet", order_by="GuichetTerritoire.territoire", cascade="all, delete-orphan", lazy="selectin"
    )
    communes: Mapped[list[GuichetCommune]] = relationship(
        back_populates="guichet", order_by="GuichetCommune.commune", cascade="all, delete-orphan"
    )

    __mapper_args__ = {"version_id_col": version}

    @property
    def codes_territoires(self) -> list[str]:
        return [ligne.territoire for ligne in self.territoires]


class GuichetTerritoire(Base):
    """Un territoire (3 premiers caractères du numéro unique) dont ce guichet peut instruire les demandes."""

    __tablename__ = "guichet_territoire"
    guichet_id: Mapped[int] = mapped_column(sa.ForeignKey("guichet.id", ondelete="CASCADE"), primary_key=True)
    territoire: Mapped[str] = mapped_column(sa.String(3), primary_key=True)
    guichet: Mapped[Guichet] = relationship(back_populates="territoires")


class GuichetCommune(Base):
    """Une commune dont les demandes en ligne arrivent d'abord à ce guichet."""

    __tablename__ = "guichet_commune"
    guichet_id: Mapped[int] = mapped_column(sa.ForeignKey("guichet.id", ondelete="CASCADE"), primary_key=True)
    commune: Mapped[str] = mapped_column(sa.String(5), primary_key=True, index=True)
    guichet: Mapped[Guichet] = relationship(back_populates="communes")
