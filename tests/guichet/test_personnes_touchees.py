"""Après une fuite : qui un accès d'agent a-t-il touché ? Les jours, les gestes, les personnes ; et la demande s'inscrit."""

from __future__ import annotations

import csv
import io
from datetime import UTC, date, datetime

import pytest

from portail.db import db, ecriture
from portail.guichet import journal
from portail.guichet.commandes import journal as commandes
from portail.guichet.modeles import ActeJournal, Agent
from portail.guichet.personnes_touchees import touchees
from tests.guichet.lecture import objets
from tests.guichet.monde import monter

JOUR = date(2026, 11, 24)
pytestmark = pytest.mark.menace("T6")


def faire(acte: ActeJournal, agent_id: int | None, demande_id: int | None, *instants: datetime) -> None:
    for instant in instants:
        with ecriture() as session:
            journal.inscrire(
                session, acte, agent=session.get(Agent, agent_id) if agent_id else None, demande_id=demande_id
            )
            session.info[journal.EN_ATTENTE][-1].faite_le = instant


def lire(du: date = JOUR, au: date = JOUR, agent_id: int | None = None) -> list[tuple]:
    with db.sessionmaker() as session:
        return list(touchees(session, du, au, session.get(Agent, agent_id) if agent_id else None))


def a(jour: int, heure: int, minute: int = 0) -> datetime:
    return datetime(2026, 11, jour, heure, minute, tzinfo=UTC)


def test_un_acces_sur_des_jours_de_paris_bornes_comprises(app_deux_moteurs):
    monde = monter()
    # 22 h 59 en temps universel est encore la veille à Paris ; 23 h 00 est minuit.
    faire(ActeJournal.LECTURE, monde.instructeur, monde.demande_69, a(23, 22, 59), a(23, 23, 0), a(24, 22, 59))
    faire(ActeJournal.LECTURE, monde.instructeur, monde.demande_75, a(24, 23, 0))
    faire(ActeJournal.LECTURE_NIR, monde.instructeur, monde.demande_69, a(24, 10))
    faire(ActeJournal.MESSAGE, monde.instructeur, monde.demande_69, a(24, 11))
    faire(ActeJournal.LECTURE_REFUSEE, monde.instructeur, monde.demande_75, a(24, 12))
    faire(ActeJournal.CONNEXION, monde.instructeur, None, a(24, 9))
    faire(ActeJournal.LECTURE, monde.ailleurs, monde.demande_75, a(24, 9))
    faire(ActeJournal.DETACHEMENT, None, monde.brouillon, a(24, 9))

    (seule,) = lire(agent_id=monde.instructeur)
    assert seule == (monde.demande_69, "", "Silva Ana", "ana@exemple.fr", 3, 1, JOUR, JOUR)
    assert [ligne[0] for ligne in lire()] == [monde.demande_69, monde.demande_75], "tous les agents, pas la personne"
    assert [ligne[0] for ligne in lire(date(2026, 11, 23), date(2026, 11, 25), monde.instructeur)] == [
        monde.demande_69,
        monde.demande_75,
    ]


def test_une_demande_effacee_depuis_garde_sa_ligne(app_deux_moteurs):
    monde = monter()
    faire(ActeJournal.LECTURE, monde.instructeur, 999_999, a(24, 9))
    assert lire() == [(999_999, "", None, None, 1, 0, JOUR, JOUR)]


def test_la_commande_ecrit_un_tableau_et_s_inscrit_au_journal(app):
    from contextlib import nullcontext

    from click.testing import CliRunner

    monde = monter()
    faire(ActeJournal.LECTURE, monde.instructeur, monde.demande_69, a(24, 9))
    with db.sessionmaker() as session:
        courriel = session.get_one(Agent, monde.instructeur).courriel

    def lancer(*arguments: str):
        return CliRunner().invoke(commandes, ["personnes", *arguments], obj=lambda: nullcontext(app))

    jours = ("--du", "2026-11-24", "--au", "2026-11-24")
    resultat = lancer("--agent", courriel.upper(), *jours)
    assert resultat.exit_code == 0, resultat.output
    lignes = list(csv.DictReader(io.StringIO(resultat.stdout.removeprefix("\ufeff")), delimiter=";"))
    assert [(ligne["titulaire"], ligne["adresse mail"], ligne["lectures"]) for ligne in lignes] == [
        ("Silva Ana", "ana@exemple.fr", "1")
    ]
    assert objets(ActeJournal.LECTURE_JOURNAL) == [
        f"agent {monde.instructeur} : personnes touchées, du 24/11/2026 au 24/11/2026"
    ]
    assert "avant le premier" in lancer("--du", "2026-11-25", "--au", "2026-11-24").output
    inconnu = lancer("--agent", "personne@ville.fr", *jours)
    assert inconnu.exit_code == 1
    assert "Aucun agent" in inconnu.output
