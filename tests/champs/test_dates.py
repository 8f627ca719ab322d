"""Dates : trois cases, ou la date entière collée dans la première, comme on l'écrit ou comme on la dit."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portail.champs import ChampDate
from tests.champs.outils import mots, remplir


def cases(jour: str = "", mois: str = "", annee: str = "") -> dict[str, str]:
    return {"q-jour": jour, "q-mois": mois, "q-annee": annee}


@pytest.mark.parametrize(
    "tape",
    [
        cases("12", "3", "1985"), cases("12", "03", "1985"), cases(" 12 ", "mars", "1985"), cases("12", "Mars", "1985"),
        cases("12", "mar", "1985"), cases("12", "mars.", "1985"), cases("12/3/1985"), cases("12/03/1985"),
        cases("12-03-1985"), cases("12.03.1985"), cases("12 3 1985"), cases("12 mars 1985"), cases("12 Mars 1985"),
        cases("1985-03-12"), cases("12\u00a0mars\u00a01985"), cases("12 / 03 / 1985"), cases("12031985"),
        cases("le 12 mars 1985"), cases("12 MARS 1985"), cases("mardi 12 mars 1985"), cases("12,3,1985"),
    ],
)  # fmt: skip
def test_le_12_mars_1985_de_toutes_les_facons(tape):
    champ = remplir(ChampDate, tape)
    assert (champ.errors, champ.data) == ([], date(1985, 3, 12))


@pytest.mark.parametrize(
    ("tape", "lue"),
    [
        (cases("1er", "mars", "1985"), date(1985, 3, 1)), (cases("1er mars 1985"), date(1985, 3, 1)),
        (cases("1ᵉʳ mars 1985"), date(1985, 3, 1)), (cases("3", "août", "1990"), date(1990, 8, 3)),
        (cases("3", "AOUT", "1990"), date(1990, 8, 3)), (cases("3", "aou\u0302t", "1990"), date(1990, 8, 3)),
        (cases("3", "févr.", "1990"), date(1990, 2, 3)), (cases("3", "fev", "1990"), date(1990, 2, 3)),
        (cases("3", "déc", "1990"), date(1990, 12, 3)), (cases("3", "juil.", "1990"), date(1990, 7, 3)),
        (cases("3", "sept", "1990"), date(1990, 9, 3)), (cases("29", "2", "2024"), date(2024, 2, 29)),
        (cases("", "", ""), None),
    ],
)  # fmt: skip
def test_les_mois_se_disent_aussi_en_lettres_entiers_ou_abreges(tape, lue):
    champ = remplir(ChampDate, tape)
    assert (champ.errors, champ.data) == ([], lue)


@pytest.mark.parametrize(
    ("tape", "phrase", "partie"),
    [
        (cases("", "3", "1985"), "Indiquez aussi le jour.", "jour"),
        (cases("12", "", "1985"), "Indiquez aussi le mois.", "mois"),
        (cases("12", "3", ""), "Indiquez aussi l’année.", "annee"),
        (cases("12"), "Indiquez aussi le mois.", "mois"),
        (cases("32", "3", "1985"), "Le jour va de 1 à 31. Vous avez écrit « 32 ».", "jour"),
        (cases("0", "3", "1985"), "Le jour va de 1 à 31. Vous avez écrit « 0 ».", "jour"),
        (cases("x", "3", "1985"), "Le jour va de 1 à 31. Vous avez écrit « x ».", "jour"),
        (cases("12", "13", "1985"), "Le mois va de 1 à 12. Vous avez écrit « 13 ».", "mois"),
        (cases("12", "jui", "1985"), "Le mois va de 1 à 12. Vous avez écrit « jui ».", "mois"),
        (cases("12", "²", "1985"), "Le mois va de 1 à 12. Vous avez écrit « ² ».", "mois"),
        (cases("12", "brumaire", "1985"), "Le mois va de 1 à 12. Vous avez écrit « brumaire ».", "mois"),
        (cases("12", "3", "85"), "L’année s’écrit avec quatre chiffres. Vous avez écrit « 85 ».", "annee"),
        (cases("12", "3", "19855"), "L’année s’écrit avec quatre chiffres. Vous avez écrit « 19855 ».", "annee"),
        (cases("31", "2", "1985"), "Le 31 février 1985 n’existe pas.", "jour"),
        (cases("29", "2", "2023"), "Le 29 février 2023 n’existe pas.", "jour"),
        (cases("31/4/1985"), "Le 31 avril 1985 n’existe pas.", "jour"),
        (cases("1", "1", "0000"), "Le 1er janvier 0000 n’existe pas.", "jour"),
        (cases("12/3/85"), "L’année s’écrit avec quatre chiffres. Vous avez écrit « 85 ».", "annee"),
        (cases("12 mars"), "Indiquez aussi l’année.", "annee"),
        (cases("hier"), "Écrivez la date en chiffres, par exemple 31 3 1980. Vous avez écrit « hier ».", "jour"),
    ],
)
def test_une_date_fausse_dit_la_partie_a_corriger_et_y_mene(tape, phrase, partie):
    champ = remplir(ChampDate, tape, naissance=True)
    assert [mots(erreur) for erreur in champ.errors] == [phrase]
    assert (champ.data, champ.id_premier) == (None, f"q-{partie}")
    assert [texte for _, _, texte in champ.saisies()] == [mots(valeur).strip() for valeur in tape.values()]


@given(*[st.text(max_size=12)] * 3)
def test_aucune_saisie_ne_fait_tomber_la_lecture(jour, mois, annee):
    champ = remplir(ChampDate, cases(jour, mois, annee))
    assert champ.data is None or isinstance(champ.data, date)
    assert all("invalid" not in erreur and "must be" not in erreur for erreur in champ.errors)


@given(st.dates(date(1000, 1, 1)))
def test_ce_que_montrent_les_cases_se_relit_a_l_identique(jour):
    champ = remplir(ChampDate, None, valeur=jour)
    montrees = {f"q-{partie}": texte for partie, _, texte in champ.saisies()}
    assert remplir(ChampDate, montrees).data == jour
    assert remplir(ChampDate, cases(champ.presenter(jour))).data == jour
    assert remplir(ChampDate, cases(champ.ecrire(jour))).data == jour
    assert remplir(ChampDate, cases(jour.isoformat())).data == jour


def test_les_cases_ont_la_completion_d_une_naissance_seulement_si_c_en_est_une():
    naissance = remplir(ChampDate, None, naissance=True, completion="bday")
    assert [naissance.completion_de(partie) for partie in ("jour", "mois", "annee")] == [
        "bday-day",
        "bday-month",
        "bday-year",
    ]
    assert remplir(ChampDate, None).completion_de("jour") == "off"


def test_ce_qui_est_tape_se_garde_tel_quel_pour_plus_tard():
    champ = remplir(ChampDate, cases("31", "février", "1985"))
    assert champ.brut() == {"q-jour": ["31"], "q-mois": ["février"], "q-annee": ["1985"]}
