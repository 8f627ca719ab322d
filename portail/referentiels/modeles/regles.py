"""Les chiffres et les listes fixés par des textes, datés et sourcés ; et la trace du dernier import."""

from __future__ import annotations

from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from portail.db import Base


class Plafond(Base):
    """Plafond de ressources annuel, en euros entiers, bornes de validité incluses.

    `produit` : PLAI, PLUS, PLS (métropole), LLTS, LLS, PLS_DOM (outre-mer). `zone` : « 1 », « 2 », « 3 », « DOM ».
    `categorie` : « 1 » à « 6 », ou « pers_supp » (par personne au-delà de six).
    """

    __tablename__ = "plafond"
    annee: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    produit: Mapped[str] = mapped_column(sa.String(8), primary_key=True)
    zone: Mapped[str] = mapped_column(sa.String(3), primary_key=True)
    categorie: Mapped[str] = mapped_column(sa.String(9), primary_key=True)
    zone_libelle: Mapped[str] = mapped_column(sa.String(100))
    plafond_eur: Mapped[int]
    statut_valeur: Mapped[str] = mapped_column(sa.String(30))
    source: Mapped[str] = mapped_column(sa.String(200))
    confiance: Mapped[str] = mapped_column(sa.String(30))
    texte: Mapped[str] = mapped_column(sa.String(150))
    debut_validite: Mapped[date]
    fin_validite: Mapped[date]


class CategorieMenage(Base):
    """Les six catégories de ménage des plafonds, en toutes lettres."""

    __tablename__ = "categorie_menage"
    categorie: Mapped[str] = mapped_column(sa.String(1), primary_key=True)
    composition: Mapped[str] = mapped_column(sa.String(200))
    source: Mapped[str] = mapped_column(sa.String(100))


class Parametre(Base):
    """Un chiffre de loi ou de construction, valable du `debut` à la `fin` (incluse ; NULL = toujours).

    `confiance` : sûr, probable, à vérifier, choix.
    """

    __tablename__ = "parametre"
    cle: Mapped[str] = mapped_column(sa.String(40), primary_key=True)
    debut: Mapped[date] = mapped_column(primary_key=True)
    fin: Mapped[date | None]
    valeur: Mapped[int]
    unite: Mapped[str] = mapped_column(sa.String(60))
    source: Mapped[str] = mapped_column(sa.String(200))
    confiance: Mapped[str] = mapped_column(sa.String(12))
    note: Mapped[str | None] = mapped_column(sa.String(300))


class TerritoireHorsSne(Base):
    """Un territoire qui enregistre les demandes ailleurs qu’ici.

    `url` NULL : adresse inconnue. `nom_portail` NULL : aucun portail, la demande nationale ne s’y fait pas.
    """

    __tablename__ = "territoire_hors_sne"
    code_departement: Mapped[str] = mapped_column(sa.String(3), primary_key=True)
    nom_portail: Mapped[str | None] = mapped_column(sa.String(80))
    url: Mapped[str | None] = mapped_column(sa.String(200))
    source: Mapped[str] = mapped_column(sa.String(400))
    confiance: Mapped[str] = mapped_column(sa.String(12))


class CataloguePiece(Base):
    """Une pièce justificative. `rang` : enregistrement, instruction, complementaire.

    `acceptees` : phrases séparées par « | », un seul de ces documents suffit.
    """

    __tablename__ = "catalogue_piece"
    code: Mapped[str] = mapped_column(sa.String(20), primary_key=True)
    rang: Mapped[str] = mapped_column(sa.String(16))
    libelle: Mapped[str] = mapped_column(sa.String(60))
    acceptees: Mapped[str] = mapped_column(sa.Text)
    explication: Mapped[str] = mapped_column(sa.String(250))
    source: Mapped[str] = mapped_column(sa.String(150))
    confiance: Mapped[str] = mapped_column(sa.String(12))


class PieceInterdite(Base):
    """Un document que personne ne peut exiger pour une demande de logement social."""

    __tablename__ = "piece_interdite"
    code: Mapped[str] = mapped_column(sa.String(20), primary_key=True)
    libelle: Mapped[str] = mapped_column(sa.String(60))
    explication: Mapped[str] = mapped_column(sa.String(250))
    source: Mapped[str] = mapped_column(sa.String(150))
    confiance: Mapped[str] = mapped_column(sa.String(12))


class ImportReferentiels(Base):
    """Le dernier import réussi : une seule ligne. `empreinte` : sha256 des fichiers lus et de la forme des tables."""

    __tablename__ = "import_referentiels"
    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    empreinte: Mapped[str] = mapped_column(sa.String(64))
    importe_le: Mapped[datetime]
