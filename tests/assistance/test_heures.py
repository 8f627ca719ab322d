"""Les heures du tchat : lues comme l'annuaire, ouvertes ou non à l'heure de Paris."""

from __future__ import annotations

from datetime import datetime

import pytest

from portail.assistance.heures import EXEMPLE, HeuresIllisibles, est_ouvert, lire, reprend

LUNDI = datetime(2026, 11, 23)


@pytest.mark.parametrize(
    ("jour", "heure", "ouvert", "revient"),
    [
        (23, 8, False, "à 9 h"),
        (23, 9, True, "à 14 h"),
        (23, 12, False, "à 14 h"),
        (23, 17, False, "demain à 9 h"),
        (27, 18, False, "demain à 9 h"),
        (28, 12, False, "lundi à 9 h"),
        (29, 10, False, "demain à 9 h"),
    ],
)
def test_ouvert_ou_non_et_quand_il_revient(jour, heure, ouvert, revient):
    plages = lire(EXEMPLE)
    local = LUNDI.replace(day=jour, hour=heure)
    assert est_ouvert(plages, local) is ouvert
    assert reprend(plages, local).replace("\u00a0", " ") == revient


@pytest.mark.parametrize(
    "texte", ["lundi", "lundi 9h-12h", "vendredi-lundi 09:00-12:00", "lundi 12:00-09:00", "lundi,"]
)
def test_ce_qui_ne_se_lit_pas_se_dit(texte):
    with pytest.raises(HeuresIllisibles):
        lire(texte)


def test_sans_heures_personne_ne_revient():
    assert (lire(""), reprend((), LUNDI)) == ((), "")
