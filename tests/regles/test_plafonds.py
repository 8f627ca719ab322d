"""Les plafonds de ressources : catégories, revenu retenu, et des cas calculés à la main d'après les tables publiées."""

from __future__ import annotations

import csv
from datetime import date
from functools import cache

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portail.referentiels.importation import DONNEES
from portail.regles.plafonds import (
    Bareme,
    Categorie,
    Menage,
    PlafondInconnu,
    categorie,
    juger,
    meilleur_bareme,
    plafond,
    revenu_retenu,
)

SOMME = 55


@cache
def bareme(nom: str) -> Bareme:
    with (DONNEES / "plafonds" / f"plafonds_{nom}.csv").open(encoding="utf-8", newline="") as fichier:
        lignes = list(csv.DictReader(fichier))
    return Bareme(
        date.fromisoformat(lignes[0]["debut_validite"]),
        date.fromisoformat(lignes[0]["fin_validite"]),
        {(ligne["produit"], ligne["zone"], ligne["categorie"]): int(ligne["plafond_eur"]) for ligne in lignes},
    )


# Les seize compositions de la fiche F10007 (07/10/2020), et leur catégorie.
COMPOSITIONS = [
    (Menage(1, 0), 1),
    (Menage(2, 0), 2),
    (Menage(1, 0, handicap=True), 2),
    (Menage(3, 0), 3),
    (Menage(2, 1), 3),
    (Menage(1, 1), 3),
    (Menage(2, 0, (25, 30)), 3),
    (Menage(2, 0, handicap=True), 3),
    (Menage(2, 2), 4),
    (Menage(1, 2), 4),
    (Menage(2, 1, handicap=True), 4),
    (Menage(2, 3), 5),
    (Menage(1, 3), 5),
    (Menage(2, 2, handicap=True), 5),
    (Menage(2, 4), 6),
    (Menage(1, 4), 6),
]


@pytest.mark.parametrize(("menage", "numero"), COMPOSITIONS)
def test_la_categorie_de_chaque_composition(menage, numero):
    assert categorie(menage, SOMME) == Categorie(numero, 0, categorie(menage, SOMME).surclassement)


def test_au_dela_de_six_personnes_chacune_ajoute():
    assert categorie(Menage(2, 6), SOMME).numero == 6
    assert categorie(Menage(2, 6), SOMME).en_plus == 2


def test_seule_avec_cinq_personnes_a_charge_la_cinquieme_est_en_plus():
    assert categorie(Menage(1, 5), SOMME) == Categorie(6, 1, "seule")
    assert categorie(Menage(1, 5, handicap=True), SOMME) == Categorie(6, 1, "seule")


def test_un_handicap_ne_mene_pas_plus_haut_que_la_sixieme_categorie():
    assert categorie(Menage(2, 4, handicap=True), SOMME) == Categorie(6, 0, "")


def test_les_surclassements_ne_s_ajoutent_pas():
    assert categorie(Menage(1, 1, handicap=True), SOMME).numero == 3


@pytest.mark.parametrize(("ages", "numero"), [((27, 28), 3), ((28, 28), 2), ((20, 35), 3), ((20, 36), 2)])
def test_un_jeune_couple_a_cinquante_cinq_ans_au_plus(ages, numero):
    assert categorie(Menage(2, 0, ages), SOMME).numero == numero


def test_un_jeune_couple_avec_enfant_n_est_pas_surclasse():
    assert categorie(Menage(2, 1, (20, 20)), SOMME).surclassement == ""


def test_deux_adultes_qui_ne_sont_pas_un_couple_ne_sont_pas_un_jeune_menage():
    assert categorie(Menage(2, 0), SOMME).numero == 2


@pytest.mark.parametrize("menage", [Menage(0, 1), Menage(1, -1)])
def test_un_menage_sans_adulte_est_refuse(menage):
    with pytest.raises(ValueError, match="adulte"):
        categorie(menage, SOMME)


