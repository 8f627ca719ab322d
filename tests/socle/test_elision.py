"""« de » devant un nom de personne."""

from __future__ import annotations

import pytest

from portail.typographie import de


@pytest.mark.parametrize(
    ("nom", "attendu"),
    [("Ana", "d’Ana"), ("Élise", "d’Élise"), ("Œdipe", "d’Œdipe"), ("Léa", "de Léa"), ("Hugo", "de Hugo"), ("", "de ")],
)
def test_l_elision_suit_l_initiale(nom, attendu):
    assert de(nom) == attendu
