"""Alembic : le moteur et les modèles viennent de l'application."""

from alembic import context

from portail import modeles
from portail.db import Base

assert modeles  # les importer déclare toutes les tables

moteur = context.config.attributes["moteur"]
with moteur.connect() as connexion:
    context.configure(
        connection=connexion,
        target_metadata=Base.metadata,
        render_as_batch=True,
        compare_type=True,
        transaction_per_migration=True,
    )
    with context.begin_transaction():
        context.run_migrations()
    connexion.commit()
