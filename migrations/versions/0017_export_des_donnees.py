"""« Télécharger mes données » : les exports demandés.

Migration 0017, après 0016.
"""

import sqlalchemy as sa
from alembic import op

revision = '0017'
down_revision = '0016'
branch_labels = None
depends_on = None

INSTANT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table('export_donnees',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('compte_id', sa.Integer(), nullable=False),
    sa.Column('demande_le', INSTANT, nullable=False),
    sa.Column('reserve_le', INSTANT, nullable=True),
    sa.Column('pret_le', INSTANT, nullable=True),
    sa.Column('cle', sa.String(length=64), nullable=True),
    sa.Column('taille', sa.Integer(), nullable=True),
    sa.ForeignKeyConstraint(['compte_id'], ['compte.id'], name=op.f('fk_export_donnees_compte_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_export_donnees')),
    sa.UniqueConstraint('cle', name=op.f('uq_export_donnees_cle'))
    )
    op.create_index(op.f('ix_export_donnees_compte_id'), 'export_donnees', ['compte_id'])


def downgrade() -> None:
    op.drop_index(op.f('ix_export_donnees_compte_id'), 'export_donnees')
    op.drop_table('export_donnees')
