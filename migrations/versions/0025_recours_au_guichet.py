"""Le guichet qui a demandé un changement d’adresse mail, pièce d’identité vue.

Migration 0025, après 0024.
"""

import sqlalchemy as sa
from alembic import op

revision = '0025'
down_revision = '0024'
branch_labels = None
depends_on = None

ACTES = ('recours',)  # du journal, inconnus de la version d'avant


def upgrade() -> None:
    with op.batch_alter_table('changement_courriel') as table:
        table.add_column(sa.Column('guichet_id', sa.Integer(), nullable=True))
        table.create_foreign_key(
            op.f('fk_changement_courriel_guichet_id'), 'guichet', ['guichet_id'], ['id'], ondelete='RESTRICT'
        )


def downgrade() -> None:
    op.refuser_si_le_journal_connait(revision, ACTES)
    with op.batch_alter_table('changement_courriel') as table:
        table.drop_constraint(op.f('fk_changement_courriel_guichet_id'), type_='foreignkey')
        table.drop_column('guichet_id')
