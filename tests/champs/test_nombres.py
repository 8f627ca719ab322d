"""Nombres et montants, tels qu'on les tape ou qu'on les colle."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from portail.champs import ChampEntier, ChampEuros
from portail.champs.base import sans_blancs_exotiques
from portail.champs.nombres import en_euros, en_milliers
from tests.champs.outils import mots, remplir


@pytest.mark.parametrize(
    ("tape", "lu"),
    [
        ("1234", "1234"), ("1 234", "1234"), ("1 234,50 €", "1234.50"), ("1.234,50", "1234.50"), ("1234.5", "1234.5"),
        ("1234,5", "1234.5"), ("1\u00a0234,50\u00a0€", "1234.50"), ("1\u202f234,50", "1234.50"), ("€ 1234", "1234"),
        ("1 234 567,89", None), ("12.345.678", None), ("123 456,78", "123456.78"), ("1234 euros", "1234"),
        ("1 234 Euros", "1234"), ("1234 EUR", "1234"), ("1234,", "1234"), ("1234.", "1234"), (",50", "0.50"),
        ("0", "0"), ("0,00", "0"), ("+900", "900"), ("1.234", "1234"), ("1'234.50", "1234.50"), ("1’234,50", "1234.50"),
        ("1,234.50", "1234.50"), ("  850  ", "850"), ("850€", "850"), ("850 € par mois", "850"), ("850€/mois", "850"),
        ("850 euros / mois", "850"), ("1 234,50 € net", "1234.50"), ("1 000 000", "1000000"),
        ("1234 € 50", "1234.50"), ("1234€50", "1234.50"), ("1 234 euros 50", "1234.50"), ("1200€00", "1200"),
        ("650 € charges comprises", "650"), ("650€ CC", "650"), ("650 cc", "650"),
        ("1 234 , 50", "1234.50"), ("1234,50 € net par mois", "1234.50"),
    ],
)  # fmt: skip
def test_un_montant_se_lit_comme_il_se_tape(tape, lu):
    champ = remplir(ChampEuros, tape)
    if lu is None:
        assert champ.errors
        assert "trop grand" in champ.erreur
    else:
        assert (champ.errors, champ.data) == ([], Decimal(lu))


@pytest.mark.parametrize(
    ("tape", "phrase"),
    [
        ("mille", "Écrivez un montant en chiffres, par exemple 1 234,50. Vous avez écrit « mille »."),
        ("12,345", "Écrivez un montant en chiffres, par exemple 1 234,50. Vous avez écrit « 12,345 »."),
        ("1.2.3", "Écrivez un montant en chiffres, par exemple 1 234,50. Vous avez écrit « 1.2.3 »."),
        ("1200 ou 1300", "Écrivez un montant en chiffres, par exemple 1 234,50. Vous avez écrit « 1200 ou 1300 »."),
        ("€", "Écrivez un montant en chiffres, par exemple 1 234,50. Vous avez écrit « € »."),
        ("1234 50", "Écrivez un montant en chiffres, par exemple 1 234,50. Vous avez écrit « 1234 50 »."),
        ("1 200 50", "Écrivez un montant en chiffres, par exemple 1 234,50. Vous avez écrit « 1 200 50 »."),
        ("200 € 500", "Écrivez un montant en chiffres, par exemple 1 234,50. Vous avez écrit « 200 € 500 »."),
        ("200euros500", "Écrivez un montant en chiffres, par exemple 1 234,50. Vous avez écrit « 200euros500 »."),
        ("1234.567", "Écrivez un montant en chiffres, par exemple 1 234,50. Vous avez écrit « 1234.567 »."),
        ("1234 500", "Écrivez un montant en chiffres, par exemple 1 234,50. Vous avez écrit « 1234 500 »."),
        ("2 personnes", "Écrivez un montant en chiffres, par exemple 1 234,50. Vous avez écrit « 2 personnes »."),
        ("1e5", "Écrivez un montant en chiffres, par exemple 1 234,50. Vous avez écrit « 1e5 »."),
        ("-50", "Un montant ne peut pas être négatif."),
        ("\u221250", "Un montant ne peut pas être négatif."),
        ("1 000 000,01", "Ce montant paraît trop grand. Le maximum est 1 000 000 €."),
    ],
)
def test_un_montant_illisible_dit_quoi_ecrire(tape, phrase):
    champ = remplir(ChampEuros, tape)
    assert [mots(erreur) for erreur in champ.errors] == [phrase]
    assert champ.data is None
    assert champ.saisie() == tape, "ce qui est tapé reste montré"


def test_un_montant_entier_dit_que_les_centimes_sont_de_trop():
    champ = remplir(ChampEntier, "1 234,50 €", maximum=10_000_000, unite="€ par an")
    assert mots(champ.erreur).startswith("Écrivez un montant sans les centimes, en chiffres.")
    assert remplir(ChampEntier, "1 234,00 €", maximum=10_000_000, unite="€ par an").data == 1234


def test_une_saisie_sans_fin_ne_fait_ni_attendre_ni_deborder():
    for monstre in ("1" * 50_000, "1 " * 20_000, "1." * 20_000, ",,,," * 10_000, "a" * 50_000 + "!"):
        champ = remplir(ChampEuros, monstre)
        assert champ.errors
        assert len(champ.erreur) < 200
        assert remplir(ChampEntier, monstre).errors


@given(st.integers(0, 100_000_000))
def test_ce_que_la_case_montre_se_relit_a_l_identique(centimes):
    montant = Decimal(centimes) / 100
    assert remplir(ChampEuros, en_euros(montant)).data == montant
    assert remplir(ChampEuros, f"{montant:.2f}").data == montant


@given(st.text(max_size=40))
@example("«\r0")
def test_aucune_saisie_ne_fait_tomber_la_lecture(texte):
    for genre in (ChampEuros, ChampEntier):
        champ = remplir(genre, texte)
        assert champ.data is None or champ.data >= 0
        phrases = [erreur.replace(sans_blancs_exotiques(texte)[:40], "") for erreur in champ.errors]
        assert all("« " not in phrase and "invalid" not in phrase for phrase in phrases)


@pytest.mark.parametrize(
    ("tape", "lu"),
    [
        ("3", 3), (" 3 ", 3), ("03", 3), ("1 234", 1234), ("1.234", 1234), ("1\u00a0234", 1234), ("3,0", 3), ("3.00", 3),
        ("12 €", 12), ("18 400 €", 18400), ("+2", 2), ("18 400,00 €", 18400), ("61 m²", 61), ("61m2", 61),
        ("2 personnes", 2), ("1 enfant", 1), ("61 M²", 61), ("61 m 2", 61),
    ],
)  # fmt: skip
def test_un_entier_se_lit_comme_il_se_tape(tape, lu):
    champ = remplir(ChampEntier, tape, maximum=1_000_000, unite="m²" if "61" in tape else "")
    assert (champ.errors, champ.data) == ([], lu)


@pytest.mark.parametrize(
    ("tape", "phrase"),
    [
        ("trois", "Écrivez un nombre entier, en chiffres. Vous avez écrit « trois »."),
        ("2,5", "Écrivez un nombre entier, en chiffres. Vous avez écrit « 2,5 »."),
        ("3²", "Écrivez un nombre entier, en chiffres. Vous avez écrit « 3² »."),
        ("-1", "Écrivez un nombre entre 0 et 20. Vous avez écrit -1."),
        ("21", "Écrivez un nombre entre 0 et 20. Vous avez écrit 21."),
        ("1000000", "Écrivez un nombre entre 0 et 20. Vous avez écrit 1 000 000."),
    ],
)
def test_un_entier_illisible_dit_quoi_ecrire(tape, phrase):
    champ = remplir(ChampEntier, tape, maximum=20)
    assert [mots(erreur) for erreur in champ.errors] == [phrase]


@pytest.mark.parametrize(
    ("tape", "lu"),
    [("61,53 m²", 62), ("61,5", 62), ("61.49 m2", 61), ("9,0", 9), ("1 061,5", 1062), ("61", 61), ("61.", 61)],
)
def test_une_surface_se_lit_comme_sur_le_bail_et_s_arrondit(tape, lu):
    champ = remplir(ChampEntier, tape, maximum=2000, unite="m²", arrondi=True)
    assert (champ.errors, champ.data) == ([], lu)


@pytest.mark.parametrize("tape", ["61,534", "61,5,3", "61 53", "0,4", "douze"])
def test_une_surface_illisible_se_refuse(tape):
    assert remplir(ChampEntier, tape, minimum=1, maximum=2000, unite="m²", arrondi=True).errors


def test_une_case_vide_efface_une_case_absente_ne_dit_rien():
    vide = remplir(ChampEuros, "  ", valeur=Decimal("12"))
    assert (vide.soumis, vide.data, vide.errors) == (True, None, [])
    absente = remplir(ChampEuros, {"autre": "1"}, valeur=Decimal("12"))
    assert (absente.soumis, absente.data) == (False, Decimal("12"))


def test_un_montant_se_presente_avec_son_unite_et_ses_espaces_insecables():
    champ = remplir(ChampEuros, None, unite="€ par mois")
    assert champ.presenter(Decimal("1234.5")) == "1\u202f234,50\u00a0€ par mois"
    assert champ.presenter(Decimal("900")) == "900\u00a0€ par mois"
    assert champ.presenter(None) == ""
    assert en_euros(Decimal("-1234.05")) == "-1\u202f234,05"
    assert en_milliers(1234567) == "1\u202f234\u202f567"
    assert remplir(ChampEntier, None, unite="m²").presenter(61) == "61\u00a0m²"
