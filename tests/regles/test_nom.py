"""Un nom de l'état civil : ce qui se relit, ce qui passe."""

from __future__ import annotations

import unicodedata

import pytest

from portail.regles.nom import nom_a_relire


@pytest.mark.parametrize(
    "nom",
    [
        "Martin", "LÓPEZ GARCÍA", "d’Artagnan", "D'Angelo", "O‘Brien", "N’Guyen", "Le Bihan-Kerguélen", "Saint‑Exupéry",
        "Nguyễn Thị Ánh", "Łukasz Żółć", "Öztürk", "Şahin", "Ağaoğlu", "Þórður", "Dvořák", "Ștefănescu", "Hélène",
        "Gal·la", "Al-Ḥasan", "ʻAbd al-Raḥmān", "Jean, Marie, Anne", "J. P.", "Straße", "Œuvrard", "Y", "İnci", "Ɛwɛ",
        "Ọlá", "ʿAbd al-Raʾūf", unicodedata.normalize("NFD", "Zoé"), "M̀bá", "", None,
    ],
)  # fmt: skip
def test_un_nom_en_lettres_latines_passe(nom):
    assert nom_a_relire(nom) == ""


@pytest.mark.parametrize(
    ("nom", "dit"),
    [
        ("12345", "« 1 » n’est pas une lettre"),
        ("Ana2", "« 2 » n’est pas une lettre"),
        ("<script>", "« < » n’est pas une lettre"),
        ("Léa 👩‍👧", "« 👩 » n’est pas une lettre"),
        ("ana@exemple.fr", "« @ » n’est pas une lettre"),
        ("Dupont_Martin", "« _ » n’est pas une lettre"),
        ("---", "n’a aucune lettre"),
        ("Иванов", "lettres latines"),
        ("محمد", "lettres latines"),
        ("王", "lettres latines"),
    ],
)
def test_ce_qui_surprend_est_nomme(nom, dit):
    assert dit in nom_a_relire(nom).replace("\u00a0", " ")
