"""Deux cents demandes fictives : leurs états, leur variété, et que rien n'y est à quelqu'un."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta

import pytest
import sqlalchemy as sa
from stdnum.fr import nir as stdnum_nir

from portail import taches
from portail.assistance.modeles import Fil, Message
from portail.compte.modeles import Compte
from portail.courriel import Envoi
from portail.db import db, lecture
from portail.demande.cycle_de_vie import Etat, etat
from portail.demande.modeles import Declaration, Demande, Evenement, GenreEvenement, Personne, Role
from portail.demonstration import entrees, peuplement, reconnaitre
from portail.guichet import equipe, journal, questions
from portail.guichet.doublons import doublons
from portail.guichet.modeles import Agent, EcritureJournal, SessionAgent
from portail.horloge import aujourd_hui, maintenant
from portail.pieces.modeles import Fichier
from portail.preparation import ActeRefuse
from portail.stockage import stockage
from tests import fabriques
from tests.conftest import INSTANT
from tests.demonstration.conftest import demonstration

pytestmark = pytest.mark.lent


def toutes(classe: type) -> list:
    with lecture() as session:
        return list(session.scalars(sa.select(classe)).unique())


def photo() -> list[tuple]:
    """Ce que disent les demandes, sans ce qui est tiré au hasard par la sûreté (clés, mots de passe)."""
    requete = sa.select(
        Demande.territoire, Demande.deposee_le, Demande.numero_unique, Demande.radiee_le, Demande.motif_radiation,
        Demande.nom_cherche, Demande.date_naissance_cherchee, Demande.premiere_commune,
    )  # fmt: skip
    with lecture() as session:
        return [tuple(ligne) for ligne in session.execute(requete.order_by(Demande.id))]


def test_deux_cents_demandes_dans_tous_les_etats(app):
    with lecture() as session:
        etats = Counter(etat(demande, aujourd_hui()) for demande in session.scalars(sa.select(Demande)))
    assert sum(etats.values()) == 200
    assert etats == {
        Etat.SOUMISE: 60, Etat.A_CORRIGER: 20, Etat.ACTIVE: 80, Etat.A_RENOUVELER: 20, Etat.RADIEE: 20,
    }  # fmt: skip
    assert {demande.motif_radiation for demande in toutes(Demande)} >= {"a", "b"}


def test_des_foyers_divers(app):
    with lecture() as session:
        par_demande: dict[int, Counter] = {}
        for demande_id, role in session.execute(
            sa.select(Declaration.demande_id, Personne.role).join(
                Declaration, Declaration.id == Personne.declaration_id
            )
        ):
            par_demande.setdefault(demande_id, Counter())[role] += 1
    tailles = Counter(sum(roles.values()) for roles in par_demande.values())
    assert set(tailles) >= {1, 2, 3, 4, 5}
    assert sum(Role.CODEMANDEUR in roles for roles in par_demande.values()) > 30
    assert sum(Role.A_CHARGE in roles for roles in par_demande.values()) > 50


def test_aucune_vraie_personne(app):
    for compte in toutes(Compte):
        assert compte.courriel.endswith("@exemple.fr")
    for agent in toutes(Agent):
        assert agent.courriel.endswith("@exemple.fr")
    numeros = [personne.nir for personne in toutes(Personne) if personne.nir]
    assert len(numeros) > 200
    for numero in numeros:
        assert stdnum_nir.is_valid(numero)
        assert numero[10:13] == "000", "l’ordre 000 n’est donné à aucune naissance"


def test_rien_n_est_apres_maintenant_et_le_journal_tient(app):
    for evenement in toutes(Evenement):
        assert evenement.survenu_le <= INSTANT
    with lecture() as session:
        assert list(journal.verifier(session)) == []
        dates = list(session.scalars(sa.select(EcritureJournal.faite_le).order_by(EcritureJournal.id)))
    assert dates == sorted(dates), "le journal se lit dans l’ordre des jours"
    assert maintenant() == INSTANT, "l’horloge du récit est rendue"


def test_chaque_agent_est_venu_ces_derniers_jours_ouvres_et_n_a_rien_laisse_ouvert(app):
    with lecture() as session:
        assert all(equipe.membre(session, agent).connecte_le for agent in session.scalars(sa.select(Agent)))
    for venue in toutes(SessionAgent):
        if venue.ouverte_le < INSTANT:  # les autres sont celles de ces tests
            assert INSTANT - venue.ouverte_le < timedelta(days=6)
            assert venue.ouverte_le.weekday() < 5
            assert venue.fermee_le is not None


def test_les_numeros_se_suivent_dans_chaque_mois(app):
    numeros = sorted(demande.numero_unique for demande in toutes(Demande) if demande.numero_unique)
    par_mois: dict[str, list[int]] = {}
    for numero in numeros:
        par_mois.setdefault(numero[:7], []).append(int(numero[7:13]))
    assert len(numeros) == 120
    assert all(ordres == list(range(1, len(ordres) + 1)) for ordres in par_mois.values())


def test_chaque_demande_a_sa_piece_d_identite_factice(app):
    fichiers = toutes(Fichier)
    assert len(fichiers) >= 200
    octets = stockage().lire(fichiers[0].cle)
    assert octets.startswith(b"\xff\xd8\xff")
    assert len(octets) < 60_000


def test_il_y_a_des_doublons_a_voir_et_des_evenements_a_lire(app):
    with lecture() as session:
        doubles = [
            demande
            for demande in session.scalars(sa.select(Demande).where(Demande.enregistree_le.is_(None)))
            if demande.declaration_deposee and doublons(session, demande, demande.declaration_deposee)
        ]
    assert len(doubles) >= peuplement.DOUBLONS
    genres = {evenement.genre for evenement in toutes(Evenement)}
    assert genres >= {GenreEvenement.CALEOL, GenreEvenement.RENVOI, GenreEvenement.BAIL_SIGNE}


def test_deux_questions_attendent_et_un_fil_a_sa_reponse(app):
    fils = [fil for fil in toutes(Fil) if fil.demande_id]
    assert sorted(fil.attend_le is None for fil in fils) == [False, False, True]
    repondu = next(fil for fil in fils if fil.attend_le is None)
    ecrits = [message for message in toutes(Message) if message.fil_id == repondu.id]
    assert [message.guichet_id is None for message in ecrits] == [True, False, True]
    assert all(message.ecrit_le <= INSTANT for message in toutes(Message))
    with lecture() as session:
        agent = session.scalars(sa.select(Agent).where(Agent.courriel == "accueil@exemple.fr")).one()
        assert questions.en_attente(session, agent) == 2


def test_aucun_courriel_ne_part_et_le_suivi_du_jour_est_deja_fait(app):
    assert toutes(Envoi) == []
    assert taches.suivre() == taches.RIEN
    assert toutes(Envoi) == []


def test_la_repeupler_ne_change_rien(app):
    avant = photo()
    phrases: list[str] = []
    peuplement.peupler(phrases.append)
    assert phrases == []
    assert photo() == avant


def test_la_meme_graine_donne_les_memes_demandes(app, dossier):
    avant = photo()
    with demonstration(dossier):
        peuplement.peupler(lambda _phrase: None)
        assert photo() == avant


@pytest.mark.postgresql
def test_elle_se_peuple_aussi_sur_postgresql(app, dossier, base_postgresql):
    avant = photo()
    with demonstration(dossier, base_postgresql):
        peuplement.peupler(lambda _phrase: None)
        assert photo() == avant
        with lecture() as session:
            assert list(journal.verifier(session)) == []


def test_elle_ne_se_mele_pas_a_de_vraies_personnes(dossier):
    with demonstration(dossier):
        with db.sessionmaker() as session:
            fabriques.compte(session)
        with pytest.raises(ActeRefuse, match="déjà des comptes"):
            peuplement.peupler(lambda _phrase: None)
        assert toutes(Demande) == []


@pytest.mark.asvs("6.3.2")
def test_sans_le_reglage_sa_base_ne_se_sert_pas(app, dossier):
    with pytest.raises(ActeRefuse, match="PORTAIL_DEMO=1"):
        reconnaitre.refuser_hors_demonstration()
    with demonstration(dossier):
        reconnaitre.refuser_hors_demonstration()


def test_ce_qui_ouvre_vient_de_la_cle_de_l_installation(app, dossier):
    ici = (entrees.mot_de_passe(), entrees.secret_totp())
    assert len(ici[0].replace("-", "")) == 20
    with demonstration(dossier):
        assert entrees.mot_de_passe() != ici[0]
        assert entrees.secret_totp() != ici[1]
