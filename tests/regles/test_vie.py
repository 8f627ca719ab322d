"""Les dates de la vie d'une demande : échéance, renouvellement, grâce, réactivation, préavis."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portail.regles import vie
from portail.regles.validite import ajouter_mois
from portail.regles.vie import Durees

DUREES = Durees(validite=12, ouverture=2, grace=1, reactivation=6, preavis=30, avertissement=1, retour=5, annulation=30)
JOURS = st.dates(date(2000, 1, 1), date(2100, 12, 31))
RAPPELS = (-60, -30, -7, -1, 3)


@pytest.mark.parametrize(
    ("presentee", "ouverture", "echeance", "grace", "reactivation"),
    [
        (date(2026, 11, 24), date(2027, 9, 24), date(2027, 11, 24), date(2027, 12, 24), date(2028, 5, 24)),
        # Un 29 février : l'échéance tombe le 28, la grâce garde ses treize mois entiers.
        (date(2024, 2, 29), date(2024, 12, 28), date(2025, 2, 28), date(2025, 3, 29), date(2025, 8, 29)),
        (date(2027, 2, 28), date(2027, 12, 28), date(2028, 2, 28), date(2028, 3, 28), date(2028, 8, 28)),
        (date(2026, 8, 31), date(2027, 6, 30), date(2027, 8, 31), date(2027, 9, 30), date(2028, 2, 29)),
        (date(2026, 12, 31), date(2027, 10, 31), date(2027, 12, 31), date(2028, 1, 31), date(2028, 6, 30)),
    ],
)
def test_les_fins_de_mois_et_le_29_fevrier(presentee, ouverture, echeance, grace, reactivation):
    assert vie.ouverture(presentee, DUREES) == ouverture
    assert vie.echeance(presentee, DUREES) == echeance
    assert vie.fin_de_grace(presentee, DUREES) == grace
    assert vie.fin_de_reactivation(presentee, DUREES) == reactivation


@given(JOURS)
def test_les_dates_se_suivent_toujours_dans_cet_ordre(presentee):
    dates = [
        presentee,
        vie.ouverture(presentee, DUREES),
        vie.echeance(presentee, DUREES),
        vie.fin_de_grace(presentee, DUREES),
        vie.fin_de_reactivation(presentee, DUREES),
    ]
    assert dates == sorted(dates)
    assert len(set(dates)) == len(dates)


@given(JOURS)
def test_renouveler_est_possible_a_l_ouverture_et_pas_la_veille(presentee):
    ouverture = vie.ouverture(presentee, DUREES)
    assert vie.est_renouvelable(presentee, ouverture, DUREES)
    assert not vie.est_renouvelable(presentee, ouverture - timedelta(days=1), DUREES)
    assert vie.est_renouvelable(presentee, vie.fin_de_grace(presentee, DUREES), DUREES)


@given(JOURS, st.integers(-24, 24))
def test_le_dernier_depart_est_bien_le_dernier(cible, mois):
    depart = vie.dernier_depart(cible, mois)
    assert ajouter_mois(depart, mois) <= cible
    assert ajouter_mois(depart + timedelta(days=1), mois) > cible


def test_du_28_fevrier_on_remonte_jusqu_au_29_de_l_annee_bissextile():
    assert vie.dernier_depart(date(2025, 2, 28), 12) == date(2024, 2, 29)
    assert vie.dernier_depart(date(2025, 2, 27), 12) == date(2024, 2, 27)


def test_pas_de_radiation_sans_avoir_prevenu():
    assert vie.radiation_d_office(date(2026, 11, 24), None, DUREES) is None


@pytest.mark.parametrize(
    ("prevenue", "radiable"),
    [
        (date(2027, 9, 25), date(2027, 12, 25)),  # prévenue à temps : le lendemain de la grâce
        (date(2027, 12, 20), date(2028, 1, 19)),  # prévenue tard, après une panne : trente jours entiers
    ],
)
def test_la_radiation_attend_la_fin_de_la_grace_et_le_preavis(prevenue, radiable):
    assert vie.radiation_d_office(date(2026, 11, 24), prevenue, DUREES) == radiable


@given(JOURS, st.integers(0, 600))
def test_la_radiation_n_est_jamais_avant_la_fin_de_la_grace(presentee, apres):
    prevenue = presentee + timedelta(days=apres)
    radiable = vie.radiation_d_office(presentee, prevenue, DUREES)
    assert radiable is not None
    assert radiable > vie.fin_de_grace(presentee, DUREES)
    assert radiable >= prevenue + timedelta(days=DUREES.preavis)


@pytest.mark.parametrize(
    ("ecart", "rappel"),
    [(-61, None), (-60, -60), (-31, -60), (-30, -30), (-8, -30), (-7, -7), (-1, -1), (2, -1), (3, 3), (400, 3)],
)
def test_apres_une_panne_seul_le_rappel_le_plus_recent_est_du(ecart, rappel):
    assert vie.rappel_du(ecart, RAPPELS) == rappel
