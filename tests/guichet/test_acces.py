"""Rôle × objet : qui lit quoi, et que chaque lecture, permise ou refusée, s'inscrive avant d'être rendue."""

from __future__ import annotations

from contextlib import contextmanager

import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy.orm import joinedload
from werkzeug.exceptions import Forbidden, NotFound

from portail.db import db
from portail.demande.modeles import Demande
from portail.guichet import acces
from portail.guichet.modeles import ActeJournal, Agent, GuichetTerritoire, RoleAgent
from tests.fabriques import LYON, PARIS, nir
from tests.guichet.lecture import ecritures
from tests.guichet.monde import Monde, agent, guichet, monter

pytestmark = pytest.mark.menace("T6")

AGENTS = ("accueil", "instructeur", "responsable", "ailleurs")
RAISON = "appel du CCAS de Lyon pour un relogement"


@contextmanager
def requete(app: Flask, methode: str = "GET"):
    """Le contexte d'une requête d'agent : en GET la base est en lecture seule."""
    with app.test_request_context("/guichet", method=methode):
        yield db.session
        db.session.close()


def charger(session, numero: int) -> Agent:
    return session.scalar(sa.select(Agent).where(Agent.id == numero).options(joinedload(Agent.guichet)))


@pytest.mark.asvs("8.2.2", "8.4.1", "16.3.2")
@pytest.mark.parametrize("methode", ["GET", "POST"])
@pytest.mark.parametrize("qui", AGENTS)
@pytest.mark.parametrize("quoi", ["demande_69", "demande_75", "brouillon", "absente"])
def test_lire_une_demande(app_deux_moteurs, methode, qui, quoi):
    monde = monter()
    numero = getattr(monde, quoi, 10_000)
    permis = quoi == ("demande_75" if qui == "ailleurs" else "demande_69")
    refuse = quoi in {"demande_69", "demande_75"} and not permis
    with requete(app_deux_moteurs, methode) as session:
        lui = charger(session, getattr(monde, qui))
        if permis:
            assert acces.demande_a_lire(session, lui, numero).id == numero
        else:
            with pytest.raises(NotFound):
                acces.demande_a_lire(session, lui, numero)
        if methode == "POST":
            session.commit()
    attendu = [ActeJournal.LECTURE] if permis else [ActeJournal.LECTURE_REFUSEE] if refuse else []
    ecrit = ecritures()
    assert [e.acte for e in ecrit] == attendu
    assert all((e.agent_id, e.demande_id) == (getattr(monde, qui), numero) for e in ecrit)


@pytest.mark.asvs("8.2.2")
@pytest.mark.parametrize("qui", AGENTS)
@pytest.mark.parametrize("quoi", ["demande_69", "demande_75", "brouillon"])
def test_agir_sur_une_demande(app_deux_moteurs, qui, quoi):
    monde = monter()
    numero = getattr(monde, quoi)
    with requete(app_deux_moteurs, "POST") as session:
        lui = charger(session, getattr(monde, qui))
        if qui == "accueil":
            with pytest.raises(Forbidden):
                acces.demande_a_instruire(session, lui, numero)
            return
        if quoi != ("demande_75" if qui == "ailleurs" else "demande_69"):
            with pytest.raises(NotFound):
                acces.demande_a_instruire(session, lui, numero)
            attendu = [] if quoi == "brouillon" else [ActeJournal.LECTURE_REFUSEE]
        else:
            assert acces.demande_a_instruire(session, lui, numero).id == numero
            session.commit()
            attendu = []  # l'acte s'inscrira lui-même
    assert [e.acte for e in ecritures()] == attendu


def test_un_accueil_peut_agir_quand_l_acte_est_a_son_niveau(app):
    monde = monter()
    with requete(app, "POST") as session:
        lui = charger(session, monde.accueil)
        assert acces.demande_a_instruire(session, lui, monde.demande_69, role=RoleAgent.ACCUEIL)


