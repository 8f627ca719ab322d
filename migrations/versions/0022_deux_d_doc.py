"""Le 2D-Doc lu dans un avis d’impôt, chiffré ; rien, pour les fichiers d’avant.

Migration 0022, après 0021.
"""

import sqlalchemy as sa
from alembic import op

revision = '0022'
down_revision = '0021'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column('fichier', sa.Column('deux_d_doc', sa.LargeBinary(), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table('fichier') as table:
        table.drop_column('deux_d_doc')
