"""Les clés d’accès des agents, et la date à laquelle un agent a redonné son second facteur.

Migration 0024, après 0023.
"""

import sqlalchemy as sa
from alembic import op

revision = '0024'
down_revision = '0023'
branch_labels = None
depends_on = None

INSTANT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.add_column('session_agent', sa.Column('prouvee_le', INSTANT, nullable=True))
    op.create_table('cle_agent',
    sa.Column('agent_id', sa.Integer(), nullable=False),
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('identifiant', sa.String(length=1400), nullable=False),
    sa.Column('cle_publique', sa.LargeBinary(), nullable=False),
    sa.Column('compteur', sa.BigInteger(), nullable=False),
    sa.Column('sauvegardee', sa.Boolean(), nullable=False),
    sa.Column('nom', sa.String(length=80), nullable=False),
    sa.Column('ajoutee_le', INSTANT, nullable=False),
    sa.Column('utilisee_le', INSTANT, nullable=True),
    sa.ForeignKeyConstraint(['agent_id'], ['agent.id'], name=op.f('fk_cle_agent_agent_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_cle_agent')),
    sa.UniqueConstraint('identifiant', name=op.f('uq_cle_agent_identifiant'))
    )
    op.create_index(op.f('ix_cle_agent_agent_id'), 'cle_agent', ['agent_id'])


def downgrade() -> None:
    op.drop_index(op.f('ix_cle_agent_agent_id'), 'cle_agent')
    op.drop_table('cle_agent')
    op.drop_column('session_agent', 'prouvee_le')
