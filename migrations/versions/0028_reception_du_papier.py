"""Le jour où un guichet a reçu le papier qu'une déclaration recopie : ses années de revenus se comptent de ce jour.

Migration 0028, après 0027.
"""

import sqlalchemy as sa
from alembic import op

revision = '0028'
down_revision = '0027'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column('declaration', sa.Column('recue_le', sa.Date(), nullable=True))
    # Les papiers en cours de saisie : reçus, au plus tard, le jour où leur saisie a commencé.
    op.execute(
        "UPDATE declaration SET recue_le = "
        "(SELECT date(demande.cree_le) FROM demande WHERE demande.id = declaration.demande_id) "
        "WHERE deposee_le IS NULL AND demande_id IN (SELECT id FROM demande WHERE saisie_guichet_id IS NOT NULL "
        "AND compte_id IS NULL AND deposee_le IS NULL)"
    )


def downgrade() -> None:
    op.drop_column('declaration', 'recue_le')
