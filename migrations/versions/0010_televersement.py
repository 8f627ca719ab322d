"""Les fichiers dont les octets arrivent par morceaux.

Migration 0010, après 0009.
"""

import sqlalchemy as sa
from alembic import op

revision = '0010'
down_revision = '0009'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        'televersement',
        sa.Column('id', sa.Integer(), nullable=False),
        sa.Column('demande_id', sa.Integer(), nullable=False),
        sa.Column('code', sa.String(length=20), nullable=False),
        sa.Column('personne', sa.String(length=8), nullable=False),
        sa.Column('nom', sa.LargeBinary(), nullable=False),
        sa.Column('empreinte', sa.String(length=64), nullable=False),
        sa.Column('taille', sa.Integer(), nullable=False),
        sa.Column('recu', sa.Integer(), nullable=False),
        sa.Column('avance_le', sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(['demande_id'], ['demande.id'], name=op.f('fk_televersement_demande_id'), ondelete='CASCADE'),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_televersement')),
        sa.UniqueConstraint('demande_id', 'code', 'personne', 'empreinte', name=op.f('uq_televersement_demande_id_code_personne_empreinte')),
    )
    op.create_index(op.f('ix_televersement_avance_le'), 'televersement', ['avance_le'])
    op.create_table(
        'morceau',
        sa.Column('televersement_id', sa.Integer(), nullable=False),
        sa.Column('debut', sa.Integer(), autoincrement=False, nullable=False),
        sa.Column('chiffre', sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(['televersement_id'], ['televersement.id'], name=op.f('fk_morceau_televersement_id'), ondelete='CASCADE'),
        sa.PrimaryKeyConstraint('televersement_id', 'debut', name=op.f('pk_morceau')),
    )


def downgrade() -> None:
    op.drop_table('morceau')
    op.drop_index(op.f('ix_televersement_avance_le'), 'televersement')
    op.drop_table('televersement')
