"""Rappels de renouvellement préparés, messages d’un guichet à la personne.

Migration 0007, après 0006.
"""

import sqlalchemy as sa
from alembic import op

revision = '0007'
down_revision = '0006'
branch_labels = None
depends_on = None

ACTES = ('avertissement',)  # du journal, inconnus de la version d'avant

INSTANT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table('rappel_prepare',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('demande_id', sa.Integer(), nullable=False),
    sa.Column('presentee_le', sa.Date(), nullable=False),
    sa.Column('jours', sa.Integer(), nullable=False),
    sa.Column('prepare_le', INSTANT, nullable=False),
    sa.Column('par_courriel', sa.Boolean(), nullable=False),
    sa.Column('a_faire_le', INSTANT, nullable=True),
    sa.Column('traite_le', INSTANT, nullable=True),
    sa.ForeignKeyConstraint(['demande_id'], ['demande.id'], name=op.f('fk_rappel_prepare_demande_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_rappel_prepare')),
    sa.UniqueConstraint('demande_id', 'presentee_le', 'jours', name=op.f('uq_rappel_prepare_demande_id_presentee_le_jours'))
    )
    op.create_index(op.f('ix_rappel_prepare_a_faire_le'), 'rappel_prepare', ['a_faire_le'])
    op.create_table('message',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('demande_id', sa.Integer(), nullable=False),
    sa.Column('guichet_id', sa.Integer(), nullable=False),
    sa.Column('agent_id', sa.Integer(), nullable=False),
    sa.Column('ecrit_le', INSTANT, nullable=False),
    sa.Column('texte', sa.LargeBinary(), nullable=False),
    sa.Column('lu_le', INSTANT, nullable=True),
    sa.ForeignKeyConstraint(['agent_id'], ['agent.id'], name=op.f('fk_message_agent_id'), ondelete='RESTRICT'),
    sa.ForeignKeyConstraint(['demande_id'], ['demande.id'], name=op.f('fk_message_demande_id'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['guichet_id'], ['guichet.id'], name=op.f('fk_message_guichet_id'), ondelete='RESTRICT'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_message'))
    )
    op.create_index(op.f('ix_message_demande_id'), 'message', ['demande_id'])


def downgrade() -> None:
    op.refuser_si_le_journal_connait(revision, ACTES)
    op.drop_index(op.f('ix_message_demande_id'), 'message')
    op.drop_table('message')
    op.drop_index(op.f('ix_rappel_prepare_a_faire_le'), 'rappel_prepare')
    op.drop_table('rappel_prepare')