# (table, zone, ménage, revenu, premier logement ouvert, son plafond, sa marge), relevés à la main.
CAS = [
    ("2026", "1", Menage(1, 0), 14_811, "PLAI", 14_811, 0),
    ("2026", "1", Menage(1, 0), 14_812, "PLUS", 26_920, 12_108),
    ("2026", "1", Menage(1, 0), 26_921, "PLS", 34_996, 8_075),
    ("2026", "1", Menage(1, 0), 34_997, None, 0, 0),
    ("2026", "1", Menage(2, 0), 24_000, "PLAI", 24_140, 140),
    ("2026", "1", Menage(2, 0), 40_233, "PLUS", 40_233, 0),
    ("2026", "1", Menage(2, 0, (25, 28)), 45_000, "PLUS", 52_740, 7_740),
    ("2026", "1", Menage(1, 2), 34_637, "PLAI", 34_637, 0),
    ("2026", "1", Menage(1, 2), 63_000, "PLS", 81_858, 18_858),
    ("2026", "1", Menage(2, 3), 41_204, "PLUS", 74_919, 33_715),
    ("2026", "1", Menage(2, 4), 84_304, "PLUS", 84_304, 0),
    ("2026", "1", Menage(2, 6), 103_092, "PLUS", 103_092, 0),
    ("2026", "1", Menage(2, 6), 103_093, "PLS", 134_019, 30_926),
    ("2026", "1", Menage(2, 5), 93_698, "PLUS", 93_698, 0),
    ("2026", "2", Menage(1, 0), 20_000, "PLUS", 26_920, 6_920),
    ("2026", "2", Menage(1, 1), 29_018, "PLAI", 29_018, 0),
    ("2026", "2", Menage(1, 1), 29_019, "PLUS", 48_362, 19_343),
    ("2026", "2", Menage(2, 2), 57_931, "PLS", 75_309, 17_378),
    ("2026", "2", Menage(1, 3), 68_577, "PLUS", 68_577, 0),
    ("2026", "2", Menage(2, 5), 52_000, "PLUS", 85_769, 33_769),
    ("2026", "2", Menage(2, 4, handicap=True), 100_323, None, 0, 0),
    ("2026", "3", Menage(1, 0), 12_870, "PLAI", 12_870, 0),
    ("2026", "3", Menage(1, 0), 23_403, "PLUS", 23_403, 0),
    ("2026", "3", Menage(1, 0), 30_425, None, 0, 0),
    ("2026", "3", Menage(1, 0, handicap=True), 18_753, "PLAI", 18_753, 0),
    ("2026", "3", Menage(2, 0), 31_255, "PLS", 40_630, 9_375),
    ("2026", "3", Menage(2, 0, handicap=True), 31_255, "PLUS", 37_584, 6_329),
    ("2026", "3", Menage(1, 1), 22_000, "PLAI", 22_551, 551),
    ("2026", "3", Menage(1, 2), 22_000, "PLAI", 25_092, 3_092),
    ("2026", "3", Menage(2, 2), 45_374, "PLUS", 45_374, 0),
    ("2026", "3", Menage(2, 3), 53_377, "PLS", 69_389, 16_012),
    ("2026", "3", Menage(2, 4), 33_086, "PLAI", 33_086, 0),
    ("2026", "3", Menage(2, 6), 40_464, "PLAI", 40_464, 0),
    ("2026", "3", Menage(2, 6), 73_576, "PLUS", 73_576, 0),
    ("2026", "3", Menage(3, 0), 0, "PLAI", 22_551, 22_551),
    ("dom_2026", "DOM", Menage(1, 0), 15_797, "LLTS", 15_797, 0),
    ("dom_2026", "DOM", Menage(1, 0), 15_798, "LLS", 21_063, 5_265),
    ("dom_2026", "DOM", Menage(1, 2), 40_838, "PLS_DOM", 53_088, 12_250),
    ("dom_2026", "DOM", Menage(2, 5), 45_134, "LLTS", 45_134, 0),
    ("dom_2026", "DOM", Menage(2, 0), 36_569, None, 0, 0),
    # Anil, « Se loger en HLM » : exemples publiés pour 2024 (catégories 3 et 4, PLUS).
    ("2024", "1", Menage(2, 1), 51_025, "PLUS", 51_025, 0),
    ("2024", "2", Menage(2, 1), 46_789, "PLUS", 46_789, 0),
    ("2024", "3", Menage(1, 1), 36_362, "PLUS", 36_362, 0),
    ("2024", "1", Menage(2, 2), 60_921, "PLUS", 60_921, 0),
    ("2024", "2", Menage(1, 2), 56_046, "PLUS", 56_046, 0),
    ("2024", "3", Menage(2, 1, handicap=True), 43_899, "PLUS", 43_899, 0),
    # La faute de frappe d'openfisca-france sur 2022 (218 805) est corrigée dans nos tables.
    ("2022", "1", Menage(2, 0), 21_806, "PLUS", 36_341, 14_535),
    ("2022", "1", Menage(2, 0), 21_805, "PLAI", 21_805, 0),
]


