"""Où va la réponse à un courriel, quand ce n'est pas à l'expéditeur.

Migration 0019, après 0018.
"""

import sqlalchemy as sa
from alembic import op

revision = '0019'
down_revision = '0018'
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table('envoi') as table:
        table.add_column(sa.Column('repondre_a', sa.LargeBinary(), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table('envoi') as table:
        table.drop_column('repondre_a')
