"""La demande : l'objet légal (numéro unique, territoire, dates), et les événements de sa vie."""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portail.db import Base

if TYPE_CHECKING:
    from portail.demande.modeles.declaration import Declaration
    from portail.demande.modeles.evenements import Evenement
    from portail.guichet.modeles import Renvoi
    from portail.pieces.modeles import PieceFournie


def _partiel(nom: str, quand: str, *colonnes: str) -> sa.Index:
    """Un index des seules lignes où `quand` est vrai, pareil sur les deux moteurs."""
    return sa.Index(nom, *colonnes, sqlite_where=sa.text(quand), postgresql_where=sa.text(quand))


class Demande(Base):
    """Une demande de logement social. Son état se calcule des dates ci-dessous (cycle_de_vie.py).

    `territoire` : les 3 premiers caractères du futur numéro unique (« 069 », « 111 » pour toute
    l'Île-de-France) ; une seule demande active par compte et par territoire.

    `declaration_deposee` : celle qui compte. `nom_cherche`, `date_naissance_cherchee`, `premiere_commune` en sont
    tirés (reperes.py), pour la recherche et les listes des guichets. `guichet_id` : celui qui instruit ; vide, tous
    ceux du territoire.

    `deposee_le` : le premier dépôt, qui fait l'ancienneté ; `soumise_le` : le dernier ; `renvoyee_le` : le dernier
    renvoi « À corriger » ; `presentee_le` : jour de la présentation ou du dernier renouvellement, d'où court la
    validité (CCH, art. R441-2-7).

    `saisie_guichet_id` : le guichet qui a saisi une demande papier ; elle n'a pas de compte tant que son titulaire ne
    l'a pas reprise. `motif_radiation` : un code de la liste fermée (donnees/motifs_de_radiation.csv).
    """

    __tablename__ = "demande"
    id: Mapped[int] = mapped_column(primary_key=True)
    compte_id: Mapped[int | None] = mapped_column(sa.ForeignKey("compte.id", ondelete="RESTRICT"), index=True)
    territoire: Mapped[str] = mapped_column(sa.String(3))
    cree_le: Mapped[datetime]
    deposee_le: Mapped[datetime | None]
    soumise_le: Mapped[datetime | None]
    renvoyee_le: Mapped[datetime | None]
    presentee_le: Mapped[date | None]
    enregistree_le: Mapped[datetime | None]
    avertie_le: Mapped[datetime | None]
    motif_avertissement: Mapped[str | None] = mapped_column(sa.String(1))
    radiee_le: Mapped[datetime | None]
    motif_radiation: Mapped[str | None] = mapped_column(sa.String(1))
    numero_unique: Mapped[str | None] = mapped_column(sa.String(18), unique=True)
    guichet_id: Mapped[int | None] = mapped_column(sa.ForeignKey("guichet.id", ondelete="RESTRICT"))
    saisie_guichet_id: Mapped[int | None] = mapped_column(sa.ForeignKey("guichet.id", ondelete="RESTRICT"))
    declaration_deposee_id: Mapped[int | None] = mapped_column(
        sa.ForeignKey("declaration.id", ondelete="SET NULL", use_alter=True), index=True
    )
    nom_cherche: Mapped[str | None] = mapped_column(sa.String(100))
    date_naissance_cherchee: Mapped[date | None]
    premiere_commune: Mapped[str | None] = mapped_column(sa.String(5))

    declarations: Mapped[list[Declaration]] = relationship(
        back_populates="demande", order_by="Declaration.id", foreign_keys="Declaration.demande_id"
    )
    declaration_deposee: Mapped[Declaration | None] = relationship(
        foreign_keys=[declaration_deposee_id], post_update=True
    )
    pieces: Mapped[list[PieceFournie]] = relationship(back_populates="demande", order_by="PieceFournie.id")
    evenements: Mapped[list[Evenement]] = relationship(back_populates="demande", order_by="Evenement.id")
    renvois: Mapped[list[Renvoi]] = relationship(back_populates="demande", order_by="Renvoi.id")

    __table_args__ = (
        sa.Index(
            "uq_demande_active_par_territoire",
            "compte_id",
            "territoire",
            unique=True,
            sqlite_where=sa.text("radiee_le IS NULL"),
            postgresql_where=sa.text("radiee_le IS NULL"),
        ),
        # Les listes des guichets : les plus anciennes d'abord, dans un territoire ou chez un guichet.
        sa.Index(None, "territoire", "deposee_le", "id"),
        # « À vérifier » : ni enregistrée ni radiée. SQLite ne choisit pas l'index partiel ; PostgreSQL ne tire pas
        # d'ordre de l'autre, où deux colonnes vides précèdent la date.
        sa.Index(None, "territoire", "enregistree_le", "radiee_le", "deposee_le", "id"),
        _partiel(
            "ix_demande_en_attente", "enregistree_le IS NULL AND radiee_le IS NULL", "territoire", "deposee_le", "id"
        ),
        sa.Index(None, "territoire", "premiere_commune", "deposee_le", "id"),
        # Les nombres du tableau de bord se lisent dans ces index, sans ouvrir les lignes.
        _partiel("ix_demande_radiee", "radiee_le IS NOT NULL", "territoire", "radiee_le", "deposee_le"),
        _partiel(
            "ix_demande_active",
            "enregistree_le IS NOT NULL AND radiee_le IS NULL",
            "territoire",
            "presentee_le",
            "deposee_le",
        ),
        sa.Index(None, "guichet_id", "deposee_le", "id"),
        sa.Index(None, "nom_cherche", "date_naissance_cherchee"),
        sa.Index(None, "date_naissance_cherchee"),
        sa.Index(None, "presentee_le", "id"),
        sa.Index(None, "saisie_guichet_id"),
    )

    @property
    def est_au_guichet(self) -> bool:
        """Recopiée d'un papier, et pas encore reprise par son titulaire."""
        return self.saisie_guichet_id is not None and self.compte_id is None

    @property
    def est_a_corriger(self) -> bool:
        """Renvoyée à la personne depuis son dernier dépôt, et pas encore enregistrée."""
        return (
            self.enregistree_le is None
            and self.renvoyee_le is not None
            and (self.soumise_le is None or self.renvoyee_le >= self.soumise_le)
        )

    @property
    def renvoi(self) -> Renvoi | None:
        """Celui auquel la personne n'a pas encore répondu, ou None."""
        return self.renvois[-1] if self.est_a_corriger else None
