"""Le tableau de bord du guichet : des nombres justes, le délai de la loi, une courbe que son tableau redit."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest
import sqlalchemy as sa
from hypothesis import given
from hypothesis import strategies as st

from portail.db import db
from portail.demande.cycle_de_vie import Etat, etat
from portail.demande.modeles import Demande
from portail.guichet.courbe import HAUTEUR, LARGEUR, tracer
from portail.guichet.tableau_de_bord import TableauDeBord, dresser
from portail.horloge import PARIS
from tests.fabriques import INSTANT
from tests.guichet.lecture import ecritures, un
from tests.guichet.monde import monter
from tests.guichet.test_echanges_import import agent
from tests.socle.applications import compter

JOUR = INSTANT.date()


def dresse(agent_id: int, instant: datetime = INSTANT) -> TableauDeBord:
    with db.sessionmaker() as session:
        return dresser(session, agent(agent_id), instant)


def a_midi(jour: date) -> datetime:
    return datetime(jour.year, jour.month, jour.day, 12, tzinfo=PARIS)


def dater(demande_id: int, **dates: object) -> None:
    with db.engine.begin() as connexion:
        connexion.execute(sa.update(Demande.__table__).where(Demande.id == demande_id).values(**dates))


def test_les_nombres_sont_ceux_du_territoire_sur_les_deux_moteurs(app_deux_moteurs):
    monde = monter()
    avant = dresse(monde.responsable)
    assert (avant.a_verifier, avant.ce_mois.deposees, avant.ce_mois.enregistrees) == (1, 1, 0)
    assert avant.delais is None
    dater(monde.demande_69, deposee_le=a_midi(date(2026, 10, 2)), enregistree_le=a_midi(date(2026, 11, 5)))
    apres = dresse(monde.responsable)
    assert [(mois.nom, mois.deposees, mois.enregistrees) for mois in apres.mois[-2:]] == [
        ("octobre 2026", 1, 0),
        ("novembre 2026", 0, 1),
    ]
    assert (len(apres.mois), apres.mois[0].nom) == (12, "décembre 2025")
    assert apres.delais is not None
    assert (apres.delais.nombre, apres.delais.dans_le_delai, apres.delais.mediane) == (1, 0, 34)
    assert apres.plus_ancienne is None
    assert dresse(monde.ailleurs).ce_mois.deposees == 1


@pytest.mark.parametrize(
    ("depot", "tranche"),
    [
        (date(2026, 10, 23), "Délai dépassé"),  # limite : hier
        (date(2026, 10, 24), "Il reste moins de 7 jours"),  # limite : aujourd'hui
        (date(2026, 10, 30), "Il reste moins de 7 jours"),  # dans 6 jours
        (date(2026, 10, 31), "Il reste moins de 7 jours"),  # 31 octobre + 1 mois : 30 novembre, dans 6 jours
        (date(2026, 11, 1), "Il reste moins de 15 jours"),  # dans 7 jours
        (date(2026, 11, 8), "Il reste moins de 15 jours"),  # dans 14 jours
        (date(2026, 11, 9), "Il reste 15 jours ou plus"),  # dans 15 jours
    ],
)
def test_une_demande_est_dans_la_tranche_de_son_echeance(monde, depot, tranche):
    dater(monde.demande_69, deposee_le=a_midi(depot))
    (pleine,) = [t for t in dresse(monde.responsable).tranches if t.nombre]
    assert (pleine.libelle.replace("\u00a0", " "), pleine.nombre, pleine.part) == (tranche, 1, 100)


def test_le_premier_et_le_dernier_instant_du_mois_sont_ceux_de_paris(monde):
    dater(monde.demande_69, deposee_le=datetime(2026, 11, 1, 0, 0, tzinfo=PARIS))
    assert dresse(monde.responsable).ce_mois.deposees == 1
    dater(monde.demande_69, deposee_le=datetime(2026, 11, 1, 0, 0, tzinfo=PARIS) - timedelta(seconds=1))
    assert dresse(monde.responsable).ce_mois.deposees == 0


@pytest.mark.parametrize("recul", [290, 300, 304, 305, 306, 307, 308, 365, 400])
def test_a_renouveler_compte_ce_que_l_etat_dit(monde, recul):
    dater(monde.demande_69, presentee_le=JOUR - timedelta(days=recul), enregistree_le=INSTANT)
    attendu = etat(un(Demande, monde.demande_69), JOUR) is Etat.A_RENOUVELER
    assert dresse(monde.responsable).a_renouveler == attendu


def test_radiees_et_a_corriger(monde):
    dater(monde.demande_69, renvoyee_le=INSTANT + timedelta(hours=1))
    assert (dresse(monde.responsable).a_corriger, dresse(monde.responsable).a_verifier) == (1, 0)
    dater(monde.demande_69, radiee_le=INSTANT)
    dressee = dresse(monde.responsable)
    assert (dressee.radiees_ce_mois, dressee.a_corriger) == (1, 0)


def test_la_page_dit_tout_sans_la_courbe_et_sans_un_nom(monde, naviguer):
    nav = naviguer(monde.accueil)
    with compter(db.engine) as ordres:
        nav.ouvrir("/guichet/tableau-de-bord")
    assert nav.h1 == "Tableau de bord"
    assert len(ordres) <= 6, "\n".join(ordres)
    assert "il reste 30 jours" in nav.texte()
    assert "Novembre 2026 1 0" in nav.texte()
    assert nav.page.find("svg", role="img")["aria-label"].startswith("Demandes déposées et enregistrées")
    assert "Silva" not in nav.texte()
    assert len(nav.page.select("table caption")) == 2
    assert ecritures() == [], "rien de personnel : rien au journal"


@given(st.lists(st.integers(0, 10**7), min_size=1, max_size=24))
def test_la_courbe_reste_dans_son_cadre(serie):
    courbe = tracer(serie, serie[::-1])
    assert courbe.sommet >= max(serie)
    assert courbe.sommet <= max(4, 2.5 * max(serie))
    for trace in courbe.traces:
        points = [tuple(map(float, point.split(","))) for point in trace.split()]
        assert len(points) == len(serie)
        assert all(0 <= x <= LARGEUR and 0 <= y <= HAUTEUR for x, y in points)


def test_une_courbe_sans_rien_est_plate():
    courbe = tracer([0, 0], [0, 0])
    assert courbe.sommet == 4
    assert {point.split(",")[1] for point in courbe.traces[0].split()} == {"192.0"}
