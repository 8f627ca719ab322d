"""Compter en mois, comme la loi."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portail.regles.validite import ajouter_mois


@pytest.mark.parametrize(
    ("jour", "mois", "attendu"),
    [
        (date(2026, 1, 31), 1, date(2026, 2, 28)),
        (date(2024, 1, 31), 1, date(2024, 2, 29)),
        (date(2024, 2, 29), 12, date(2025, 2, 28)),
        (date(2024, 2, 29), 48, date(2028, 2, 29)),
        (date(2026, 11, 24), 12, date(2027, 11, 24)),
        (date(2026, 12, 31), 2, date(2027, 2, 28)),
        (date(2026, 3, 31), -1, date(2026, 2, 28)),
        (date(2026, 1, 15), -1, date(2025, 12, 15)),
        (date(2026, 1, 15), 0, date(2026, 1, 15)),
    ],
)
def test_le_meme_quantieme_ou_le_dernier_jour_du_mois(jour, mois, attendu):
    assert ajouter_mois(jour, mois) == attendu


@given(st.dates(date(1900, 1, 1), date(2100, 1, 1)), st.integers(-600, 600))
def test_aller_puis_revenir_ne_perd_que_le_quantieme_qui_manquait(jour, mois):
    revenu = ajouter_mois(ajouter_mois(jour, mois), -mois)
    assert (revenu.year, revenu.month) == (jour.year, jour.month)
    assert revenu.day == jour.day or jour.day > 28
    assert revenu <= jour


@given(st.dates(date(1900, 1, 1), date(2100, 1, 1)), st.integers(0, 120), st.integers(0, 120))
def test_plus_de_mois_mene_plus_loin(jour, un, autre):
    assert (ajouter_mois(jour, un) < ajouter_mois(jour, autre)) is (un < autre)
