"""Saisir la commission de médiation sans attendre : les cas, et leurs bornes."""

from __future__ import annotations

from datetime import date

import pytest

from portail.regles.dalo import Cas, Seuils, Situation, saisine_immediate, surface_minimale

SEUILS = Seuils(hebergement=6, transition=18, seul=9, deux=16, par_personne=9, maximum=70)
JOUR = date(2026, 11, 24)


@pytest.mark.parametrize(
    ("situation", "cas"),
    [
        (Situation(), []),
        (Situation(sans_logement=True), [Cas.SANS_LOGEMENT]),
        (Situation(expulsion=True, impropre=True), [Cas.EXPULSION, Cas.IMPROPRE]),
        (Situation(en_structure=True, entree=date(2026, 5, 24)), []),
        (Situation(en_structure=True, entree=date(2026, 5, 23)), [Cas.HEBERGEMENT]),
        (Situation(en_structure=True), []),
        (Situation(en_transition=True, entree=date(2025, 5, 24)), []),
        (Situation(en_transition=True, entree=date(2025, 5, 23)), [Cas.TRANSITION]),
        (Situation(surface=15, habitants=2, mineur_ou_handicap=True), [Cas.SUROCCUPATION]),
        (Situation(surface=16, habitants=2, mineur_ou_handicap=True), []),
        (Situation(surface=15, habitants=2), []),
        (Situation(surface=15, mineur_ou_handicap=True), []),
        (Situation(surface=15, habitants=0, mineur_ou_handicap=True), []),
    ],
)
def test_les_cas(situation, cas):
    assert saisine_immediate(situation, JOUR, SEUILS) == cas


@pytest.mark.parametrize(("habitants", "surface"), [(1, 9), (2, 16), (3, 25), (4, 34), (7, 61), (8, 70), (12, 70)])
def test_la_surface_minimale(habitants, surface):
    assert surface_minimale(habitants, SEUILS) == surface
