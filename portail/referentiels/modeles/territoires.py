"""Communes, anciennes communes, départements, pays et zonage."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from portail.db import Base


class Departement(Base):
    """Un département (101) ou une collectivité d'outre-mer (8). `zone` : metro, drom ou com."""

    __tablename__ = "departement"
    code: Mapped[str] = mapped_column(sa.String(3), primary_key=True)
    nom: Mapped[str] = mapped_column(sa.String(60))
    code_region: Mapped[str] = mapped_column(sa.String(3))
    nom_region: Mapped[str] = mapped_column(sa.String(60))
    zone: Mapped[str] = mapped_column(sa.String(5))


class Commune(Base):
    """Une commune (`type` COM) ou un arrondissement de Paris, Lyon ou Marseille (ARM).

    `codes_postaux` : séparés par une espace, NULL pour les terres australes. `population` : municipale.
    `code_ept` : établissement public territorial du Grand Paris.
    """

    __tablename__ = "commune"
    code_insee: Mapped[str] = mapped_column(sa.String(5), primary_key=True)
    nom: Mapped[str] = mapped_column(sa.String(60))
    codes_postaux: Mapped[str | None] = mapped_column(sa.String(150))
    code_departement: Mapped[str] = mapped_column(sa.String(3), index=True)
    code_epci: Mapped[str | None] = mapped_column(sa.String(9), index=True)
    nom_epci: Mapped[str | None] = mapped_column(sa.String(80))
    population: Mapped[int | None]
    type: Mapped[str] = mapped_column(sa.String(3))
    code_commune_parente: Mapped[str | None] = mapped_column(sa.String(5))
    code_ept: Mapped[str | None] = mapped_column(sa.String(9))
    nom_ept: Mapped[str | None] = mapped_column(sa.String(80))
    zone: Mapped[str] = mapped_column(sa.String(5))


class AncienneCommune(Base):
    """Un nom ou un code d'autrefois, pour les lieux de naissance ; un code peut avoir plusieurs lignes.

    `statut` : supprimee, deleguee, associee, ancien_nom, ancien_code (`nom` alors souvent NULL).
    """

    __tablename__ = "ancienne_commune"
    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    code_insee: Mapped[str] = mapped_column(sa.String(5), index=True)
    nom: Mapped[str | None] = mapped_column(sa.String(60))
    statut: Mapped[str] = mapped_column(sa.String(12))
    code_commune_actuelle: Mapped[str] = mapped_column(sa.String(5))
    nom_commune_actuelle: Mapped[str] = mapped_column(sa.String(60))
    code_departement_actuel: Mapped[str] = mapped_column(sa.String(3))
    derniere_annee_cog: Mapped[int | None]
    source: Mapped[str] = mapped_column(sa.String(20))


class Pays(Base):
    """Un pays ou territoire étranger, codes 99xxx de l'Insee. `statut` : etat, territoire ou ancien.

    Un ancien pays ne sert qu'aux naissances. `groupe_nationalite` : FRANCAISE, UNION_EUROPEENNE,
    HORS_UNION_EUROPEENNE ; NULL hors des États actuels.
    """

    __tablename__ = "pays"
    code_insee: Mapped[str] = mapped_column(sa.String(5), primary_key=True)
    code_iso2: Mapped[str | None] = mapped_column(sa.String(2))
    code_iso3: Mapped[str | None] = mapped_column(sa.String(3))
    nom: Mapped[str] = mapped_column(sa.String(80))
    nom_officiel: Mapped[str | None] = mapped_column(sa.String(150))
    statut: Mapped[str] = mapped_column(sa.String(12))
    code_pays_rattachement: Mapped[str | None] = mapped_column(sa.String(5))
    groupe_nationalite: Mapped[str | None] = mapped_column(sa.String(24))
    eee_ou_suisse: Mapped[bool | None]


class PaysAutreNom(Base):
    """Un ancien nom ou un nom courant de pays ; plusieurs lignes pour un État partagé, le plus probable d'abord."""

    __tablename__ = "pays_autre_nom"
    __table_args__ = (sa.UniqueConstraint("nom", "code_insee"),)
    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    nom: Mapped[str] = mapped_column(sa.String(80))
    code_insee: Mapped[str] = mapped_column(sa.String(5))
    source: Mapped[str] = mapped_column(sa.String(150))


class Zonage(Base):
    """Les zones d'une commune.

    `zone_plafonds_ressources` : PARIS_ET_LIMITROPHES (zone 1 des plafonds), ILE_DE_FRANCE (2),
    AUTRES_REGIONS (3), OUTRE_MER (barème à part). `zone_abc` : Abis, A, B1, B2, C.
    """

    __tablename__ = "zonage"
    code_insee: Mapped[str] = mapped_column(sa.String(5), primary_key=True)
    zone_plafonds_ressources: Mapped[str] = mapped_column(sa.String(24))
    zone_abc: Mapped[str | None] = mapped_column(sa.String(4))
    zone_apl_2011: Mapped[str | None] = mapped_column(sa.String(4))
