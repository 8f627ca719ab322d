"""Ce qu'on sait de l'offre et de la demande, et où s'adresser. Statistiques, jamais des engagements."""

from __future__ import annotations

from datetime import date

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from portail.db import Base


class _DemandesParAnciennete:
    """Demandes en attente au `date_demandes` (nombre, mutations comprises), par ancienneté ; somme = total."""

    demandes_en_cours: Mapped[int | None]
    demandes_moins_1_an: Mapped[int | None]
    demandes_1_2_ans: Mapped[int | None]
    demandes_2_3_ans: Mapped[int | None]
    demandes_3_4_ans: Mapped[int | None]
    demandes_4_5_ans: Mapped[int | None]
    demandes_5_10_ans: Mapped[int | None]
    demandes_10_ans_et_plus: Mapped[int | None]
    date_demandes: Mapped[date | None]


class _DemandesDeLAnnee:
    """Flux d'une année SNE (nombre). `attributions` = radiations pour attribution."""

    nb_logements_sociaux: Mapped[int | None]
    date_parc: Mapped[date | None]
    demandes_debut_annee: Mapped[int | None]
    nouvelles_demandes: Mapped[int | None]
    demandes_radiees: Mapped[int | None]
    attributions: Mapped[int | None]
    demandes_fin_annee: Mapped[int | None]
    annee: Mapped[int | None]


class OffreCommune(_DemandesParAnciennete, Base):
    """Parc social (RPLS) et demandes (SNE) d'une commune ou d'un arrondissement.

    Une commune absente n'a vraisemblablement aucun logement social ; une colonne NULL est inconnue.
    Attributions, délai et demandes par attribution : Paris et ses arrondissements seulement.
    `code_epci` : EPCI ou EPT sous lequel lire `OffreEpci` (« 75056 » pour Paris).
    """

    __tablename__ = "offre_commune"
    code_insee: Mapped[str] = mapped_column(sa.String(5), primary_key=True)
    code_epci: Mapped[str | None] = mapped_column(sa.String(9))
    nb_logements_sociaux: Mapped[int | None]
    nb_loues: Mapped[int | None]
    nb_vacants: Mapped[int | None]
    nb_vides: Mapped[int | None]
    date_parc: Mapped[date | None]
    attributions_annee: Mapped[int | None]
    annee_attributions: Mapped[int | None]
    delai_median_attribution_mois: Mapped[float | None]
    demandes_par_attribution: Mapped[float | None]
    demandes_par_attribution_t1: Mapped[float | None]
    demandes_par_attribution_t3: Mapped[float | None]


class OffreEpci(_DemandesDeLAnnee, Base):
    """La même chose pour un EPCI, un EPT du Grand Paris, ou Paris (« 75056 »).

    `partiel` : un département de l'EPCI n'a qu'un millésime plus ancien. Délais en mois.
    """

    __tablename__ = "offre_epci"
    code_epci: Mapped[str] = mapped_column(sa.String(9), primary_key=True)
    nom: Mapped[str] = mapped_column(sa.String(80))
    nb_departements_sommes: Mapped[int | None]
    partiel: Mapped[bool | None]
    anciennete_moyenne_mois: Mapped[int | None]
    delai_moyen_attribution_mois: Mapped[float | None]


class OffreDepartement(_DemandesDeLAnnee, _DemandesParAnciennete, Base):
    """La même chose pour un département ; la ligne « FR » est la France entière."""

    __tablename__ = "offre_departement"
    code_departement: Mapped[str] = mapped_column(sa.String(3), primary_key=True)
    nom: Mapped[str] = mapped_column(sa.String(60))
    anciennete_moyenne_mois: Mapped[int | None]
    delai_median_attribution_mois: Mapped[float | None]
    demandes_par_attribution_t1: Mapped[float | None]
    demandes_par_attribution_t3: Mapped[float | None]


class Mairie(Base):
    """Une mairie de l'annuaire service-public. Ce n'est pas la liste des guichets : elle peut orienter."""

    __tablename__ = "mairie"
    code_insee: Mapped[str] = mapped_column(sa.String(5), primary_key=True)
    nom: Mapped[str] = mapped_column(sa.String(80))
    adresse: Mapped[str | None] = mapped_column(sa.String(120))
    code_postal: Mapped[str | None] = mapped_column(sa.String(5))
    ville: Mapped[str | None] = mapped_column(sa.String(60))
    telephone: Mapped[str | None] = mapped_column(sa.String(20))
    horaires: Mapped[str | None] = mapped_column(sa.String(300))
    site: Mapped[str | None] = mapped_column(sa.String(200))
    latitude: Mapped[float | None]
    longitude: Mapped[float | None]


class GuichetRepertorie(Base):
    """Un guichet enregistreur connu d'une source publique (extrait). `type` : CCAS, EPCI, MAIRIE, BAILLEUR…"""

    __tablename__ = "guichet_repertorie"
    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    code_departement: Mapped[str] = mapped_column(sa.String(3))
    code_insee: Mapped[str] = mapped_column(sa.String(5), index=True)
    code_epci: Mapped[str | None] = mapped_column(sa.String(9))
    type: Mapped[str] = mapped_column(sa.String(20))
    nom: Mapped[str] = mapped_column(sa.String(120))
    adresse: Mapped[str | None] = mapped_column(sa.String(120))
    code_postal: Mapped[str | None] = mapped_column(sa.String(5))
    ville: Mapped[str | None] = mapped_column(sa.String(60))
    telephone: Mapped[str | None] = mapped_column(sa.String(20))
    horaires: Mapped[str | None] = mapped_column(sa.String(300))
    source: Mapped[str] = mapped_column(sa.String(200))


class DelaiAnormal(Base):
    """Délai anormalement long (mois), fixé par arrêté préfectoral ; 5 départements connus.

    `code_epci` NULL : le reste du département. `typologie_min` et `typologie_max` en pièces, NULL = toutes.
    """

    __tablename__ = "delai_anormal"
    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    code_departement: Mapped[str] = mapped_column(sa.String(3), index=True)
    code_epci: Mapped[str | None] = mapped_column(sa.String(9))
    typologie_min: Mapped[int | None]
    typologie_max: Mapped[int | None]
    delai_mois: Mapped[int]
    source: Mapped[str] = mapped_column(sa.String(200))
    fiabilite: Mapped[str] = mapped_column(sa.String(20))
