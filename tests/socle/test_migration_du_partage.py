"""La migration 0011, sur une demande partagée : en descendant, rien ne reste que le schéma d'avant ne connaisse pas."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import command

from tests.socle.test_migration_des_avis import poser
from tests.socle.test_migrations import configuration, moteur

__all__ = ["moteur"]


def genres(moteur: sa.Engine) -> list[str]:
    with moteur.connect() as connexion:
        return list(connexion.scalars(sa.text("SELECT genre FROM evenement ORDER BY id")))


def test_les_evenements_de_partage_partent_avec_la_descente(moteur):
    alembic = configuration(moteur)
    command.upgrade(alembic, "0011")
    with moteur.begin() as connexion:
        demande = poser(connexion, "demande", territoire="069")
        for genre in ("depot", "partage", "rattachement", "partage"):
            poser(connexion, "evenement", demande_id=demande, genre=genre)
    command.downgrade(alembic, "0010")
    assert genres(moteur) == ["depot", "rattachement"]
    command.upgrade(alembic, "0011")
    assert genres(moteur) == ["depot", "rattachement"], "remonter n’invente ni ne perd rien"
