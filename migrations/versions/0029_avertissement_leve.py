"""Un avertissement levé est un évènement que la personne lit.

Migration 0029, après 0028 : rien ne change en montant ; en descendant, part ce que la version d'avant ne sait pas lire.
"""

from alembic import op

revision = '0029'
down_revision = '0028'
branch_labels = None
depends_on = None


def upgrade() -> None:
    pass


def downgrade() -> None:
    op.execute("DELETE FROM evenement WHERE genre = 'avertissement_leve'")
