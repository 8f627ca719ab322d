"""La migration 0027, sur des documents déjà là : chaque avis va sous son année, et rien ne se perd en descendant."""

from __future__ import annotations

from datetime import UTC, date, datetime

import sqlalchemy as sa
from alembic import command

from tests.socle.test_migrations import configuration, moteur

__all__ = ["moteur"]

NOVEMBRE, JANVIER = datetime(2026, 11, 24, tzinfo=UTC), datetime(2027, 1, 5, tzinfo=UTC)


def poser(connexion: sa.Connection, nom: str, **valeurs: object) -> int:
    """Une ligne d'une table telle qu'elle est à ce niveau ; ce qui est obligatoire et n'est pas dit reçoit un rien."""
    table = sa.Table(nom, sa.MetaData(), autoload_with=connexion)
    for colonne in table.columns:
        if not colonne.nullable and colonne.name not in valeurs and colonne.name != "id":
            genre = colonne.type.python_type
            valeurs[colonne.name] = NOVEMBRE if genre is datetime else NOVEMBRE.date() if genre is date else genre()
    return connexion.execute(sa.insert(table).values(**valeurs)).inserted_primary_key[0]


def codes(moteur: sa.Engine) -> list[str]:
    with moteur.connect() as connexion:
        return list(connexion.scalars(sa.text("SELECT code FROM piece_fournie ORDER BY id")))


def test_chaque_avis_va_sous_son_annee_et_revient(moteur):
    command.upgrade(configuration(moteur), "0026")
    with moteur.begin() as connexion:
        demande = poser(connexion, "demande", territoire="069")
        for rang, (code, recu) in enumerate([("AIS2", NOVEMBRE), ("AIS1", NOVEMBRE), ("ID", NOVEMBRE)]):
            piece = poser(connexion, "piece_fournie", demande_id=demande, code=code, personne="abc")
            poser(connexion, "fichier", piece_id=piece, cle=f"cle{rang}", recu_le=recu)
        poser(connexion, "piece_fournie", demande_id=demande, code="AIS2", personne="def", absente_le=JANVIER)
    command.upgrade(configuration(moteur), "0027")
    assert codes(moteur) == ["AIS2025", "AIS2026", "ID", "AIS2026"]
    command.downgrade(configuration(moteur), "0026")
    assert codes(moteur) == ["AIS2", "AIS1", "ID", "AIS2"]
