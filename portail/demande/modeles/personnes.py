"""Les personnes de la demande, et ce que chacune déclare : travail, revenu fiscal, ressources du mois.

`cle` suit une personne d'une déclaration à la suivante : les pièces justificatives s'y rattachent.
"""

from __future__ import annotations

import secrets
from datetime import date
from decimal import Decimal

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portail.chiffrement import EmpreinteACle, TexteChiffre
from portail.choix import Choix, ListeDeChoix, OuiNon, colonne_de_choix
from portail.db import Base
from portail.demande.listes import (
    Civilite,
    LienACharge,
    LienCodemandeur,
    Nationalite,
    RaisonSansNir,
    RegimeGarde,
    Ressource,
    Sexe,
    Statut,
)
from portail.demande.modeles.declaration import Declaration
from portail.demande.modeles.lignes import Ligne


class Role(Choix):
    DEMANDEUR = "demandeur", "demandeur"
    CODEMANDEUR = "codemandeur", "co-demandeur"
    COLOCATAIRE = "colocataire", "colocataire"
    A_CHARGE = "a_charge", "personne à charge"
    AUTRE_ENFANT = "autre_enfant", "autre enfant"


ARTICLES = {
    Role.DEMANDEUR: "le ",
    Role.CODEMANDEUR: "le ",
    Role.COLOCATAIRE: "le ",
    Role.A_CHARGE: "la ",
    Role.AUTRE_ENFANT: "l’",
}


class Personne(Ligne, Base):
    """Une personne du foyer à loger (ou un colocataire). Les colonnes qui ne servent pas à son rôle restent vides."""

    __tablename__ = "personne"
    declaration: Mapped[Declaration] = relationship(back_populates="personnes")
    cle: Mapped[str] = mapped_column(sa.String(8), default=lambda: secrets.token_hex(4))
    role: Mapped[Role] = mapped_column(colonne_de_choix(Role))
    civilite: Mapped[Civilite | None] = mapped_column(colonne_de_choix(Civilite))
    nom_naissance: Mapped[str | None] = mapped_column(sa.String(100))
    nom_usage: Mapped[str | None] = mapped_column(sa.String(100))
    prenoms: Mapped[str | None] = mapped_column(sa.String(100))
    date_naissance: Mapped[date | None]
    nationalite: Mapped[Nationalite | None] = mapped_column(colonne_de_choix(Nationalite))
    nir: Mapped[str | None] = mapped_column(TexteChiffre("personne.nir"))
    nir_empreinte: Mapped[str | None] = mapped_column(EmpreinteACle("nir", depuis=("nir",)), index=True)
    raison_sans_nir: Mapped[RaisonSansNir | None] = mapped_column(colonne_de_choix(RaisonSansNir))
    sexe: Mapped[Sexe | None] = mapped_column(colonne_de_choix(Sexe))
    lien: Mapped[LienCodemandeur | None] = mapped_column(colonne_de_choix(LienCodemandeur))
    lien_a_charge: Mapped[LienACharge | None] = mapped_column(colonne_de_choix(LienACharge))
    regime_garde: Mapped[RegimeGarde | None] = mapped_column(colonne_de_choix(RegimeGarde))

    situation: Mapped[SituationProfessionnelle] = relationship(
        back_populates="personne", cascade="all, delete-orphan", lazy="joined"
    )
    revenu: Mapped[RevenuFiscal] = relationship(back_populates="personne", cascade="all, delete-orphan", lazy="joined")
    ressources: Mapped[Ressources] = relationship(
        back_populates="personne", cascade="all, delete-orphan", lazy="joined"
    )

    @property
    def prenom(self) -> str:
        return (self.prenoms or "").split(",")[0].strip()

    @property
    def appel(self) -> str:
        """Comment nommer cette personne à l'écran : « vous », son prénom, ou son rôle s'il est inconnu."""
        if self.role is Role.DEMANDEUR:
            return "vous"
        return ", ".join(filter(None, (self.prenom, self.distinction))) or f"{self.role.libelle} {self.numero}"

    @property
    def designation(self) -> str:
        """La même, dans une phrase : « Retirer Léo », « Retirer la personne à charge 2 »."""
        distinction = self.distinction
        nom = f"{self.prenom} ({distinction})" if distinction else self.prenom
        return nom or f"{ARTICLES[self.role]}{self.role.libelle} {self.numero}"

    @property
    def homonymes(self) -> list[Personne]:
        """Les autres personnes à loger du même prénom ; sans prénom, aucune."""
        prenom = self.prenom.casefold()
        # À chaque enregistrement, pour chaque pièce : l'initiale écarte presque tout le monde à moindre coût.
        initiales = prenom[:1], prenom[:1].upper()
        candidats = [
            autre
            for autre in (self.declaration.personnes if prenom else ())
            if (autre.prenoms or "").startswith(initiales) and autre is not self and autre.prenom.casefold() == prenom
        ]
        if not candidats:
            return []
        from portail.demande.foyer import toutes  # qui sait quelles lignes sont repliées ; il a besoin de ce module

        presentes = toutes(self.declaration)
        return [autre for autre in candidats if autre in presentes]

    @property
    def distinction(self) -> str:
        """Ce qui la distingue d'un homonyme (père et fils) : « née en 2015 », à défaut son rôle et son rang.

        Vide sans homonyme. L'année plutôt que l'âge : elle ne change pas d'un renouvellement à l'autre.
        """
        homonymes = self.homonymes
        if not homonymes:
            return ""
        annee = self.date_naissance.year if self.date_naissance else None
        if annee is None or any(h.date_naissance and h.date_naissance.year == annee for h in homonymes):
            return f"{self.role.libelle} {self.numero}"
        return f"{self._ne} en {annee}"

    @property
    def _ne(self) -> str:
        if self.civilite is Civilite.MADAME or self.sexe is Sexe.FEMININ:
            return "née"
        return "né" if self.civilite or self.sexe else "né(e)"

    @property
    def numero(self) -> int:
        """Son rang parmi les siens encore présents : après un retrait, les numéros se suivent toujours."""
        siens = [p for p in self.declaration.personnes if p.role is self.role and p.retiree_le is None]
        return siens.index(self) + 1 if self in siens else self.rang