def test_hors_territoire_une_raison_ecrite_ouvre_et_vaut_une_heure(app_deux_moteurs, horloge):
    monde = monter()

    def lire(raison: str | None = None) -> int:
        with requete(app_deux_moteurs) as session:
            lui = charger(session, monde.instructeur)
            return acces.demande_a_lire(session, lui, monde.demande_75, raison).id

    for insuffisante in (None, "", "   ", "vérif"):
        with pytest.raises(NotFound):
            lire(insuffisante)
    assert lire(RAISON) == monde.demande_75
    horloge.avancer(minutes=59)
    assert lire() == monde.demande_75
    horloge.avancer(minutes=60)
    with pytest.raises(NotFound):
        lire()
    hors = ecritures(ActeJournal.LECTURE_HORS_TERRITOIRE)
    assert [(e.demande_id, e.raison) for e in hors] == [(monde.demande_75, RAISON)] * 2
    assert len(ecritures(ActeJournal.LECTURE_REFUSEE)) == 5


def test_la_raison_d_un_agent_ne_sert_ni_a_un_autre_ni_pour_une_autre_demande(app):
    monde = monter()
    with requete(app) as session:
        acces.demande_a_lire(session, charger(session, monde.instructeur), monde.demande_75, RAISON)
    with requete(app) as session, pytest.raises(NotFound):
        acces.demande_a_lire(session, charger(session, monde.accueil), monde.demande_75)
    with requete(app) as session, pytest.raises(NotFound):
        acces.demande_a_lire(session, charger(session, monde.ailleurs), monde.demande_69)


def test_une_raison_permet_de_lire_pas_d_agir(app):
    monde = monter()
    with requete(app) as session:
        acces.demande_a_lire(session, charger(session, monde.instructeur), monde.demande_75, RAISON)
    with requete(app, "POST") as session, pytest.raises(NotFound):
        acces.demande_a_instruire(session, charger(session, monde.instructeur), monde.demande_75)


@pytest.mark.asvs("8.3.2")
def test_perdre_un_territoire_ferme_ses_demandes_aussitot(app):
    monde = monter()
    with db.sessionmaker() as session, session.begin():
        session.execute(sa.delete(GuichetTerritoire).where(GuichetTerritoire.guichet_id == monde.g1))
    with requete(app) as session, pytest.raises(NotFound):
        acces.demande_a_lire(session, charger(session, monde.responsable), monde.demande_69)


@pytest.mark.asvs("16.5.3")
def test_si_le_journal_ne_peut_pas_s_ecrire_rien_n_est_rendu(app, monkeypatch):
    monde = monter()

    def en_panne(*_details, **_autres):
        raise OSError("disque plein")

    monkeypatch.setattr(acces, "inscrire_une_lecture", en_panne)
    with requete(app) as session, pytest.raises(OSError, match="disque plein"):
        acces.demande_a_lire(session, charger(session, monde.instructeur), monde.demande_69)


def test_ouvrir_un_fichier_s_inscrit_avec_sa_piece(app_deux_moteurs):
    monde = monter()
    with requete(app_deux_moteurs) as session:
        lui = charger(session, monde.accueil)
        assert acces.fichier_a_ouvrir(session, lui, monde.demande_69, monde.fichier_69).nom == "carte.jpg"
        with pytest.raises(NotFound):
            acces.fichier_a_ouvrir(session, lui, monde.demande_75, monde.fichier_69)
        with pytest.raises(NotFound):
            acces.fichier_a_ouvrir(session, charger(session, monde.ailleurs), monde.demande_69, monde.fichier_69)
    assert [(e.acte, e.agent_id, e.objet) for e in ecritures()] == [
        (ActeJournal.LECTURE_PIECE, monde.accueil, f"ID {monde.fichier_69}"),
        (ActeJournal.LECTURE_REFUSEE, monde.ailleurs, None),
    ]


def test_hors_territoire_un_fichier_s_ouvre_avec_la_meme_raison(app):
    monde = monter()
    with requete(app) as session:
        acces.demande_a_lire(session, charger(session, monde.ailleurs), monde.demande_69, RAISON)
    with requete(app) as session:
        acces.fichier_a_ouvrir(session, charger(session, monde.ailleurs), monde.demande_69, monde.fichier_69)
    assert [(e.acte, e.objet, e.raison) for e in ecritures()] == [
        (ActeJournal.LECTURE_HORS_TERRITOIRE, None, RAISON),
        (ActeJournal.LECTURE_HORS_TERRITOIRE, f"lecture_piece ID {monde.fichier_69}", RAISON),
    ]


