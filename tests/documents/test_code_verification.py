"""Le code de vérification : impossible à deviner, facile à recopier, ses fautes se voient."""

from __future__ import annotations

import math

import pytest

from portail.documents.code_verification import ALPHABET, LONGUEUR, est_valide, lisible, normaliser, tirer

CODE = "K7RW2MHT9QXB4FDU"


def test_deviner_un_code_demande_plus_de_soixante_bits() -> None:
    assert (LONGUEUR - 1) * math.log2(len(ALPHABET)) >= 60
    assert len(set(ALPHABET)) == len(ALPHABET) == 31


def test_aucun_signe_n_en_a_un_qui_lui_ressemble() -> None:
    assert not set("01ILO") & set(ALPHABET)


def test_un_code_neuf_est_valide_et_ne_sort_pas_deux_fois() -> None:
    codes = {tirer() for _ in range(2000)}
    assert len(codes) == 2000
    assert all(est_valide(code) for code in codes)
    assert {signe for code in codes for signe in code} == set(ALPHABET)


@pytest.mark.parametrize("rang", range(LONGUEUR))
def test_un_signe_faux_se_voit(rang: int) -> None:
    for signe in set(ALPHABET) - {CODE[rang]}:
        assert not est_valide(CODE[:rang] + signe + CODE[rang + 1 :])


@pytest.mark.parametrize("rang", range(LONGUEUR - 1))
def test_deux_signes_voisins_echanges_se_voient(rang: int) -> None:
    for signe in ALPHABET:
        debut = CODE[:rang] + signe + CODE[rang + 1 :]
        code = next(debut[:-1] + controle for controle in ALPHABET if est_valide(debut[:-1] + controle))
        echange = code[:rang] + code[rang + 1] + code[rang] + code[rang + 2 :]
        assert echange == code or not est_valide(echange)


@pytest.mark.parametrize("ecrit", [lisible(CODE), lisible(CODE).lower(), f" {CODE[:8]} – {CODE[8:]}\u00a0", CODE])
def test_le_code_se_lit_comme_on_le_tape(ecrit: str) -> None:
    assert normaliser(ecrit) == CODE


def test_le_code_se_lit_par_groupes_de_quatre() -> None:
    assert [len(groupe) for groupe in lisible(CODE).split("-")] == [4, 4, 4, 4]


@pytest.mark.parametrize("faux", ["", "ID", CODE[:-1], CODE + "2", "0" * 16, "É" * 16, "j" * 43])
def test_ce_qui_n_a_pas_la_forme_d_un_code_n_en_est_pas_un(faux: str) -> None:
    assert not est_valide(normaliser(faux))
