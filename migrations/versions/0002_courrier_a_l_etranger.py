"""Le courrier peut aller à l’étranger : pays, ville (fiche domaine § 1.5, « mêmes champs »).

Migration 0002, après 0001.
"""

import sqlalchemy as sa
from alembic import op

revision = '0002'
down_revision = '0001'
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table('coordonnees') as table:
        table.add_column(sa.Column('courrier_a_l_etranger', sa.String(length=40), nullable=True))
        table.add_column(sa.Column('courrier_ville_etrangere', sa.String(length=100), nullable=True))
        table.add_column(sa.Column('courrier_pays', sa.String(length=100), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table('coordonnees') as table:
        table.drop_column('courrier_pays')
        table.drop_column('courrier_ville_etrangere')
        table.drop_column('courrier_a_l_etranger')
