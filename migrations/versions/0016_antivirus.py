"""Ce que l’antivirus a dit de chaque fichier ; rien, pour ceux d’avant.

Migration 0016, après 0015.
"""

import sqlalchemy as sa
from alembic import op

revision = '0016'
down_revision = '0015'
branch_labels = None
depends_on = None

ETATS = sa.Enum(
    'en_cours', 'sain', 'refuse', 'non_controle',
    name='antivirus', native_enum=False, create_constraint=False, length=40,
)


def upgrade() -> None:
    op.add_column('fichier', sa.Column('antivirus', ETATS, nullable=True))
    op.execute("UPDATE fichier SET antivirus = 'non_controle'")
    with op.batch_alter_table('fichier') as table:
        table.alter_column('antivirus', existing_type=ETATS, nullable=False)
    op.create_index(op.f('ix_fichier_antivirus'), 'fichier', ['antivirus'])


def downgrade() -> None:
    # Sans l'avis de l'antivirus, la version d'avant donnerait ce fichier à ouvrir ; remonter le dirait « non contrôlé ».
    op.refuser_si(
        revision,
        "SELECT count(*) FROM fichier WHERE antivirus = 'refuse'",
        'l’antivirus a refusé {nombre} fichier(s), que la version d’avant donnerait à ouvrir. Restaurez la sauvegarde '
        'd’avant la mise à jour.',
    )
    op.drop_index(op.f('ix_fichier_antivirus'), 'fichier')
    with op.batch_alter_table('fichier') as table:
        table.drop_column('antivirus')
