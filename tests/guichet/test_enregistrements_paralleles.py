"""Cinquante enregistrements en même temps, sur les deux moteurs : des numéros tous différents, sans trou."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import timedelta
from threading import Barrier

import pytest
import sqlalchemy as sa

from portail.compte.modeles import Compte
from portail.db import db, ecriture, lecture
from portail.demande.modeles import Demande
from portail.guichet import acces, instruction, journal
from portail.guichet.modeles import ActeJournal, Agent, Guichet, SequenceNumero
from portail.regles import numero_unique
from tests import fabriques
from tests.fabriques import INSTANT, PARIS, VILLEURBANNE
from tests.guichet.lecture import ecritures
from tests.guichet.monde import agent, demande_deposee, entrer, guichet
from tests.navigateur import Navigateur

NOMBRE = 50
PAR_LE_SITE = 16  # chacun compose aussi son attestation
pytestmark = [pytest.mark.lent, pytest.mark.menace("T13")]


class Abandon(Exception):
    """L'agent ferme sa page, la base tombe : l'acte n'aura pas lieu."""


@dataclass(frozen=True)
class Foule:
    """Autant d'agents que de demandes, dans un même territoire et un même mois."""

    agents: list[int]
    demandes: list[int]


def rassembler(nombre: int = NOMBRE) -> Foule:
    with db.sessionmaker() as session:
        mairie = guichet(session)
        agents = [agent(session, mairie).id for _ in range(nombre)]
        demandes = []
        for rang in range(nombre):
            compte = fabriques.compte(session, f"p{rang}@exemple.fr")
            demandes.append(demande_deposee(session, compte, instant=INSTANT + timedelta(minutes=rang)).id)
    return Foule(agents, demandes)


def enregistrer(agent_id: int, demande_id: int, *, abandonner: bool = False) -> None:
    with ecriture() as session:
        lui = session.get_one(Agent, agent_id)
        demande = acces.demande_a_instruire(session, lui, demande_id)
        vue = demande.declaration_deposee_id
        instruction.enregistrer(session, demande, vue, lui, INSTANT + timedelta(days=1), original_vu=True)
        if abandonner:
            raise Abandon


def ordres(territoire: str = "069") -> list[int]:
    """Les ordres donnés, triés."""
    requete = sa.select(Demande.numero_unique).where(Demande.territoire == territoire)
    with lecture() as session:
        numeros = [numero for numero in session.scalars(requete) if numero is not None]
    assert all(numero_unique.est_valide(numero) for numero in numeros)
    return sorted(int(numero[7:13]) for numero in numeros)


def tous_ensemble(app, travaux) -> None:
    """Un fil par travail, tous partis au même signal."""
    depart = Barrier(len(travaux))

    def faire(travail) -> None:
        depart.wait()
        with app.app_context():
            travail()

    with ThreadPoolExecutor(len(travaux)) as fils:
        list(fils.map(faire, travaux))


@pytest.mark.asvs("2.3.4")
def test_cinquante_agents_en_meme_temps(app_deux_moteurs):
    foule = rassembler()
    tous_ensemble(
        app_deux_moteurs,
        [lambda a=a, d=d: enregistrer(a, d) for a, d in zip(foule.agents, foule.demandes, strict=True)],
    )
    assert ordres() == list(range(1, NOMBRE + 1))
    assert len(ecritures(ActeJournal.ENREGISTREMENT)) == NOMBRE
    with lecture() as session:
        assert list(journal.verifier(session)) == []
        assert session.scalar(sa.select(SequenceNumero.dernier)) == NOMBRE


@pytest.mark.asvs("2.3.3")
def test_un_enregistrement_abandonne_ne_laisse_pas_de_trou(app_deux_moteurs):
    """Un sur deux s'interrompt après avoir pris son ordre, avant d'être validé ; puis tous recommencent."""
    foule = rassembler(20)

    def travail(agent_id: int, demande_id: int, abandonner: bool) -> None:
        if abandonner:
            with pytest.raises(Abandon):
                enregistrer(agent_id, demande_id, abandonner=True)
        else:
            enregistrer(agent_id, demande_id)

    couples = list(zip(foule.agents, foule.demandes, strict=True))
    tous_ensemble(
        app_deux_moteurs, [lambda a=a, d=d, r=r: travail(a, d, r % 2 == 0) for r, (a, d) in enumerate(couples)]
    )
    assert ordres() == list(range(1, 11))
    for rang, (agent_id, demande_id) in enumerate(couples):
        if rang % 2 == 0:
            enregistrer(agent_id, demande_id)
    assert ordres() == list(range(1, 21))
    assert len(ecritures(ActeJournal.ENREGISTREMENT)) == 20


def test_dix_agents_sur_la_meme_demande(app_deux_moteurs):
    """Un seul l'enregistre ; les autres voient que c'est fait, aucun numéro n'est perdu."""
    foule = rassembler(10)
    issues: list[str] = []

    def travail(agent_id: int) -> None:
        try:
            enregistrer(agent_id, foule.demandes[0])
            issues.append("fait")
        except instruction.Conflit as conflit:
            issues.append(str(conflit))

    tous_ensemble(app_deux_moteurs, [lambda a=a: travail(a) for a in foule.agents])
    assert sorted(issues) == sorted(["fait"] + [instruction.DEJA_ENREGISTREE] * 9)
    enregistrer(foule.agents[0], foule.demandes[1])
    assert ordres() == [1, 2]


def test_chaque_territoire_et_chaque_mois_ont_leur_suite(app_deux_moteurs):
    with db.sessionmaker() as session:
        mairie = guichet(session, territoires=("069", "111"))
        lui = agent(session, mairie)
        compte = fabriques.compte(session)
        voulues = [
            demande_deposee(session, compte, VILLEURBANNE).id,
            demande_deposee(session, compte, PARIS).id,
            demande_deposee(
                session, fabriques.compte(session, "b@exemple.fr"), instant=INSTANT + timedelta(days=10)
            ).id,
        ]
        agent_id = lui.id
    for numero in voulues:
        enregistrer(agent_id, numero)
    with lecture() as session:
        numeros = [session.get_one(Demande, numero).numero_unique for numero in voulues]
    assert numeros == ["069112600000169266", "111112600000169266", "069122600000169266"]


def test_seize_envois_par_le_site(app_deux_moteurs):
    """Les mêmes par les vraies pages, huit à la fois comme le serveur les sert."""
    app = app_deux_moteurs
    foule = rassembler(PAR_LE_SITE)
    with lecture() as session:
        assert session.scalar(sa.select(Guichet.code)) == "69266"
        assert session.scalar(sa.select(sa.func.count(Compte.id))) == PAR_LE_SITE
    clients = []
    for rang, agent_id in enumerate(foule.agents):
        client = app.test_client()
        entrer(app, client, agent_id, jeton=f"{rang:043d}")
        clients.append(client)

    def par_le_site(rang: int) -> int:
        nav = Navigateur(clients[rang]).ouvrir(f"/guichet/demandes/{foule.demandes[rang]}")
        formulaire = next(f for f in nav.page.select("main form") if f["action"].endswith("/enregistrer"))
        saisie = nav.saisie(formulaire)
        saisie["original_vu"] = "oui"
        return nav.poster(formulaire["action"], saisie).statut

    with ThreadPoolExecutor(8) as fils:
        statuts = list(fils.map(par_le_site, range(PAR_LE_SITE)))
    assert statuts == [200] * PAR_LE_SITE
    assert ordres() == list(range(1, PAR_LE_SITE + 1))
