"""L'âge en années révolues."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portail.regles.age import age


@pytest.mark.parametrize(
    ("naissance", "jour", "attendu"),
    [
        (date(1985, 3, 12), date(2026, 3, 11), 40),
        (date(1985, 3, 12), date(2026, 3, 12), 41),
        (date(1985, 3, 12), date(2026, 3, 13), 41),
        (date(2026, 3, 12), date(2026, 3, 12), 0),
        (date(2000, 2, 29), date(2018, 2, 28), 17),
        (date(2000, 2, 29), date(2018, 3, 1), 18),
        (date(2000, 2, 29), date(2024, 2, 29), 24),
        (date(1999, 12, 31), date(2000, 1, 1), 0),
    ],
)
def test_on_vieillit_le_jour_de_son_anniversaire(naissance, jour, attendu):
    assert age(naissance, jour) == attendu


@given(st.dates(date(1900, 1, 1), date(2025, 12, 31)), st.integers(0, 40_000))
def test_un_jour_de_plus_n_ajoute_jamais_plus_d_un_an(naissance, ecart):
    jour = naissance + timedelta(days=ecart)
    assert age(naissance, jour + timedelta(days=1)) - age(naissance, jour) in {0, 1}
    assert abs(age(naissance, jour) - ecart / 365.25) < 1.01