@pytest.mark.parametrize(("table", "zone", "menage", "revenu", "produit", "montant", "marge"), CAS)
def test_les_cas_calcules_a_la_main(table, zone, menage, revenu, produit, montant, marge):
    premier = juger(bareme(table), zone, categorie(menage, SOMME), revenu).premier
    if produit is None:
        assert premier is None
    else:
        assert (premier.produit, premier.plafond, premier.marge) == (produit, montant, marge)


def test_il_y_a_au_moins_quarante_cas():
    assert len(CAS) >= 40


@given(
    adultes=st.integers(1, 6),
    a_charge=st.integers(0, 8),
    handicap=st.booleans(),
    revenu=st.integers(0, 200_000),
    zone=st.sampled_from("123"),
)
def test_un_revenu_plus_bas_n_ouvre_jamais_moins(adultes, a_charge, handicap, revenu, zone):
    table = bareme("2026")
    classe = categorie(Menage(adultes, a_charge, handicap=handicap), SOMME)
    paliers = juger(table, zone, classe, revenu).paliers
    assert [palier.plafond for palier in paliers] == sorted(palier.plafond for palier in paliers)
    ouverts = {palier.produit for palier in paliers if palier.est_ouvert}
    assert ouverts <= {p.produit for p in juger(table, zone, classe, max(0, revenu - 1_000)).paliers if p.est_ouvert}


@given(adultes=st.integers(1, 6), a_charge=st.integers(0, 10))
def test_une_personne_de_plus_ne_baisse_jamais_le_plafond(adultes, a_charge):
    table = bareme("2026")
    avant, apres = (categorie(Menage(adultes, n), SOMME) for n in (a_charge, a_charge + 1))
    assert plafond(table, "PLUS", "3", apres) >= plafond(table, "PLUS", "3", avant)


@pytest.mark.parametrize(
    ("n2", "recent", "montant", "est_recent", "baisse"),
    [
        (20_000, None, 20_000, False, 0),
        (20_000, 18_000, 18_000, True, 10),
        (20_000, 18_001, 20_000, False, 9),
        (20_000, 25_000, 20_000, False, 0),
        (20_000, 0, 0, True, 100),
        (0, 0, 0, False, 0),
        (None, 15_000, 15_000, True, 0),
        (19_999, 17_999, 17_999, True, 10),
    ],
)
def test_le_revenu_recent_ne_compte_qu_a_partir_de_dix_pour_cent_de_baisse(n2, recent, montant, est_recent, baisse):
    revenu = revenu_retenu(n2, recent, 10)
    assert (revenu.montant, revenu.est_recent, revenu.baisse_pourcent) == (montant, est_recent, baisse)


def test_sans_aucun_revenu_rien_ne_se_calcule():
    with pytest.raises(ValueError, match="revenu"):
        revenu_retenu(None, None, 10)


def test_le_bareme_du_jour_ou_le_dernier_paru():
    a, b = bareme("2025"), bareme("2026")
    assert meilleur_bareme([a, b], date(2025, 12, 31)) is a
    assert meilleur_bareme([a, b], date(2026, 1, 1)) is b
    assert meilleur_bareme([a, b], date(2027, 6, 1)) is b
    assert meilleur_bareme([a, b], date(2019, 1, 1)) is None


def test_un_bareme_incomplet_le_dit():
    vide = Bareme(date(2026, 1, 1), date(2026, 12, 31), {})
    with pytest.raises(PlafondInconnu):
        juger(vide, "1", Categorie(1, 0, ""), 0)
