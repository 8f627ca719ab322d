"""Les données du dépôt : ce qui est vide reste inconnu, et les chiffres connus sont là."""

from __future__ import annotations

import csv
from datetime import date

import pytest
import sqlalchemy as sa

from portail.db import db
from portail.referentiels import modeles
from portail.referentiels.importation import DONNEES, a_jour

pytestmark = pytest.mark.usefixtures("complete")


def plafond(annee: int, produit: str, zone: str, categorie: str) -> int:
    return db.session.get_one(modeles.Plafond, (annee, produit, zone, categorie)).plafond_eur


@pytest.mark.parametrize(
    ("annee", "produit", "zone", "categorie", "euros"),
    [
        (2026, "PLUS", "1", "1", 26920),
        (2026, "PLUS", "1", "2", 40233),
        (2026, "PLUS", "2", "3", 48362),
        (2026, "PLUS", "3", "1", 23403),
        (2026, "PLUS", "3", "4", 45374),
        (2026, "PLUS", "3", "6", 60156),
        (2026, "PLUS", "3", "pers_supp", 6710),
        (2026, "PLAI", "3", "1", 12870),
        (2026, "PLAI", "1", "pers_supp", 5166),
        (2026, "PLS", "3", "1", 30424),
        (2026, "LLS", "DOM", "1", 21063),
        (2026, "LLTS", "DOM", "6", 40605),
        (2022, "PLAI", "1", "2", 21805),
        (2023, "PLUS", "3", "1", 21878),
        (2020, "PLAI", "1", "1", 13207),
    ],
)
def test_les_plafonds_connus(annee, produit, zone, categorie, euros):
    assert plafond(annee, produit, zone, categorie) == euros


def test_chaque_annee_a_ses_soixante_trois_plafonds():
    compte = sa.select(modeles.Plafond.annee, sa.func.count()).group_by(modeles.Plafond.annee)
    assert dict(db.session.execute(compte).all()) == dict.fromkeys(range(2020, 2026), 63) | {2026: 84}


def test_un_plafond_grandit_avec_le_menage_et_du_plai_au_pls():
    for annee in range(2020, 2027):
        for zone in "123":
            for produit in ("PLAI", "PLUS", "PLS"):
                suite = [plafond(annee, produit, zone, str(categorie)) for categorie in range(1, 7)]
                assert suite == sorted(suite)
            for categorie in "123456":
                assert (
                    plafond(annee, "PLAI", zone, categorie)
                    < plafond(annee, "PLUS", zone, categorie)
                    < plafond(annee, "PLS", zone, categorie)
                )


def test_la_zone_1_est_celle_de_la_fiche():
    with (DONNEES / "sources" / "zones_plafonds.csv").open(encoding="utf-8", newline="") as fichier:
        attendues = {ligne["code_insee"] for ligne in csv.DictReader(fichier) if ligne["zone"] == "1"}
    en_zone_1 = modeles.Zonage.zone_plafonds_ressources == "PARIS_ET_LIMITROPHES"
    assert set(db.session.scalars(sa.select(modeles.Zonage.code_insee).where(en_zone_1))) == attendues


def test_les_codes_restent_du_texte_et_le_vide_reste_inconnu():
    assert db.session.get(modeles.Commune, "01001").nom == "L'Abergement-Clémenciat"
    assert db.session.scalar(sa.select(modeles.Pays.nom).where(modeles.Pays.code_iso2 == "NA")) == "Namibie"
    assert db.session.get(modeles.Pays, "99115").code_iso2 is None
    offre = db.session.get(modeles.OffreCommune, "01001")
    assert (offre.nb_logements_sociaux, offre.demandes_en_cours) == (32, None)
    assert offre.date_parc == date(2024, 1, 1)
    assert db.session.get(modeles.OffreCommune, "01004").demandes_10_ans_et_plus == 2
    assert db.session.get(modeles.Commune, "98412").population is None
    assert db.session.get(modeles.Mairie, "56098").latitude is None
    for table in (getattr(modeles, nom).__table__ for nom in modeles.__all__):
        for colonne in table.columns:
            if isinstance(colonne.type, sa.String):
                assert not db.session.scalar(sa.select(sa.func.count()).where(colonne == "")), colonne


def test_les_delais_gardent_leurs_decimales():
    assert db.session.get(modeles.OffreEpci, "200000172").delai_moyen_attribution_mois == 16.4
    assert db.session.get(modeles.OffreCommune, "75056").delai_median_attribution_mois == 34.161
    assert db.session.get(modeles.OffreDepartement, "FR").demandes_en_cours == 2886367


def test_les_demandes_par_anciennete_font_le_total():
    tranches = ("moins_1_an", "1_2_ans", "2_3_ans", "3_4_ans", "4_5_ans", "5_10_ans", "10_ans_et_plus")
    connues = sa.select(modeles.OffreCommune).where(modeles.OffreCommune.demandes_en_cours.is_not(None))
    offres = db.session.scalars(connues).all()
    assert len(offres) > 6_000
    for offre in offres:
        assert sum(getattr(offre, f"demandes_{tranche}") for tranche in tranches) == offre.demandes_en_cours


def test_chaque_commune_a_son_zonage_sauf_les_collectivites_d_outre_mer():
    sans = (
        sa.select(modeles.Commune.zone)
        .outerjoin(modeles.Zonage, modeles.Zonage.code_insee == modeles.Commune.code_insee)
        .where(modeles.Zonage.code_insee.is_(None))
    )
    assert set(db.session.scalars(sans)) <= {"com"}


def test_la_base_partagee_est_a_jour():
    assert a_jour(db.session)
