"""Ce que la base promet : un GET n'écrit rien, les écritures attendent leur tour, rien ne se perd."""

from __future__ import annotations

import stat
import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError, IntegrityError, OperationalError
from sqlalchemy.orm import Session

from portail import db as module_db
from portail.compte.modeles import Compte, Jeton, UsageJeton
from portail.db import Euros, Instant, db, ecriture, est_lecture, lecture
from portail.freins import Frein
from tests.fabriques import compte
from tests.socle.applications import ouvrir

INSTANT = datetime(2026, 11, 24, 10, 0, tzinfo=UTC)


def frein(cle: str = "essai", niveau: float = 0.0) -> Frein:
    return Frein(cle=cle, niveau=niveau, mesure_le=INSTANT)


@pytest.mark.asvs("3.5.3")
@pytest.mark.parametrize("methode", ["GET", "HEAD", "OPTIONS"])
def test_une_requete_de_lecture_ne_peut_rien_ecrire(app_deux_moteurs, methode):
    with app_deux_moteurs.test_request_context(method=methode):
        db.session.add(frein())
        with pytest.raises(DBAPIError, match=r"(?i)read-?\s?only"):
            db.session.flush()
        db.session.rollback()
    with lecture() as session:
        assert session.get(Frein, "essai") is None


def test_une_requete_de_lecture_ne_peut_pas_ecrire_non_plus_par_un_ordre_brut(app_deux_moteurs):
    with app_deux_moteurs.test_request_context(method="GET"):
        with pytest.raises(DBAPIError):
            db.session.execute(sa.text("DELETE FROM frein"))
        db.session.rollback()


def test_la_meme_connexion_ecrit_de_nouveau_apres_un_get(app_deux_moteurs):
    with app_deux_moteurs.test_request_context(method="GET"):
        db.session.scalar(sa.select(Frein.cle))
        db.session.close()
    with app_deux_moteurs.test_request_context(method="POST"):
        db.session.add(frein())
        db.session.commit()
        assert db.session.get(Frein, "essai") is not None


def test_pendant_un_get_seule_ecriture_ecrit_et_le_mode_est_rendu_ensuite(app_deux_moteurs):
    with app_deux_moteurs.test_request_context(method="GET"):
        db.session.scalar(sa.select(Frein.cle))  # la lecture du GET est déjà ouverte
        with ecriture() as session:
            assert not est_lecture()
            session.add(frein())
        assert est_lecture()
        db.session.rollback()
        assert db.session.get(Frein, "essai") is not None


def test_lecture_pendant_un_post_ne_prend_pas_le_verrou_d_ecriture(app):
    with app.test_request_context(method="POST"):
        db.session.add(frein())
        db.session.flush()
        with lecture() as session:  # une écriture attendrait dix secondes, puis échouerait
            assert session.get(Frein, "essai") is None
            session.add(frein("autre"))
            with pytest.raises(OperationalError, match="readonly"):
                session.flush()
        db.session.rollback()


def test_ecriture_annule_tout_si_le_bloc_echoue(app_deux_moteurs):
    def ecrire_puis_tomber() -> None:
        with ecriture() as session:
            session.add(frein())
            session.flush()
            raise ValueError("panne")

    with pytest.raises(ValueError, match="panne"):
        ecrire_puis_tomber()
    with lecture() as session:
        assert session.get(Frein, "essai") is None


def test_sqlite_est_regle_sur_chaque_connexion(app):
    connexions = [db.engine.connect() for _ in range(3)]
    try:
        for connexion in connexions:
            brute = connexion.connection.dbapi_connection
            reglages = {
                nom: brute.execute(f"PRAGMA {nom}").fetchone()[0]
                for nom in ("journal_mode", "synchronous", "foreign_keys", "secure_delete")
            }
            assert reglages == {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1, "secure_delete": 1}
            assert brute.execute("PRAGMA busy_timeout").fetchone()[0] == 10_000
    finally:
        for connexion in connexions:
            connexion.close()


def test_une_cle_etrangere_fausse_est_refusee(app_deux_moteurs):
    with pytest.raises(IntegrityError), ecriture() as session:
        session.add(Jeton(empreinte="x", usage=UsageJeton.CONFIRMER, compte_id=12345, cree_le=INSTANT))


def test_toute_ecriture_commence_par_begin_immediate(app):
    """Deux écritures qui lisent d'abord : en BEGIN simple, la seconde échouerait aussitôt (SQLITE_BUSY_SNAPSHOT)."""
    ordres: list[str] = []
    with app.test_request_context(method="POST"):
        brute = db.session.connection().connection.dbapi_connection
        brute.set_trace_callback(ordres.append)
        db.session.rollback()
        db.session.scalar(sa.select(Frein.cle))
        brute.set_trace_callback(None)
        db.session.rollback()
    assert "BEGIN IMMEDIATE" in ordres


