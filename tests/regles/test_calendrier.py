"""Les mots du calendrier."""

from __future__ import annotations

from datetime import date

from portail.regles.calendrier import MOIS, date_en_lettres


def test_le_premier_du_mois_se_dit_1er_les_autres_en_chiffres():
    assert date_en_lettres(date(2026, 3, 1)) == "1er mars 2026"
    assert date_en_lettres(date(2026, 8, 2)) == "2 août 2026"
    assert date_en_lettres(date(2026, 12, 31)) == "31 décembre 2026"


def test_douze_mois_en_minuscules_dans_l_ordre():
    assert len(set(MOIS)) == 12
    assert all(mois == mois.lower() for mois in MOIS)
    assert [MOIS[0], MOIS[5], MOIS[11]] == ["janvier", "juin", "décembre"]
