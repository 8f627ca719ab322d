"""Le territoire d'une demande : un département, ou l'Île-de-France entière."""

from __future__ import annotations

import csv

import pytest

from portail.referentiels.importation import DONNEES
from portail.regles.territoire import (
    DEPARTEMENTS_D_ILE_DE_FRANCE,
    departements,
    meme_territoire,
    nom_territoire,
    territoire,
)


def codes_et_noms() -> list[tuple[str, str]]:
    with (DONNEES / "departements.csv").open(encoding="utf-8", newline="") as fichier:
        return [(ligne["code"], ligne["nom"]) for ligne in csv.DictReader(fichier)]


@pytest.mark.parametrize(
    ("departement", "attendu"),
    [
        ("69", "069"),
        ("01", "001"),
        ("2A", "02A"),
        ("2B", "02B"),
        ("971", "971"),
        ("974", "974"),
        ("75", "111"),
        ("95", "111"),
    ],
)
def test_le_territoire_a_trois_caracteres(departement, attendu):
    assert territoire(departement) == attendu


def test_les_huit_departements_d_ile_de_france_n_en_font_qu_un():
    assert len(DEPARTEMENTS_D_ILE_DE_FRANCE) == 8
    assert {territoire(code) for code in DEPARTEMENTS_D_ILE_DE_FRANCE} == {"111"}
    assert meme_territoire("75", "93")
    assert meme_territoire("69", "69")
    assert not meme_territoire("69", "01")
    assert not meme_territoire("2A", "2B")


@pytest.mark.parametrize("code", ["", "0", "00", "20", "96", "069", "2C", "97", "990", "75056", "2a", "٦٩", "69\n"])
def test_un_code_inconnu_est_refuse(code):
    with pytest.raises(ValueError, match="département"):
        territoire(code)


def test_chaque_departement_a_son_territoire_et_en_revient():
    for code, nom in codes_et_noms():
        sien = territoire(code)
        assert len(sien) == 3
        assert code in departements(sien)
        assert nom_territoire(sien) == ("Île-de-France" if sien == "111" else nom.replace("'", "’"))


def test_deux_departements_hors_ile_de_france_ont_deux_territoires():
    ailleurs = [code for code, _ in codes_et_noms() if code not in DEPARTEMENTS_D_ILE_DE_FRANCE]
    assert len({territoire(code) for code in ailleurs}) == len(ailleurs)


@pytest.mark.parametrize("code", ["", "69", "075", "175", "020", "999", "112", "02C"])
def test_un_territoire_inconnu_est_refuse(code):
    with pytest.raises(ValueError, match=r"territoire|département"):
        nom_territoire(code)
