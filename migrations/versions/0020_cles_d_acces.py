"""Les clés d’accès des personnes, et les défis que les clés signent.

Migration 0020, après 0019.
"""

import sqlalchemy as sa
from alembic import op

revision = '0020'
down_revision = '0019'
branch_labels = None
depends_on = None

INSTANT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table('defi_cle',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('navigateur', sa.String(length=64), nullable=False),
    sa.Column('usage', sa.String(length=40), nullable=False),
    sa.Column('defi', sa.LargeBinary(), nullable=False),
    sa.Column('cree_le', INSTANT, nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_defi_cle')),
    sa.UniqueConstraint('navigateur', 'usage', name=op.f('uq_defi_cle_navigateur_usage'))
    )
    op.create_index(op.f('ix_defi_cle_cree_le'), 'defi_cle', ['cree_le'])
    op.create_table('cle_compte',
    sa.Column('compte_id', sa.Integer(), nullable=False),
    sa.Column('refus_id', sa.Integer(), nullable=True),
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('identifiant', sa.String(length=1400), nullable=False),
    sa.Column('cle_publique', sa.LargeBinary(), nullable=False),
    sa.Column('compteur', sa.BigInteger(), nullable=False),
    sa.Column('sauvegardee', sa.Boolean(), nullable=False),
    sa.Column('nom', sa.String(length=80), nullable=False),
    sa.Column('ajoutee_le', INSTANT, nullable=False),
    sa.Column('utilisee_le', INSTANT, nullable=True),
    sa.ForeignKeyConstraint(['compte_id'], ['compte.id'], name=op.f('fk_cle_compte_compte_id'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['refus_id'], ['jeton.id'], name=op.f('fk_cle_compte_refus_id'), ondelete='SET NULL'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_cle_compte')),
    sa.UniqueConstraint('identifiant', name=op.f('uq_cle_compte_identifiant'))
    )
    for nom in ('compte_id', 'refus_id'):
        op.create_index(op.f(f'ix_cle_compte_{nom}'), 'cle_compte', [nom])


def downgrade() -> None:
    for nom in ('compte_id', 'refus_id'):
        op.drop_index(op.f(f'ix_cle_compte_{nom}'), 'cle_compte')
    op.drop_table('cle_compte')
    op.drop_index(op.f('ix_defi_cle_cree_le'), 'defi_cle')
    op.drop_table('defi_cle')
