"""Les annonces d'effacement, et le registre de ce qui a été effacé : sans donnée personnelle."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from portail.chiffrement import EmpreinteACle
from portail.choix import Choix, colonne_de_choix
from portail.db import Base


class Objet(Choix):
    """Ce qui s'efface d'un bloc, avec tout ce qui en dépend."""

    COMPTE = "compte", "compte"
    DEMANDE = "demande", "demande"


class Regle(Choix):
    """Pourquoi c'est effacé."""

    RADIEE = "radiee", "demande radiée, durée légale passée"
    BROUILLON = "brouillon", "brouillon jamais déposé, sans activité"
    PAPIER = "papier", "saisie d’un papier jamais déposée, sans activité"
    DORMANT = "dormant", "compte sans demande, sans connexion"
    PERSONNE = "personne", "à la demande de la personne"
    GUICHET = "guichet", "saisie d’un papier abandonnée par le guichet"


class AnnonceEffacement(Base):
    """Ce qui sera effacé si rien ne bouge. Toute activité la retire ; une seule par demande, ou par compte.

    `cle` : celle du courriel, vide quand il n'y a pas d'adresse. `preavis_depuis` : depuis quand le préavis court : le
    jour où le courriel est vraiment parti ; sans adresse, celui de l'annonce ; courriel perdu, celui où on l'a su.
    """

    __tablename__ = "annonce_effacement"
    id: Mapped[int] = mapped_column(primary_key=True)
    regle: Mapped[Regle] = mapped_column(colonne_de_choix(Regle))
    demande_id: Mapped[int | None] = mapped_column(sa.ForeignKey("demande.id", ondelete="CASCADE"), unique=True)
    compte_id: Mapped[int | None] = mapped_column(sa.ForeignKey("compte.id", ondelete="CASCADE"), unique=True)
    cle: Mapped[str | None] = mapped_column(sa.String(120))
    annoncee_le: Mapped[datetime]
    preavis_depuis: Mapped[datetime | None]


class Effacement(Base):
    """Un effacement fait. Aucune clé étrangère : la ligne survit à ce dont elle parle.

    `numero` : celui de la ligne effacée. `empreinte` : de ce numéro et de l'instant de sa création ; après une
    restauration, elle dit que c'est bien la même ligne, et non une autre qui a repris son numéro. `lignes` et
    `fichiers` : combien sont partis. `reporte_le` : quand ceci a été recopié hors de la base.
    """

    __tablename__ = "effacement"
    __table_args__ = (sa.UniqueConstraint("objet", "numero", "empreinte"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    objet: Mapped[Objet] = mapped_column(colonne_de_choix(Objet))
    numero: Mapped[int]
    regle: Mapped[Regle] = mapped_column(colonne_de_choix(Regle))
    efface_le: Mapped[datetime]
    lignes: Mapped[int]
    fichiers: Mapped[int]
    empreinte: Mapped[str] = mapped_column(
        EmpreinteACle(perte="effacements d’avant, qui ne se rejoueraient plus après une restauration")
    )
    reporte_le: Mapped[datetime | None]
