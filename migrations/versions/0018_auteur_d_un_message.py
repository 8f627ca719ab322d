"""Qui, de la personne ou de son co-demandeur, a écrit un message.

Migration 0018, après 0017.
"""

import sqlalchemy as sa
from alembic import op

revision = '0018'
down_revision = '0017'
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table('message') as table:
        table.add_column(sa.Column('compte_id', sa.Integer(), nullable=True))
        table.create_foreign_key(op.f('fk_message_compte_id'), 'compte', ['compte_id'], ['id'], ondelete='SET NULL')
    op.create_index(op.f('ix_message_compte_id'), 'message', ['compte_id'])


def downgrade() -> None:
    op.drop_index(op.f('ix_message_compte_id'), 'message')
    with op.batch_alter_table('message') as table:
        table.drop_constraint(op.f('fk_message_compte_id'), type_='foreignkey')
        table.drop_column('compte_id')