class SituationProfessionnelle(Base):
    """Étape 4, cases D1 à D15 (demandeur) et D16 à D30 (conjoint ou codemandeur)."""

    __tablename__ = "situation_professionnelle"
    personne_id: Mapped[int] = mapped_column(sa.ForeignKey("personne.id", ondelete="CASCADE"), primary_key=True)
    personne: Mapped[Personne] = relationship(back_populates="situation")
    statuts: Mapped[tuple[Statut, ...] | None] = mapped_column(ListeDeChoix(Statut))
    profession: Mapped[str | None] = mapped_column(sa.String(100))
    siret_employeur: Mapped[str | None] = mapped_column(sa.String(14))
    employeur_nom: Mapped[str | None] = mapped_column(sa.String(200))
    employeur_adresse: Mapped[str | None] = mapped_column(sa.String(200))
    employeur_code_postal: Mapped[str | None] = mapped_column(sa.String(5))
    employeur_commune: Mapped[str | None] = mapped_column(sa.String(5))
    cdd_ou_interim: Mapped[OuiNon | None] = mapped_column(colonne_de_choix(OuiNon))
    chomage_plus_1_an: Mapped[OuiNon | None] = mapped_column(colonne_de_choix(OuiNon))
    date_fin_chomage: Mapped[date | None]
    apprenti: Mapped[OuiNon | None] = mapped_column(colonne_de_choix(OuiNon))


class RevenuFiscal(Base):
    """Étape 5, cases E1 à E6. Montants : revenu fiscal de référence, euros entiers par an."""

    __tablename__ = "revenu_fiscal"
    personne_id: Mapped[int] = mapped_column(sa.ForeignKey("personne.id", ondelete="CASCADE"), primary_key=True)
    personne: Mapped[Personne] = relationship(back_populates="revenu")
    a_un_avis_n2: Mapped[OuiNon | None] = mapped_column(colonne_de_choix(OuiNon))
    rfr_n2: Mapped[int | None]
    a_un_avis_n1: Mapped[OuiNon | None] = mapped_column(colonne_de_choix(OuiNon))
    rfr_n1: Mapped[int | None]
    sans_avis_explication: Mapped[str | None] = mapped_column(sa.String(500))


class Ressources(Base):
    """Étape 6, cases E7 à E9. Montants nets en euros par mois, avant impôt, hors aides au logement."""

    __tablename__ = "ressources"
    personne_id: Mapped[int] = mapped_column(sa.ForeignKey("personne.id", ondelete="CASCADE"), primary_key=True)
    personne: Mapped[Personne] = relationship(back_populates="ressources")
    a_des_ressources: Mapped[OuiNon | None] = mapped_column(colonne_de_choix(OuiNon))
    natures: Mapped[tuple[Ressource, ...] | None] = mapped_column(ListeDeChoix(Ressource))
    salaire: Mapped[Decimal | None]
    chomage: Mapped[Decimal | None]
    retraite: Mapped[Decimal | None]
    invalidite: Mapped[Decimal | None]
    familiales: Mapped[Decimal | None]
    paje: Mapped[Decimal | None]
    rsa: Mapped[Decimal | None]
    aah: Mapped[Decimal | None]
    aeeh: Mapped[Decimal | None]
    ajpp: Mapped[Decimal | None]
    minimum_vieillesse: Mapped[Decimal | None]
    pension_recue: Mapped[Decimal | None]
    bourse: Mapped[Decimal | None]
    indemnites_journalieres: Mapped[Decimal | None]
    autres: Mapped[Decimal | None]
    verse_une_pension: Mapped[OuiNon | None] = mapped_column(colonne_de_choix(OuiNon))
    pension_versee: Mapped[Decimal | None]
