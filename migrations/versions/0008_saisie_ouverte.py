"""La saisie papier ouverte sur l’écran d’un agent.

Migration 0008, après 0007.
"""

import sqlalchemy as sa
from alembic import op

revision = '0008'
down_revision = '0007'
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table('session_agent') as table:
        table.add_column(sa.Column('saisie_id', sa.Integer(), nullable=True))
        table.create_foreign_key(op.f('fk_session_agent_saisie_id'), 'demande', ['saisie_id'], ['id'], ondelete='SET NULL')
    op.create_index(op.f('ix_session_agent_saisie_id'), 'session_agent', ['saisie_id'])


def downgrade() -> None:
    op.drop_index(op.f('ix_session_agent_saisie_id'), 'session_agent')
    with op.batch_alter_table('session_agent') as table:
        table.drop_constraint(op.f('fk_session_agent_saisie_id'), type_='foreignkey')
        table.drop_column('saisie_id')