def test_le_numero_de_securite_sociale_se_montre_d_un_geste_inscrit(app_deux_moteurs):
    monde = monter()
    with requete(app_deux_moteurs, "POST") as session:
        lui = charger(session, monde.instructeur)
        assert acces.nir_a_afficher(session, lui, monde.demande_69, monde.personne_69) == nir("2850369266001")
        session.commit()
        with pytest.raises(NotFound):
            acces.nir_a_afficher(session, lui, monde.demande_69, "inconnue")
    with requete(app_deux_moteurs, "POST") as session, pytest.raises(NotFound):
        acces.nir_a_afficher(session, charger(session, monde.ailleurs), monde.demande_69, monde.personne_69)
    assert [(e.acte, e.objet) for e in ecritures()] == [
        (ActeJournal.LECTURE_NIR, f"personne {monde.personne_69}"),
        (ActeJournal.LECTURE_REFUSEE, None),
    ]


def test_la_liste_ne_montre_que_les_deposees_de_ses_territoires(app_deux_moteurs):
    monde = monter()
    with requete(app_deux_moteurs) as session:
        for qui, attendu in (("accueil", monde.demande_69), ("ailleurs", monde.demande_75)):
            lui = charger(session, getattr(monde, qui))
            assert session.scalars(sa.select(Demande.id).where(acces.dans_ses_territoires(lui))).all() == [attendu]


def test_un_responsable_ne_gere_que_son_guichet(app):
    monde = monter()
    with requete(app) as session:
        lui = charger(session, monde.responsable)
        assert {a.id for a in acces.agents_du_guichet(session, lui)} == {
            monde.accueil, monde.instructeur, monde.responsable,
        }  # fmt: skip
        with pytest.raises(NotFound):
            acces.agent_du_guichet(session, lui, monde.ailleurs)


def publics(commune: str | None) -> list[str]:
    with db.sessionmaker() as session:
        return [g.code for g in acces.guichets_publics(session, commune)]


def test_les_guichets_publics_de_la_commune_viennent_d_abord(app_deux_moteurs, horloge):
    with db.sessionmaker() as session:
        guichet(session, "AL069", communes=(), nom="Bailleur du Rhône")
        guichet(session, "69266", nom="Mairie de Villeurbanne")
        guichet(session, "69123", communes=(LYON,), nom="Mairie de Lyon")
        guichet(session, "75056", ("111",), (PARIS,), nom="Mairie de Paris")
        guichet(session, "FERME", nom="Fermé", ferme_le=horloge())
    assert publics("69266") == ["69266", "AL069"]
    assert publics("69381") == ["69123", "AL069"], "un arrondissement est couvert par sa ville"
    assert publics("75101") == ["75056"]
    assert publics("13055") == []
    assert publics("00000") == []
    assert sorted(publics(None)) == ["69123", "69266", "75056", "AL069"]


def test_la_page_publique_montre_d_abord_les_guichets_du_portail(app, nav):
    with db.sessionmaker() as session:
        guichet(
            session, nom="Guichet du Totem", horaires="Lundi : 9 h à 12 h\nMardi : fermé", telephone="04 78 03 67 67"
        )
    nav.ouvrir("/guichets?ou=Villeurbanne")
    assert "Les guichets de ce portail" in nav.texte()
    assert "Guichet du Totem" in nav.texte()
    assert "Mardi : fermé" in nav.texte()
    assert "Guichet du Totem" not in nav.ouvrir("/guichets?ou=Paris").texte()


def test_un_agent_desactive_ou_sans_facteur_ne_lit_rien(app, client, monde: Monde):
    from tests.guichet.monde import entrer

    entrer(app, client, monde.instructeur, facteur=False)
    assert client.get("/guichet").status_code == 303
    with db.sessionmaker() as session:
        parti = agent(
            session,
            acces.guichet_de(session, charger(session, monde.responsable)),
            desactive_le=app.config["HORLOGE"](),
        )
    autre = app.test_client()
    entrer(app, autre, parti.id, jeton="p" * 43)
    assert autre.get("/guichet").status_code == 303
