"""Ce que l'instruction produit : renvois « À corriger », décisions sur les pièces, suite des numéros."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portail.chiffrement import EmpreinteACle
from portail.choix import Choix, colonne_de_choix
from portail.db import Base
from portail.demande.modeles import Demande
from portail.guichet.modeles.agents import Agent
from portail.pieces.modeles import PieceFournie


class MotifRenvoi(Choix):
    """Pourquoi la demande revient à la personne (une phrase claire, complétée d'un texte libre)."""

    IDENTITE = "identite", "L’identité déclarée ne correspond pas à la pièce d’identité"
    PIECE_ILLISIBLE = "piece_illisible", "La pièce d’identité est illisible ou incomplète"
    PIECE_INADAPTEE = (
        "piece_inadaptee",
        "Le document joint n’est pas une pièce d’identité ou un titre de séjour accepté",
    )
    PIECE_PERIMEE = "piece_perimee", "La pièce d’identité ou le titre de séjour est périmé"
    DOUBLON = "doublon", "Une autre demande existe déjà pour cette personne dans ce territoire"
    REPONSES = "reponses", "Des réponses se contredisent ou manquent"
    AUTRE = "autre", "Autre raison"


class Renvoi(Base):
    """Une demande renvoyée à la personne, avec les champs à corriger."""

    __tablename__ = "renvoi"
    id: Mapped[int] = mapped_column(primary_key=True)
    demande_id: Mapped[int] = mapped_column(sa.ForeignKey("demande.id", ondelete="CASCADE"), index=True)
    demande: Mapped[Demande] = relationship(back_populates="renvois")
    declaration_id: Mapped[int] = mapped_column(sa.ForeignKey("declaration.id", ondelete="CASCADE"), index=True)
    agent_id: Mapped[int] = mapped_column(sa.ForeignKey("agent.id", ondelete="RESTRICT"))
    agent: Mapped[Agent] = relationship()
    renvoye_le: Mapped[datetime]
    motif: Mapped[MotifRenvoi] = mapped_column(colonne_de_choix(MotifRenvoi))
    explication: Mapped[str | None] = mapped_column(sa.String(1000))
    champs: Mapped[list[RenvoiChamp]] = relationship(
        back_populates="renvoi", order_by="RenvoiChamp.id", cascade="all, delete-orphan", lazy="selectin"
    )


class RenvoiChamp(Base):
    """Une réponse à corriger, désignée par étape, section, ligne et champ.

    `personne` : la clé de la ligne (`demande.etape.cle_de_ligne`). Son numéro, lui, change à chaque copie.
    """

    __tablename__ = "renvoi_champ"
    id: Mapped[int] = mapped_column(primary_key=True)
    renvoi_id: Mapped[int] = mapped_column(sa.ForeignKey("renvoi.id", ondelete="CASCADE"), index=True)
    renvoi: Mapped[Renvoi] = relationship(back_populates="champs")
    etape: Mapped[str] = mapped_column(sa.String(40))
    section: Mapped[str] = mapped_column(sa.String(40))
    personne: Mapped[str] = mapped_column(sa.String(8), default="")
    champ: Mapped[str] = mapped_column(sa.String(60))
    remarque: Mapped[str] = mapped_column(sa.String(500))


class EtatDecision(Choix):
    ACCEPTEE = "acceptee", "acceptée"
    REFUSEE = "refusee", "refusée"


class DecisionPiece(Base):
    """Ce qu'un agent dit d'une pièce. La dernière vaut ; elle ne vaut plus si un fichier a été ajouté depuis."""

    __tablename__ = "decision_piece"
    id: Mapped[int] = mapped_column(primary_key=True)
    piece_id: Mapped[int] = mapped_column(sa.ForeignKey("piece_fournie.id", ondelete="CASCADE"), index=True)
    piece: Mapped[PieceFournie] = relationship(back_populates="decisions")
    agent_id: Mapped[int] = mapped_column(sa.ForeignKey("agent.id", ondelete="RESTRICT"))
    decision: Mapped[EtatDecision] = mapped_column(colonne_de_choix(EtatDecision))
    raison: Mapped[str | None] = mapped_column(sa.String(500))
    decidee_le: Mapped[datetime]

    @property
    def est_acceptee(self) -> bool:
        return self.decision is EtatDecision.ACCEPTEE


class CodeReclamation(Base):
    """Le code remis sur papier à qui n'a pas de compte : une fois, pour un temps. Seule l'empreinte est gardée."""

    __tablename__ = "code_reclamation"
    id: Mapped[int] = mapped_column(primary_key=True)
    demande_id: Mapped[int] = mapped_column(sa.ForeignKey("demande.id", ondelete="CASCADE"), index=True)
    empreinte: Mapped[str] = mapped_column(
        EmpreinteACle(perte="codes de réclamation remis sur papier, à redonner"), unique=True
    )
    agent_id: Mapped[int] = mapped_column(sa.ForeignKey("agent.id", ondelete="RESTRICT"))
    cree_le: Mapped[datetime]
    expire_le: Mapped[datetime]
    utilise_le: Mapped[datetime | None]
    annule_le: Mapped[datetime | None]


class SequenceNumero(Base):
    """Le dernier ordre donné dans un territoire et un mois. Pris et rendu avec la transaction : jamais de trou."""

    __tablename__ = "sequence_numero"
    territoire: Mapped[str] = mapped_column(sa.String(3), primary_key=True)
    annee: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    mois: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    dernier: Mapped[int]
