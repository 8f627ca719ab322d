"""Les clés qui ont servi dans cette base.

Migration 0021, après 0020.
"""

import sqlalchemy as sa
from alembic import op

revision = '0021'
down_revision = '0020'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        'cle_connue',
        sa.Column('sorte', sa.String(length=12), nullable=False),
        sa.Column('version', sa.Integer(), autoincrement=False, nullable=False),
        sa.Column('temoin', sa.String(length=64), nullable=True),
        sa.Column('connue_le', sa.DateTime(timezone=True), nullable=False),
        sa.Column('retiree_le', sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint('sorte', 'version', name=op.f('pk_cle_connue')),
    )


def downgrade() -> None:
    op.drop_table('cle_connue')
