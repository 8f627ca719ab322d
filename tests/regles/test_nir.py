"""L'accord entre le NIR et l'identité : un écart est une phrase, jamais un refus."""

from __future__ import annotations

from datetime import date

import pytest

from portail.regles.nir import ecarts

ANA = "285036926600142"
SEXE = "Le premier chiffre (2) ne correspond pas à la civilité indiquée."
ANNEE = "Les chiffres de l’année (85) ne correspondent pas à la date de naissance."
MOIS = "Les chiffres du mois (03) ne correspondent pas à la date de naissance."
LIEU = "Les chiffres du lieu de naissance ne correspondent pas à la commune ou au pays indiqué."


def test_une_identite_qui_s_accorde_ne_dit_rien():
    assert ecarts(ANA, est_femme=True, naissance=date(1985, 3, 12), lieu="69266") == []


def test_ce_qui_est_inconnu_n_est_pas_compare():
    assert ecarts(ANA) == []


@pytest.mark.asvs("2.2.3")
@pytest.mark.parametrize(
    ("identite", "phrases"),
    [
        ({"est_femme": False}, [SEXE]),
        ({"naissance": date(1986, 3, 12)}, [ANNEE]),
        ({"naissance": date(1985, 4, 12)}, [MOIS]),
        ({"lieu": "75056"}, [LIEU]),
        ({"lieu": "99352"}, [LIEU]),
        ({"est_femme": False, "naissance": date(1990, 12, 1), "lieu": "59350"}, [SEXE, ANNEE, MOIS, LIEU]),
    ],
)
def test_chaque_ecart_a_sa_phrase(identite, phrases):
    assert ecarts(ANA, **identite) == phrases


def test_l_annee_se_compare_sur_deux_chiffres():
    assert ecarts("105036926600142", naissance=date(2005, 3, 1)) == []
    assert ecarts("105036926600142", naissance=date(1905, 3, 1)) == []


@pytest.mark.parametrize("premier", "3478")
def test_un_numero_provisoire_ne_se_compare_pas(premier):
    assert ecarts(premier + ANA[1:], est_femme=False, naissance=date(2000, 1, 1), lieu="99100") == []


@pytest.mark.parametrize("mois", ["20", "30", "42", "50", "99"])
def test_un_mois_de_convention_ne_se_compare_pas(mois):
    assert ecarts(f"285{mois}6926600142", naissance=date(1985, 7, 1)) == []


@pytest.mark.parametrize(
    ("departement", "lieu", "naissance"),
    [
        ("2A", "2A004", date(1980, 3, 1)), ("20", "2A004", date(1970, 3, 1)), ("20", "2B033", date(1970, 3, 1)),
        ("97", "97411", None), ("98", "98735", None), ("97", "97611", None), ("98", "97611", date(1990, 3, 1)),
        ("99", "99352", None), ("92", "99352", date(1955, 3, 1)), ("95", "99350", date(1950, 3, 1)),
        ("75", "92050", date(1960, 3, 1)), ("78", "91228", date(1960, 3, 1)), ("75", "75111", date(1990, 3, 1)),
        ("92", "92050", date(1990, 3, 1)),
    ],
)  # fmt: skip
def test_les_lieux_dont_le_code_a_change_s_accordent(departement, lieu, naissance):
    numero = f"2{naissance.year % 100 if naissance else 85:02d}03{departement}26600142"
    assert ecarts(numero, naissance=naissance, lieu=lieu) == []


@pytest.mark.parametrize(
    ("departement", "lieu", "naissance"),
    [
        ("75", "92050", date(1990, 3, 1)), ("20", "69266", None), ("99", "69266", None), ("69", "99352", None),
        ("92", "99352", date(2000, 3, 1)), ("2B", "2A004", date(1990, 3, 1)), ("97", "69266", None), ("92", "99109", date(1955, 3, 1)),
    ],
)  # fmt: skip
def test_les_lieux_qui_ne_s_accordent_pas_avertissent(departement, lieu, naissance):
    numero = f"2{naissance.year % 100 if naissance else 85:02d}03{departement}26600142"
    assert ecarts(numero, naissance=naissance, lieu=lieu) == [LIEU]
