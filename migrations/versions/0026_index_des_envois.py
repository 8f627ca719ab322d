"""Retrouver les envois d'un jeton : l'effacer relisait toute la boîte d'envoi.

Migration 0026, après 0025.
"""

from alembic import op

revision = '0026'
down_revision = '0025'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index(op.f('ix_envoi_jeton_id'), 'envoi', ['jeton_id'])


def downgrade() -> None:
    op.drop_index(op.f('ix_envoi_jeton_id'), 'envoi')
