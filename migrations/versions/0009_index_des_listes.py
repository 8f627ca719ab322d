"""Des index pour les listes et les nombres des guichets : ce qui attend, une commune, les radiées, les actives.

Migration 0009, après 0008.
"""

import sqlalchemy as sa
from alembic import op

revision = '0009'
down_revision = '0008'
branch_labels = None
depends_on = None

COMMUNE = 'ix_demande_territoire_premiere_commune_deposee_le_id'
PARTIELS = (
    ('ix_demande_en_attente', ['territoire', 'deposee_le', 'id'], 'enregistree_le IS NULL AND radiee_le IS NULL'),
    ('ix_demande_radiee', ['territoire', 'radiee_le', 'deposee_le'], 'radiee_le IS NOT NULL'),
    (
        'ix_demande_active',
        ['territoire', 'presentee_le', 'deposee_le'],
        'enregistree_le IS NOT NULL AND radiee_le IS NULL',
    ),
)


def upgrade() -> None:
    op.create_index(op.f(COMMUNE), 'demande', ['territoire', 'premiere_commune', 'deposee_le', 'id'])
    for nom, colonnes, quand in PARTIELS:
        op.create_index(nom, 'demande', colonnes, sqlite_where=sa.text(quand), postgresql_where=sa.text(quand))


def downgrade() -> None:
    for nom, _, _ in reversed(PARTIELS):
        op.drop_index(nom, 'demande')
    op.drop_index(op.f(COMMUNE), 'demande')
