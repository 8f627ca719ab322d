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


def downgrade() -> None:
    op.drop_column('declaration', 'recue_le')
