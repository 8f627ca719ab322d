"""Les connexions gardées ouvertes : sur SQLite, chacune garde son rôle ; sur PostgreSQL, une morte se rouvre."""

from __future__ import annotations

import sqlite3
import threading

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import OperationalError

from portail.db import LECTURE, db, ecriture, lecture
from portail.freins import Frein
from tests.socle.applications import ouvrir


def _connexion_de(session) -> tuple[int, bool]:
    connexion = session.connection()
    return id(connexion.connection.dbapi_connection), connexion.info[LECTURE]


def test_lire_puis_ecrire_ne_change_le_reglage_d_aucune_connexion(app):
    with lecture() as session:
        lectrice = _connexion_de(session)
    for _ in range(3):
        with ecriture() as session:
            ecrivaine = _connexion_de(session)
        with lecture() as session:
            assert _connexion_de(session) == lectrice
    assert (lectrice[1], ecrivaine[1]) == (True, False)
    assert lectrice[0] != ecrivaine[0]


def _ouvrir_en_lecture(nombre: int) -> list[sa.Connection]:
    ouvertes = [db.engine.connect() for _ in range(nombre)]
    for connexion in ouvertes:
        connexion.begin()
    return ouvertes


def test_sans_connexion_libre_du_bon_role_une_autre_en_change(app):
    """Au plus `pool_size` connexions attendent : l'une d'elles sert, plutôt que d'en ouvrir sans fin."""
    reservoir = db.engine.pool
    with app.test_request_context(method="GET"):
        for connexion in _ouvrir_en_lecture(reservoir.size()):
            connexion.close()
    assert reservoir.checkedin() == reservoir.size()
    with ecriture() as session:
        assert _connexion_de(session)[1] is False
        session.execute(sa.delete(Frein))
    assert reservoir.checkedin() == reservoir.size()
    with app.test_request_context(method="GET"):
        for connexion in _ouvrir_en_lecture(reservoir.size()):  # celle qui a écrit lit à son tour
            with pytest.raises(OperationalError, match="readonly"):
                connexion.execute(sa.delete(Frein))
            connexion.close()


def test_fermer_le_moteur_ferme_aussi_celles_de_l_autre_role(app):
    with lecture() as session:
        brute = session.connection().connection.dbapi_connection
    db.engine.dispose()
    with pytest.raises(sqlite3.ProgrammingError, match="closed"):
        brute.execute("SELECT 1")


def test_plus_de_fils_que_de_connexions_gardees_tout_passe(app):
    erreurs: list[BaseException] = []

    def alterner() -> None:
        try:
            with app.app_context():
                for _ in range(10):
                    with lecture() as session:
                        session.scalar(sa.select(Frein.cle))
                    with ecriture() as session:
                        session.execute(sa.delete(Frein))
        except BaseException as erreur:
            erreurs.append(erreur)

    fils = [threading.Thread(target=alterner) for _ in range(24)]
    for fil in fils:
        fil.start()
    for fil in fils:
        fil.join()
    assert not erreurs
    assert db.engine.pool.checkedout() == 0


@pytest.mark.postgresql
def test_postgresql_redemarre_sous_le_service_et_personne_ne_le_voit(dossier, horloge, base_postgresql):
    """Ce que fait un redémarrage aux connexions gardées ; sans vérification, chacune coûtait à quelqu'un une page 503."""
    with ouvrir(dossier, horloge, base=base_postgresql):
        with lecture() as session:
            session.scalar(sa.select(Frein.cle))
        a_part = sa.create_engine(base_postgresql, poolclass=sa.NullPool)
        with a_part.begin() as connexion:
            fermees = connexion.scalars(
                sa.text(
                    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
                    "WHERE datname = current_database() AND pid <> pg_backend_pid()"
                )
            ).all()
        assert any(fermees)
        with lecture() as session:
            assert session.scalar(sa.select(Frein.cle)) is None
