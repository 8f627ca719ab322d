"""La déclaration : ce que la personne dit à une date. Une seule est un brouillon, les autres sont déposées et figées.

Une table par sujet, des colonnes nommées comme les champs des étapes (un test le vérifie).
Tout y est facultatif en base : ce qui manque se compte, il n'empêche pas d'enregistrer.
"""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, declared_attr, mapped_column, relationship

from portail.choix import ListeDeChoix, OuiNon, colonne_de_choix
from portail.db import Base
from portail.demande.listes import (
    CategorieLogement,
    CategorieRecherchee,
    Occupation,
    Quartier,
    SituationFamiliale,
    TypeActuel,
    TypeRecherche,
)
from portail.demande.modeles.demande import Demande
from portail.horloge import a_paris

if TYPE_CHECKING:
    from portail.demande.modeles.lignes import AnnexeHandicap, CommuneSouhaitee, MotifDeclare, SaisieRefusee
    from portail.demande.modeles.personnes import Personne


class Declaration(Base):
    """Une version de la demande.

    `recue_le` : le jour où un guichet a reçu le papier qu'elle recopie, ou celui de la déclaration dont elle ne change
    que l'identité ; ses années de revenus se comptent de ce jour.

    `revisions` : par étape, [numéro, page] du dernier enregistrement ; il sert à voir qu'une autre page a
    enregistré entre-temps, jamais à décrire la demande.
    """

    __tablename__ = "declaration"
    __table_args__ = (
        sa.Index(
            "uq_declaration_un_brouillon",
            "demande_id",
            unique=True,
            sqlite_where=sa.text("deposee_le IS NULL"),
            postgresql_where=sa.text("deposee_le IS NULL"),
        ),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    demande_id: Mapped[int] = mapped_column(sa.ForeignKey("demande.id", ondelete="CASCADE"), index=True)
    demande: Mapped[Demande] = relationship(back_populates="declarations", foreign_keys=[demande_id])
    cree_le: Mapped[datetime]
    modifiee_le: Mapped[datetime]
    deposee_le: Mapped[datetime | None]
    recue_le: Mapped[date | None]
    derniere_etape: Mapped[str | None] = mapped_column(sa.String(40))
    revisions: Mapped[dict[str, Any]] = mapped_column(sa.JSON, default=dict)

    # Étape 1, et les questions qui ouvrent des lignes répétées.
    nb_codemandeurs: Mapped[int | None]

    personnes: Mapped[list[Personne]] = relationship(
        back_populates="declaration", order_by="Personne.id", cascade="all, delete-orphan"
    )
    coordonnees: Mapped[Coordonnees] = relationship(back_populates="declaration", cascade="all, delete-orphan")
    foyer: Mapped[Foyer] = relationship(back_populates="declaration", cascade="all, delete-orphan")
    logement_actuel: Mapped[LogementActuel] = relationship(back_populates="declaration", cascade="all, delete-orphan")
    motifs: Mapped[Motifs] = relationship(back_populates="declaration", cascade="all, delete-orphan")
    souhaits: Mapped[Souhaits] = relationship(back_populates="declaration", cascade="all, delete-orphan")
    motifs_declares: Mapped[list[MotifDeclare]] = relationship(
        back_populates="declaration", order_by="MotifDeclare.rang, MotifDeclare.id", cascade="all, delete-orphan"
    )
    communes: Mapped[list[CommuneSouhaitee]] = relationship(
        back_populates="declaration",
        order_by="CommuneSouhaitee.rang, CommuneSouhaitee.id",
        cascade="all, delete-orphan",
    )
    annexes: Mapped[list[AnnexeHandicap]] = relationship(
        back_populates="declaration", order_by="AnnexeHandicap.rang, AnnexeHandicap.id", cascade="all, delete-orphan"
    )
    refus: Mapped[list[SaisieRefusee]] = relationship(
        back_populates="declaration", order_by="SaisieRefusee.id", cascade="all, delete-orphan"
    )

    @property
    def est_brouillon(self) -> bool:
        return self.deposee_le is None

    @property
    def se_remplit(self) -> bool:
        """Un brouillon, d'une demande qui n'est pas radiée : rien n'en partirait."""
        return self.est_brouillon and self.demande.radiee_le is None

    @property
    def jour_de_modification(self) -> date:
        """À Paris : entre minuit et deux heures, la veille en temps universel."""
        return a_paris(self.modifiee_le).date()


class Sujet:
    """Une table en un pour un avec la déclaration."""

    @declared_attr
    def declaration_id(cls) -> Mapped[int]:
        return mapped_column(sa.ForeignKey("declaration.id", ondelete="CASCADE"), primary_key=True)


class Coordonnees(Sujet, Base):
    """Étape 2 : joindre la personne, où elle vit, qui l'aide."""

    __tablename__ = "coordonnees"
    declaration: Mapped[Declaration] = relationship(back_populates="coordonnees")
    situation_familiale: Mapped[SituationFamiliale | None] = mapped_column(colonne_de_choix(SituationFamiliale))
    telephone_portable: Mapped[str | None] = mapped_column(sa.String(30))
    telephone_domicile: Mapped[str | None] = mapped_column(sa.String(30))
    telephone_travail: Mapped[str | None] = mapped_column(sa.String(30))
    courriel: Mapped[str | None] = mapped_column(sa.String(254))
    accepte_mail: Mapped[OuiNon | None] = mapped_column(colonne_de_choix(OuiNon))
    accepte_sms: Mapped[OuiNon | None] = mapped_column(colonne_de_choix(OuiNon))
    sans_domicile: Mapped[OuiNon | None] = mapped_column(colonne_de_choix(OuiNon))
    domiciliation: Mapped[str | None] = mapped_column(sa.String(200))
    adresse_numero: Mapped[str | None] = mapped_column(sa.String(20))
    adresse_voie: Mapped[str | None] = mapped_column(sa.String(200))
    adresse_complement: Mapped[str | None] = mapped_column(sa.String(200))
    adresse_a_l_etranger: Mapped[OuiNon | None] = mapped_column(colonne_de_choix(OuiNon))
    adresse_commune: Mapped[str | None] = mapped_column(sa.String(5))
    adresse_code_postal: Mapped[str | None] = mapped_column(sa.String(5))
    adresse_ville_etrangere: Mapped[str | None] = mapped_column(sa.String(100))
    adresse_pays: Mapped[str | None] = mapped_column(sa.String(100))
    heberge_chez: Mapped[str | None] = mapped_column(sa.String(100))
    courrier_different: Mapped[OuiNon | None] = mapped_column(colonne_de_choix(OuiNon))
    courrier_chez: Mapped[str | None] = mapped_column(sa.String(100))
    courrier_numero: Mapped[str | None] = mapped_column(sa.String(20))
    courrier_voie: Mapped[str | None] = mapped_column(sa.String(200))
    courrier_complement: Mapped[str | None] = mapped_column(sa.String(200))
    courrier_code_postal: Mapped[str | None] = mapped_column(sa.String(5))
    courrier_commune: Mapped[str | None] = mapped_column(sa.String(5))
    courrier_a_l_etranger: Mapped[OuiNon | None] = mapped_column(colonne_de_choix(OuiNon))
    courrier_ville_etrangere: Mapped[str | None] = mapped_column(sa.String(100))
    courrier_pays: Mapped[str | None] = mapped_column(sa.String(100))
    aide_par_un_tiers: Mapped[OuiNon | None] = mapped_column(colonne_de_choix(OuiNon))
    aidant_nom: Mapped[str | None] = mapped_column(sa.String(200))
    aidant_telephone: Mapped[str | None] = mapped_column(sa.String(30))
    aidant_courriel: Mapped[str | None] = mapped_column(sa.String(254))
    aidant_recoit: Mapped[OuiNon | None] = mapped_column(colonne_de_choix(OuiNon))
    a_colocataires: Mapped[OuiNon | None] = mapped_column(colonne_de_choix(OuiNon))


class Foyer(Sujet, Base):
    """Étape 3 : qui vivra dans le logement, et ce que le handicap demande."""

    __tablename__ = "foyer"
    declaration: Mapped[Declaration] = relationship(back_populates="foyer")
    a_personnes_a_charge: Mapped[OuiNon | None] = mapped_column(colonne_de_choix(OuiNon))
    a_autres_enfants: Mapped[OuiNon | None] = mapped_column(colonne_de_choix(OuiNon))
    attend_un_enfant: Mapped[OuiNon | None] = mapped_column(colonne_de_choix(OuiNon))
    nb_naissances: Mapped[int | None]
    naissance_prevue_le: Mapped[date | None]
    a_handicap: Mapped[OuiNon | None] = mapped_column(colonne_de_choix(OuiNon))
    nb_handicapes: Mapped[int | None]
    logement_a_adapter: Mapped[OuiNon | None] = mapped_column(colonne_de_choix(OuiNon))


class LogementActuel(Sujet, Base):
    """Étape 7 : où vit le ménage aujourd'hui."""

    __tablename__ = "logement_actuel"
    declaration: Mapped[Declaration] = relationship(back_populates="logement_actuel")
    occupation: Mapped[Occupation | None] = mapped_column(colonne_de_choix(Occupation))
    bailleur_nom: Mapped[str | None] = mapped_column(sa.String(200))
    bailleur_siren: Mapped[str | None] = mapped_column(sa.String(9))
    categorie: Mapped[CategorieLogement | None] = mapped_column(colonne_de_choix(CategorieLogement))
    type_logement: Mapped[TypeActuel | None] = mapped_column(colonne_de_choix(TypeActuel))
    surface: Mapped[int | None]
    nb_habitants: Mapped[int | None]
    date_entree: Mapped[date | None]
    loyer_mensuel: Mapped[Decimal | None]
    montant_aide_logement: Mapped[Decimal | None]
    autre_propriete: Mapped[OuiNon | None] = mapped_column(colonne_de_choix(OuiNon))
    autre_propriete_precision: Mapped[str | None] = mapped_column(sa.String(300))


class Motifs(Sujet, Base):
    """Étape 8 : ce qui s'ajoute à la liste ordonnée des motifs."""

    __tablename__ = "motifs"
    declaration: Mapped[Declaration] = relationship(back_populates="motifs")
    precisions: Mapped[str | None] = mapped_column(sa.Text)


class Souhaits(Sujet, Base):
    """Étape 9 : le logement recherché."""

    __tablename__ = "souhaits"
    declaration: Mapped[Declaration] = relationship(back_populates="souhaits")
    categorie_recherche: Mapped[CategorieRecherchee | None] = mapped_column(colonne_de_choix(CategorieRecherchee))
    types: Mapped[tuple[TypeRecherche, ...] | None] = mapped_column(ListeDeChoix(TypeRecherche))
    nb_personnes_a_loger: Mapped[int | None]
    demande_elargie: Mapped[OuiNon | None] = mapped_column(colonne_de_choix(OuiNon))
    loyer_max: Mapped[Decimal | None]
    quartier_prioritaire: Mapped[Quartier | None] = mapped_column(colonne_de_choix(Quartier))
    rez_de_chaussee: Mapped[OuiNon | None] = mapped_column(colonne_de_choix(OuiNon))
    sans_ascenseur: Mapped[OuiNon | None] = mapped_column(colonne_de_choix(OuiNon))
    parking: Mapped[OuiNon | None] = mapped_column(colonne_de_choix(OuiNon))
    info_accession: Mapped[OuiNon | None] = mapped_column(colonne_de_choix(OuiNon))
    precisions: Mapped[str | None] = mapped_column(sa.Text)
