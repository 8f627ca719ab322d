"""Une création demandée deux fois n'a lieu qu'une fois, et la clé n'est qu'à un compte."""

from __future__ import annotations

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from portail import idempotence
from portail.db import ecriture, lecture
from portail.idempotence import CleIdempotence
from tests.socle.routes import peupler

pytestmark = pytest.mark.menace("T14")


@pytest.fixture
def comptes(app_deux_moteurs):
    return peupler()


def test_la_cle_retient_l_adresse_du_resultat_pour_ce_compte_seul(comptes):
    cle = idempotence.nouvelle_cle()
    with ecriture() as session:
        assert idempotence.deja_fait(session, comptes.ana_id, cle) is None
        idempotence.retenir(session, comptes.ana_id, cle, "/demandes/1")
    with lecture() as session:
        assert idempotence.deja_fait(session, comptes.ana_id, cle) == "/demandes/1"
        assert idempotence.deja_fait(session, comptes.leo_id, cle) is None
        assert idempotence.deja_fait(session, comptes.ana_id, idempotence.nouvelle_cle()) is None


def test_deux_creations_de_meme_cle_ne_se_valident_pas_toutes_les_deux(comptes):
    with ecriture() as session:
        idempotence.retenir(session, comptes.ana_id, "cle", "/demandes/1")

    def recommencer() -> None:
        with ecriture() as session:
            idempotence.retenir(session, comptes.ana_id, "cle", "/demandes/2")

    with pytest.raises(IntegrityError):
        recommencer()
    with ecriture() as session:
        idempotence.retenir(session, comptes.leo_id, "cle", "/demandes/3")


def test_une_cle_demesuree_tient_dans_sa_colonne(comptes):
    with ecriture() as session:
        idempotence.retenir(session, comptes.ana_id, "x" * 5000, "/demandes/1")
        assert idempotence.deja_fait(session, comptes.ana_id, "x" * 5000) == "/demandes/1"


def test_les_cles_s_oublient_apres_deux_jours_et_avec_leur_compte(comptes, horloge):
    with ecriture() as session:
        idempotence.retenir(session, comptes.ana_id, "ancienne", "/a")
    horloge.avancer(hours=47)
    with ecriture() as session:
        idempotence.retenir(session, comptes.leo_id, "recente", "/b")
        idempotence.purger(session, horloge())
        assert session.scalars(sa.select(CleIdempotence.cle).order_by(CleIdempotence.cle)).all() == [
            "ancienne",
            "recente",
        ]
    horloge.avancer(hours=2)
    with ecriture() as session:
        idempotence.purger(session, horloge())
        assert session.scalars(sa.select(CleIdempotence.cle)).all() == ["recente"]
        session.execute(sa.text("DELETE FROM compte WHERE id = :id"), {"id": comptes.leo_id})
        assert session.scalars(sa.select(CleIdempotence.cle)).all() == []


def test_les_cles_sont_au_hasard_et_longues():
    cles = {idempotence.nouvelle_cle() for _ in range(1000)}
    assert len(cles) == 1000
    assert {len(cle) for cle in cles} == {22}
