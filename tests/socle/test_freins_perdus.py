"""Le magasin des freins perdu : la connexion reste limitée, et personne n'est enfermé dehors (surete.md, S37)."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
import sqlalchemy as sa
from flask import Flask

from portail import create_app, freins
from portail.compte.modeles import Compte
from portail.db import db, ecriture, lecture
from portail.freins import Frein, TropDEssais
from tests.compte.gestes import creer_compte, est_connecte, se_connecter
from tests.fabriques import MOT_DE_PASSE
from tests.navigateur import Navigateur

pytestmark = pytest.mark.menace("T15")

REGLE = freins.Regle("essai", 3, 60)


@contextmanager
def table_perdue() -> Iterator[None]:
    with ecriture() as session:
        session.execute(sa.text("ALTER TABLE frein RENAME TO frein_perdu"))
    yield
    with ecriture() as session:
        session.execute(sa.text("ALTER TABLE frein_perdu RENAME TO frein"))


@pytest.fixture
def sans_table(app_deux_moteurs):
    """La table des freins n'est plus là ; elle revient après le test."""
    with table_perdue():
        yield app_deux_moteurs


def passe(valeur: str = "ana") -> bool:
    try:
        freins.essayer(REGLE, valeur)
    except TropDEssais:
        return False
    return True


def test_sans_leur_table_les_essais_se_comptent_en_memoire_et_se_relachent(sans_table, horloge, caplog):
    assert [passe() for _ in range(5)] == [True] * 3 + [False] * 2
    assert passe("leo"), "chacun son seau"
    horloge.avancer(seconds=60)
    assert [passe(), passe()] == [True, False]
    with ecriture() as session:
        freins.relacher(session, REGLE, "ana")
    assert passe()
    assert "leur table ne répond pas" in caplog.text
    assert "ana" not in caplog.text


def test_la_panne_n_emporte_pas_ce_que_l_appelant_ecrit(sans_table):
    numero = creer_compte()
    with ecriture() as session:
        session.get_one(Compte, numero).prenoms = "Anna"
        assert [freins.permis_ici(session, REGLE, "ana") for _ in range(4)] == [True] * 3 + [False]
        freins.rendre(session, REGLE, "ana")
    with lecture() as session:
        assert session.get_one(Compte, numero).prenoms == "Anna"


def test_la_personne_entre_et_qui_devine_est_arrete(app):
    creer_compte()
    with table_perdue():
        _deviner_puis_entrer(app)


def _deviner_puis_entrer(app: Flask) -> None:
    client = app.test_client()
    statuts = [se_connecter(Navigateur(client), mot_de_passe=f"essai numero {rang}").statut for rang in range(12)]
    assert statuts == [422] * 10 + [429] * 2
    ailleurs = app.test_client()
    creer_compte("leo@exemple.fr", nom_naissance="Petit", prenoms="Léo", nir=None)
    se_connecter(Navigateur(ailleurs), "leo@exemple.fr", MOT_DE_PASSE)
    assert est_connecte(ailleurs)


def test_une_table_videe_repart_de_zero_sans_bloquer_personne(app):
    assert [passe() for _ in range(4)] == [True] * 3 + [False]
    with ecriture() as session:
        session.execute(sa.delete(Frein))
    assert [passe() for _ in range(4)] == [True] * 3 + [False]


def test_ce_que_compte_un_processus_arrete_l_autre(app_deux_moteurs):
    """Deux applications sur la même base, comme deux processus : le seau est commun, et survit à un redémarrage."""
    assert [passe(), passe()] == [True, True]
    autre = create_app(app_deux_moteurs.extensions["portail"], TESTING=True, HORLOGE=app_deux_moteurs.config["HORLOGE"])
    with autre.app_context():
        assert [passe(), passe()] == [True, False]
        db.session.close()
        db.engine.dispose()
    assert not passe()
