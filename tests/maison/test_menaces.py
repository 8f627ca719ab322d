"""Le tableau de docs/securite.md dit ce que les marqueurs disent, ni plus ni moins."""

from __future__ import annotations

from tests.maison.menaces import DEBUT, DOCUMENT, FIN, MENACES, marques, tableau


def test_le_tableau_est_celui_des_marqueurs():
    texte = DOCUMENT.read_text(encoding="utf-8")
    ecrit = texte.partition(DEBUT)[2].partition(FIN)[0]
    assert ecrit == tableau(), "python -m tests.maison.menaces"


def test_chaque_marqueur_nomme_une_menace_connue_et_porte_sur_des_tests():
    trouvees = marques()
    assert set(trouvees) <= set(MENACES)
    assert all(nombre > 0 for modules in trouvees.values() for _, nombre in modules)
