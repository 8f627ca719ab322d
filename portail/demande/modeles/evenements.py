"""Ce qui arrive à une demande : sa vie (déposée, enregistrée…) et la gestion partagée (CCH, art. R441-2-15)."""

from __future__ import annotations

from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portail.choix import Choix, colonne_de_choix
from portail.db import Base
from portail.demande.catalogue_evenements import FicheEvenement, catalogue, liste
from portail.demande.modeles.demande import Demande


class GenreEvenement(Choix):
    """Les codes ; leurs mots et leurs règles sont dans `donnees/evenements.csv`."""

    fiche: FicheEvenement

    def __new__(cls, code: str, _libelle: str = "") -> GenreEvenement:
        membre = object.__new__(cls)
        membre._value_ = code
        membre.fiche = catalogue()[code]
        membre.libelle = membre.fiche.libelle
        return membre

    CREATION = "creation"
    DEPOT = "depot"
    RENVOI = "renvoi"
    ENREGISTREMENT = "enregistrement"
    MODIFICATION = "modification"
    IDENTITE = "identite"
    RENOUVELLEMENT = "renouvellement"
    ABANDON = "abandon"
    AVERTISSEMENT = "avertissement"
    AVERTISSEMENT_LEVE = "avertissement_leve"
    RADIATION = "radiation"
    REACTIVATION = "reactivation"
    TRANSFERT = "transfert"
    RATTACHEMENT = "rattachement"
    DETACHEMENT = "detachement"
    PARTAGE = "partage"
    MESSAGE = "message"
    PIECES_DEMANDEES = "pieces_demandees"
    CONTINGENT = "contingent"
    PRIORITE = "priorite"
    DALO = "dalo"
    AVIS_PDALHPD = "avis_pdalhpd"
    DESIGNATION = "designation"
    VISITE = "visite"
    CALEOL = "caleol"
    PROPOSITION = "proposition"
    REFUS = "refus"
    BAIL_SIGNE = "bail_signe"
    RECTIFICATION = "rectification"


class Evenement(Base):
    """Un fait daté de la vie de la demande.

    `survenu_le` : quand il a été inscrit ; `date_du_fait` : le jour dont il parle (une commission, une visite), s'il
    est autre. `valeur` : le code choisi dans la liste de ce genre. `reference` : celle de qui l'a transmis, donnée une
    seule fois.
    """

    __tablename__ = "evenement"
    __table_args__ = (sa.UniqueConstraint("guichet_id", "reference"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    demande_id: Mapped[int] = mapped_column(sa.ForeignKey("demande.id", ondelete="CASCADE"), index=True)
    demande: Mapped[Demande] = relationship(back_populates="evenements")
    genre: Mapped[GenreEvenement] = mapped_column(colonne_de_choix(GenreEvenement))
    survenu_le: Mapped[datetime]
    date_du_fait: Mapped[date | None]
    guichet_id: Mapped[int | None] = mapped_column(sa.ForeignKey("guichet.id", ondelete="RESTRICT"))
    auteur: Mapped[str | None] = mapped_column(sa.String(200))
    organisme: Mapped[str | None] = mapped_column(sa.String(120))
    valeur: Mapped[str | None] = mapped_column(sa.String(40))
    rang: Mapped[int | None]
    precision: Mapped[str | None] = mapped_column(sa.String(1000))
    reference: Mapped[str | None] = mapped_column(sa.String(60))

    @property
    def valeur_lisible(self) -> str:
        """La précision choisie, en mots ; le code lui-même si la liste ne le connaît plus."""
        return liste(self.genre.fiche.liste).get(self.valeur, self.valeur) if self.valeur else ""
