"""Les documents émis : attestations, formulaires, gardés tels qu’ils ont été donnés.

Migration 0004, après 0003.
"""

import sqlalchemy as sa
from alembic import op

revision = '0004'
down_revision = '0003'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('document_emis',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('demande_id', sa.Integer(), nullable=False),
    sa.Column('genre', sa.String(length=40), nullable=False),
    sa.Column('acte', sa.String(length=60), nullable=False),
    sa.Column('emis_le', sa.DateTime(timezone=True), nullable=False),
    sa.Column('empreinte', sa.String(length=64), nullable=False),
    sa.Column('cle_pdf', sa.String(length=32), nullable=False),
    sa.Column('cle_contenu', sa.String(length=32), nullable=False),
    sa.Column('code_verification', sa.String(length=16), nullable=True),
    sa.Column('valable_jusqu_au', sa.Date(), nullable=True),
    sa.ForeignKeyConstraint(['demande_id'], ['demande.id'], name=op.f('fk_document_emis_demande_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_document_emis')),
    sa.UniqueConstraint('code_verification', name=op.f('uq_document_emis_code_verification')),
    sa.UniqueConstraint('demande_id', 'genre', 'acte', name=op.f('uq_document_emis_demande_id_genre_acte'))
    )


def downgrade() -> None:
    op.drop_table('document_emis')
