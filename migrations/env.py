"""Alembic : le moteur et les modèles viennent de l'application."""

import sqlalchemy as sa
from alembic import context

from portail import modeles
from portail.db import Base

assert modeles  # les importer déclare toutes les tables


def rendre(genre, objet, _contexte):
    """Une migration ne dépend pas du code : nos types s'y écrivent comme la base les voit."""
    if genre != "type":
        return False
    if isinstance(objet, sa.types.TypeDecorator):
        objet = objet.impl_instance
    if isinstance(objet, sa.Enum):
        return f"sa.String(length={objet.length})"
    if isinstance(objet, sa.DateTime):
        return "sa.DateTime(timezone=True)"
    return f"sa.{objet!r}"


def sans_cles_etrangeres(connexion, valeur):
    """SQLite refait une table pour y toucher ; clés étrangères actives, ôter l'ancienne effacerait ce qui en dépend."""
    if connexion.dialect.name == "sqlite":
        connexion.connection.dbapi_connection.execute(f"PRAGMA foreign_keys={valeur}")


moteur = context.config.attributes["moteur"]
with moteur.connect() as connexion:
    sans_cles_etrangeres(connexion, "OFF")
    context.configure(
        connection=connexion,
        target_metadata=Base.metadata,
        render_item=rendre,
        render_as_batch=moteur.dialect.name == "sqlite",
        compare_type=True,
        transaction_per_migration=True,
    )
    with context.begin_transaction():
        context.run_migrations()
    connexion.commit()
    sans_cles_etrangeres(connexion, "ON")
