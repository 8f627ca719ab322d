"""Les fixtures de base PostgreSQL, sur le vrai schéma et les vrais référentiels."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

pytestmark = pytest.mark.postgresql


def compter(url: str, table: str) -> int:
    moteur = sa.create_engine(url, poolclass=sa.NullPool)
    with moteur.connect() as connexion:
        return connexion.scalar(sa.text(f"SELECT count(*) FROM {table}"))


def effacer_les_plafonds(url: str) -> None:
    moteur = sa.create_engine(url, poolclass=sa.NullPool)
    with moteur.begin() as connexion:
        connexion.execute(sa.text("DELETE FROM plafond"))


def test_la_base_a_ses_referentiels_et_aucune_donnee(base_postgresql):
    assert compter(base_postgresql, "commune") > 30_000
    assert compter(base_postgresql, "plafond") > 0
    assert compter(base_postgresql, "compte") == 0


def test_ce_qu_on_fait_dans_une_copie_ne_touche_pas_les_autres(copie_postgresql, base_postgresql):
    effacer_les_plafonds(copie_postgresql)
    assert compter(copie_postgresql, "plafond") == 0
    assert compter(base_postgresql, "plafond") > 0