def test_huit_fils_incrementent_sans_erreur_et_sans_perte(app_deux_moteurs):
    with ecriture() as session:
        session.add(frein())

    def incrementer(_rang: int) -> None:
        with app_deux_moteurs.app_context(), ecriture() as session:
            ligne = session.get_one(Frein, "essai", with_for_update=True)
            ligne.niveau += 1

    with ThreadPoolExecutor(8) as fils:
        list(fils.map(incrementer, range(200)))  # list() relance toute erreur, « database is locked » comprise
    with lecture() as session:
        assert session.get_one(Frein, "essai").niveau == 200


def test_un_verrou_tenu_ailleurs_finit_par_une_erreur_et_la_file_se_libere(dossier, horloge, monkeypatch):
    monkeypatch.setattr(module_db, "ATTENTE_MAXIMALE", 0.05)
    with ouvrir(dossier, horloge):
        import sqlite3

        autre_processus = sqlite3.connect(dossier / "portail.sqlite", isolation_level=None)
        autre_processus.execute("BEGIN IMMEDIATE")
        with pytest.raises(OperationalError, match="locked"), ecriture() as session:
            session.add(frein())
        autre_processus.execute("ROLLBACK")
        autre_processus.close()
        with ecriture() as session:
            session.add(frein())


def test_deux_fils_ecrivent_chacun_leur_tour(app):
    """Le second passe dès que le premier valide, sans dormir par paliers."""
    entre, sorti = threading.Event(), threading.Event()

    def second() -> None:
        entre.wait(5)
        with app.app_context(), ecriture() as session:
            session.get_one(Frein, "essai").niveau = 2
        sorti.set()

    fil = threading.Thread(target=second)
    fil.start()
    with ecriture() as session:
        session.add(frein())
        session.flush()
        entre.set()
        assert not sorti.wait(0.1)
    assert sorti.wait(5)
    fil.join()


def test_une_connexion_ecrit_deux_fois_de_suite_sans_s_attendre_elle_meme(app, monkeypatch):
    monkeypatch.setattr(module_db, "ATTENTE_MAXIMALE", 60)
    with db.engine.connect() as connexion:
        for cle in ("un", "deux"):
            connexion.execute(sa.insert(Frein).values(cle=cle, niveau=0, mesure_le=INSTANT))
            connexion.commit()
    with lecture() as session:
        assert session.scalar(sa.select(sa.func.count()).select_from(Frein)) == 2


@pytest.mark.asvs("13.3.1")
@pytest.mark.parametrize("restauree", [False, True], ids=["neuve", "restaurée"])
def test_le_fichier_de_la_base_n_est_lisible_que_par_son_proprietaire(dossier, horloge, restauree):
    base = f"sqlite:///{dossier / 'neuve.sqlite'}"
    if restauree:
        (dossier / "neuve.sqlite").touch(0o644)
    with ouvrir(dossier, horloge, base=base):
        with db.engine.begin() as connexion:
            connexion.execute(sa.text("CREATE TABLE t (x)"))
        modes = {chemin.name: stat.S_IMODE(chemin.stat().st_mode) for chemin in dossier.glob("neuve.sqlite*")}
    assert modes == dict.fromkeys(("neuve.sqlite", "neuve.sqlite-wal", "neuve.sqlite-shm"), 0o600)


@pytest.mark.asvs("16.2.2")
def test_un_instant_sans_fuseau_est_refuse_et_les_autres_reviennent_en_temps_universel(app_deux_moteurs):
    with pytest.raises(sa.exc.StatementError, match="sans fuseau"), ecriture() as session:
        session.add(Frein(cle="naif", niveau=0, mesure_le=datetime(2026, 1, 1)))
    paris = datetime(2026, 7, 1, 12, 0, tzinfo=timezone(timedelta(hours=2)))
    with ecriture() as session:
        session.add(Frein(cle="paris", niveau=0, mesure_le=paris))
    with lecture() as session:
        lu = session.get_one(Frein, "paris").mesure_le
    assert lu == paris
    assert lu.tzinfo is UTC
    assert Instant().process_result_value(None, None) is None


@pytest.mark.parametrize("montant", ["0", "0.01", "1234.50", "999999999.99", "0.1"])
def test_un_montant_revient_exact(montant):
    type_ = Euros()
    assert type_.process_result_value(type_.process_bind_param(Decimal(montant), None), None) == Decimal(montant)
    assert type_.process_bind_param(None, None) is None


def test_les_objets_lus_restent_lisibles_apres_la_lecture(app):
    with Session(db.engine, expire_on_commit=False) as session:
        ana = compte(session)
    with lecture() as session:
        lu = session.get_one(Compte, ana.id)
    assert lu.courriel == "ana@exemple.fr"
