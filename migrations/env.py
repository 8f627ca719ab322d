"""Alembic : le moteur et les modèles viennent de l'application."""

import sqlalchemy as sa
from alembic import context
from alembic.operations import MigrateOperation, Operations
from alembic.util import CommandError

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


@Operations.register_operation("refuser_si")
@Operations.register_operation("refuser_si_le_journal_connait")
class Refuser(MigrateOperation):
    """Une descente qui perdrait quelque chose refuse d'une phrase, avant d'avoir rien changé.

    `op.refuser_si(revision, requete, raison)` : si `requete` compte des lignes ; `raison` les dit, `{nombre}` compris.
    `op.refuser_si_le_journal_connait(revision, actes)` : ces actes sont inconnus de la version d'avant.
    """

    def __init__(self, revision, requete, raison):
        self.revision, self.requete, self.raison = revision, requete, raison

    @classmethod
    def refuser_si(cls, operations, revision, requete, raison):
        return operations.invoke(cls(revision, requete, raison))

    @classmethod
    def refuser_si_le_journal_connait(cls, operations, revision, actes):
        """Rien ne s'efface d'un journal, et il ne s'ouvrirait plus sur des actes que la version d'avant ignore."""
        requete = sa.text("SELECT count(*) FROM ecriture_journal WHERE acte IN :actes")
        requete = requete.bindparams(sa.bindparam("actes", list(actes), expanding=True))
        raison = (
            "le journal garde {nombre} écriture(s) que la version d’avant ne sait pas lire, et rien ne s’efface d’un "
            "journal. Restaurez la sauvegarde d’avant la mise à jour."
        )
        return operations.invoke(cls(revision, requete, raison))


@Operations.implementation_for(Refuser)
def refuser(operations, demande):
    requete = sa.text(demande.requete) if isinstance(demande.requete, str) else demande.requete
    if nombre := operations.get_bind().scalar(requete):
        phrase = demande.raison.format(nombre=nombre)
        raise CommandError(f"Impossible de revenir avant la migration {demande.revision} : {phrase}")


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
