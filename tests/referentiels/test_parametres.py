"""Les chiffres de loi, les territoires hors SNE, le catalogue des pièces."""

from __future__ import annotations

import csv
from datetime import date
from urllib.parse import urlsplit

import pytest
import sqlalchemy as sa

from portail.config import RACINE
from portail.db import db
from portail.referentiels import modeles
from portail.referentiels.importation import importer
from portail.referentiels.parametres import (
    ParametreInconnu,
    catalogue_pieces,
    hors_sne,
    parametre,
    pieces_interdites,
)
from tests.referentiels.conftest import INSTANT, changer

JOUR = date(2026, 11, 24)


@pytest.mark.usefixtures("complete")
class TestDonneesDuDepot:
    @pytest.mark.parametrize(
        ("cle", "valeur"),
        [
            ("MAX_COMMUNES", 8),
            ("MAX_MOTIFS", 3),
            ("PREAVIS_JOURS", 30),
            ("RENOUVELLEMENT_OUVERT_MOIS", 2),
            ("GRACE_MOIS", 1),
            ("REACTIVATION_MOIS", 6),
            ("ATTESTATION_MOIS", 1),
            ("ANNULATION_ABANDON_JOURS", 30),
            ("CONSERVATION_APRES_RADIATION_MOIS", 12),
            ("BROUILLON_MOIS", 3),
            ("COMPTE_DORMANT_MOIS", 24),
            ("CODE_RECLAMATION_MOIS", 6),
            ("VALIDITE_MOIS", 12),
            ("VERIFICATION_JOURS_OUVRES", 5),
        ],
    )
    def test_chaque_chiffre_attendu_a_une_valeur(self, cle, valeur):
        assert parametre(cle, JOUR) == valeur

    def test_un_chiffre_inconnu_dit_quoi_faire(self):
        with pytest.raises(ParametreInconnu, match=r"AGE_DU_CAPITAINE n’a pas de valeur au 24/11/2026 : ajoutez"):
            parametre("AGE_DU_CAPITAINE", JOUR)

    def test_un_chiffre_n_a_pas_de_valeur_avant_son_debut(self):
        with pytest.raises(ParametreInconnu, match="01/01/1999"):
            parametre("MAX_COMMUNES", date(1999, 1, 1))

    def test_chaque_chiffre_dit_sa_source_et_sa_confiance(self):
        for ligne in db.session.scalars(sa.select(modeles.Parametre)):
            assert ligne.source
            assert ligne.confiance in {"sûr", "probable", "à vérifier", "choix"}
            assert (ligne.confiance == "choix") >= (ligne.source == "choix de construction")

    def test_trente_trois_departements_enregistrent_ailleurs(self):
        lignes = db.session.scalars(
            sa.select(modeles.TerritoireHorsSne).where(modeles.TerritoireHorsSne.nom_portail.is_not(None))
        ).all()
        assert len(lignes) == 33
        for ligne in lignes:
            adresse = urlsplit(ligne.url)
            assert adresse.scheme == "https"
            assert adresse.hostname.removeprefix("www.") == ligne.nom_portail

    def test_un_departement_hors_sne_donne_son_portail(self):
        assert hors_sne("35").url == "https://www.demandelogement35.fr"
        assert hors_sne("67").nom_portail == hors_sne("68").nom_portail == "demandedelogement-alsace.fr"
        assert all(hors_sne(code) is None for code in ("69", "75", "32", "40", "2A", "974"))

    def test_la_demande_nationale_ne_se_fait_pas_outre_mer_hors_des_departements(self):
        """Choix de construction : 975, 977 et 978 restent servis, faute de source qui les mette dehors."""
        for code in ("984", "986", "987", "988", "989"):
            ailleurs = hors_sne(code)
            assert (ailleurs.nom_portail, ailleurs.url, ailleurs.confiance) == (None, None, "choix"), code
        assert all(hors_sne(code) is None for code in ("971", "972", "973", "974", "975", "976", "977", "978"))

    def test_le_catalogue_tient_les_pieces_attendues(self):
        catalogue = catalogue_pieces()
        attendues = (
            "ID MIN AIS2 AIS1 BAISSE MARIE PACS DIV INST PACSX VEUF GROSS GARDE ETU APP PROF SAL NSAL RETR ARE IJ "
            "PAL CAF BOURSE PATR LOC HEB STR HOTEL SDF PROP M01 M03 M04 M05 M06 M07 M08 M09 M11 M15 M16 M18 M19 "
            "M22 ASE POMPIER ID-1 ID-2 ID-3"
        )
        assert set(catalogue) == set(attendues.split())
        for code, piece in catalogue.items():
            assert piece.code == code
            assert piece.rang in {"enregistrement", "instruction", "complementaire"}
            assert all(phrase and phrase == phrase.strip() for phrase in piece.acceptees)
            assert piece.explication.endswith(".")

    def test_seule_l_identite_est_exigible_a_l_enregistrement(self):
        exigibles = {code for code, piece in catalogue_pieces().items() if piece.rang == "enregistrement"}
        assert exigibles == {"ID", "ID-1", "ID-2", "ID-3"}
        titres = [texte for texte in catalogue_pieces()["ID-3"].acceptees if not texte.startswith("Vous êtes")]
        assert len(titres) == 16, "les seize titres de séjour de la notice"

    def test_les_textes_montres_ont_une_typographie_soignee(self):
        for piece in catalogue_pieces().values():
            for texte in (piece.libelle, *piece.acceptees, piece.explication):
                assert "'" not in texte
                assert not any(f" {signe}" in texte for signe in ":;?!»%"), texte

    def test_trois_documents_sont_interdits(self):
        assert {piece.code for piece in pieces_interdites()} == {"RELEVE", "VITALE", "CASIER"}


def test_un_chiffre_change_a_sa_date(vide, donnees):
    changer(
        donnees / "parametres.csv",
        "MAX_COMMUNES,8,communes par demande,2020-08-31,,",
        "MAX_COMMUNES,10,communes par demande,2027-01-01,,essai,choix,\n"
        "MAX_COMMUNES,8,communes par demande,2020-08-31,2026-12-31,",
    )
    importer(db.session, donnees, maintenant=INSTANT)
    assert parametre("MAX_COMMUNES", date(2026, 12, 31)) == 8
    assert parametre("MAX_COMMUNES", date(2027, 1, 1)) == 10


def test_une_adresse_inconnue_reste_inconnue(vide, donnees):
    changer(donnees / "territoires_hors_sne.csv", "https://www.demandelogement35.fr", "")
    importer(db.session, donnees, maintenant=INSTANT)
    assert hors_sne("35").url is None


SANS_EMPLOI = {"PIECES_SAISINE_PREFET_JOURS"}  # aucun écran ne compte encore ce délai


def test_chaque_chiffre_est_lu_quelque_part():
    """Un chiffre que rien ne lit laisse croire qu'on le change en changeant la donnée."""
    sources = [
        chemin.read_text(encoding="utf-8")
        for dossier in ("portail", "templates", "contenus")
        for chemin in (RACINE / dossier).rglob("*")
        if chemin.suffix in {".py", ".html", ".md", ".txt"}
    ]
    with (RACINE / "portail/referentiels/donnees/parametres.csv").open(encoding="utf-8", newline="") as fichier:
        cles = {ligne["cle"] for ligne in csv.DictReader(fichier)}
    assert {cle for cle in cles if not any(cle in source for source in sources)} == SANS_EMPLOI
