"""Des mois de pannes tirées au sort : serveur de courriel muet, tâches arrêtées, boîtes mortes. Ce qui doit tenir."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from random import Random

import pytest
import sqlalchemy as sa

from portail import courriel, taches
from portail.compte.modeles import Compte
from portail.db import db
from portail.demande.modeles import Demande, RappelPrepare
from portail.horloge import a_paris
from portail.regles.calendrier import MOIS
from portail.regles.validite import ajouter_mois
from tests.demande.test_rappels import enregistree
from tests.socle.applications import app

__all__ = ["app"]

PRESENTEES = (date(2026, 12, 31), date(2027, 1, 31), date(2027, 2, 28), date(2027, 3, 28), date(2026, 12, 29))
DEBUT, FIN = date(2027, 10, 25), date(2028, 8, 1)
PREAVIS = timedelta(days=30)
PAS = timedelta(days=2)  # un passage tous les deux jours : une panne de plus, et deux fois moins de temps


@dataclass
class Boite:
    """Ce que chaque personne a reçu : (jour, demande, texte)."""

    recus: list[tuple[date, int, str]] = field(default_factory=list)
    cles: Counter[str] = field(default_factory=Counter)


def jours(debut: date, combien: int) -> set[date]:
    return {debut + timedelta(days=rang) for rang in range(combien)}


def pannes(hasard: Random) -> tuple[set[date], set[date]]:
    """(les jours où rien ne tourne, ceux où aucun courriel ne part). Deux fois : un arrêt, une reprise où le serveur de
    courriel est encore muet, un autre arrêt ; et des courriels qui ne partent pas quelques jours."""
    arrete: set[date] = set()
    muet: set[date] = set()
    for _ in range(2):
        reprise = DEBUT + timedelta(days=hasard.randrange((FIN - DEBUT).days))
        avant, muets, apres = hasard.choice((0, 20, 60, 100)), hasard.choice((2, 4, 8)), hasard.choice((0, 35, 60, 100))
        arrete |= jours(reprise - timedelta(days=avant), avant) | jours(reprise + timedelta(days=muets), apres)
        muet |= jours(reprise, muets)
        muet |= jours(DEBUT + timedelta(days=hasard.randrange((FIN - DEBUT).days)), 6)
    return arrete, muet


def demandes() -> dict[int, Demande]:
    with db.sessionmaker() as session:
        return {demande.id: demande for demande in session.scalars(sa.select(Demande))}


def appeler(hasard: Random, instant: datetime) -> None:
    """De temps en temps, un guichet passe les appels qui l'attendent."""
    if hasard.random() < 0.06:
        with db.sessionmaker() as session, session.begin():
            a_faire = sa.update(RappelPrepare).where(RappelPrepare.a_faire_le.is_not(None))
            session.execute(a_faire.where(RappelPrepare.traite_le.is_(None)).values(traite_le=instant))


def prevenue_le(boite: Boite, demande_id: int) -> date | None:
    """Le premier jour où la personne a vraiment su : un rappel arrivé, un appel passé."""
    with db.sessionmaker() as session:
        requete = sa.select(RappelPrepare.traite_le).where(RappelPrepare.demande_id == demande_id)
        appels = [a_paris(quand).date() for quand in session.scalars(requete) if quand is not None]
    return min([*appels, *(jour for jour, numero, _ in boite.recus if numero == demande_id)], default=None)


def jour_ecrit(texte: str) -> date | None:
    trouve = re.search(r"à partir du (\d+)\S* (\w+) (\d{4})", texte.replace("\u00a0", " "))
    return date(int(trouve[3]), MOIS.index(trouve[2]) + 1, int(trouve[1])) if trouve else None


@pytest.mark.parametrize("graine", [2, 4, 9])  # celles qui ont montré, chacune, un défaut
def test_personne_n_est_radie_par_une_panne(app, horloge, monkeypatch, graine):
    hasard, boite = Random(graine), Boite()
    numeros = [enregistree(rang, presentee) for rang, presentee in enumerate(PRESENTEES, 1)]
    numeros.append(enregistree(9, PRESENTEES[0], compte=False))
    with db.sessionmaker() as session:
        morte = session.get_one(Compte, demandes()[numeros[1]].compte_id).courriel
    arrete, muet = pannes(hasard)
    passages: list[date] = []

    def porter(_config, _facteur, envoi) -> None:
        jour = a_paris(horloge()).date()
        if jour in muet or envoi.destinataire == morte:
            raise OSError("panne")
        boite.cles[envoi.cle] += 1
        if envoi.cle.startswith("rappel-"):
            boite.recus.append((jour, int(envoi.cle.split("-")[1]), envoi.corps))

    monkeypatch.setattr(courriel, "_transporter", porter)
    jour = DEBUT
    while jour < FIN:
        horloge.instant = datetime(jour.year, jour.month, jour.day, 6, 30, tzinfo=UTC)
        if jour not in arrete:
            passages.append(jour)
            taches.suivre()
            taches.passer()
            appeler(hasard, horloge())
            if hasard.random() < 0.2 or jour + PAS in arrete:
                taches.nettoyer()
        jour += PAS
    assert max(boite.cles.values()) == 1, "un message, une fois"
    for numero, demande in demandes().items():
        sue, grace = prevenue_le(boite, numero), ajouter_mois(demande.presentee_le, 13)
        if demande.radiee_le is None:
            due = sue and max(sue + PREAVIS, grace + timedelta(days=1))
            assert due is None or passages[-1] < due, "prévenue à temps, et pas radiée"
            continue
        radiee = a_paris(demande.radiee_le).date()
        assert sue is not None, "radiée sans l'avoir su"
        assert radiee > grace, "radiée pendant la grâce"
        assert radiee >= sue + PREAVIS, "radiée avant la fin du préavis"
        ecrits = [jour_ecrit(texte) for _, qui, texte in boite.recus if qui == numero]
        assert all(ecrit <= radiee for ecrit in ecrits if ecrit), "radiée avant le jour écrit"
