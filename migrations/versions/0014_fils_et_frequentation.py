"""Un fil de messages par demande ou par personne, les heures du tchat, les compteurs de fréquentation.

Migration 0014, après 0013.
"""

import sqlalchemy as sa
from alembic import op

revision = '0014'
down_revision = '0013'
branch_labels = None
depends_on = None

ACTES = ('question_confiee', 'question_classee')  # du journal, inconnus de la version d'avant

INSTANT = sa.DateTime(timezone=True)
SANS_DEMANDE = sa.text('demande_id IS NULL')


def upgrade() -> None:
    op.create_table('fil',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('compte_id', sa.Integer(), nullable=True),
    sa.Column('demande_id', sa.Integer(), nullable=True),
    sa.Column('territoire', sa.String(length=3), nullable=False),
    sa.Column('guichet_id', sa.Integer(), nullable=True),
    sa.Column('agent_id', sa.Integer(), nullable=True),
    sa.Column('ouvert_le', INSTANT, nullable=False),
    sa.Column('dernier_le', INSTANT, nullable=False),
    sa.Column('attend_le', INSTANT, nullable=True),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['agent_id'], ['agent.id'], name=op.f('fk_fil_agent_id'), ondelete='SET NULL'),
    sa.ForeignKeyConstraint(['compte_id'], ['compte.id'], name=op.f('fk_fil_compte_id'), ondelete='SET NULL'),
    sa.ForeignKeyConstraint(['demande_id'], ['demande.id'], name=op.f('fk_fil_demande_id'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['guichet_id'], ['guichet.id'], name=op.f('fk_fil_guichet_id'), ondelete='RESTRICT'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_fil')),
    sa.UniqueConstraint('demande_id', name=op.f('uq_fil_demande_id'))
    )
    op.create_index(op.f('ix_fil_compte_id'), 'fil', ['compte_id'])
    op.create_index(op.f('ix_fil_territoire_attend_le_id'), 'fil', ['territoire', 'attend_le', 'id'])
    op.create_index('uq_fil_sans_demande', 'fil', ['compte_id', 'territoire'], unique=True,
                    sqlite_where=SANS_DEMANDE, postgresql_where=SANS_DEMANDE)
    op.execute(
        'INSERT INTO fil (compte_id, demande_id, territoire, guichet_id, ouvert_le, dernier_le, version)'
        ' SELECT d.compte_id, d.id, d.territoire, d.guichet_id, min(m.ecrit_le), max(m.ecrit_le), count(*)'
        ' FROM message m JOIN demande d ON d.id = m.demande_id'
        ' GROUP BY d.compte_id, d.id, d.territoire, d.guichet_id'
    )
    op.drop_index(op.f('ix_message_demande_id'), 'message')
    with op.batch_alter_table('message') as table:
        table.add_column(sa.Column('fil_id', sa.Integer(), nullable=True))
        table.add_column(sa.Column('cle', sa.String(length=40), nullable=True))
    op.execute('UPDATE message SET fil_id = (SELECT fil.id FROM fil WHERE fil.demande_id = message.demande_id)')
    with op.batch_alter_table('message') as table:
        table.drop_constraint(op.f('fk_message_demande_id'), type_='foreignkey')
        table.drop_column('demande_id')
        table.alter_column('fil_id', existing_type=sa.Integer(), nullable=False)
        table.alter_column('guichet_id', existing_type=sa.Integer(), nullable=True)
        table.alter_column('agent_id', existing_type=sa.Integer(), nullable=True)
        table.create_foreign_key(op.f('fk_message_fil_id'), 'fil', ['fil_id'], ['id'], ondelete='CASCADE')
        table.create_unique_constraint(op.f('uq_message_fil_id_cle'), ['fil_id', 'cle'])
    op.create_index(op.f('ix_message_fil_id_id'), 'message', ['fil_id', 'id'])
    op.add_column('guichet', sa.Column('heures_tchat', sa.String(length=300), nullable=True))
    op.create_table('frequentation',
    sa.Column('jour', sa.Date(), nullable=False),
    sa.Column('page', sa.String(length=80), nullable=False),
    sa.Column('etape', sa.String(length=40), nullable=False),
    sa.Column('geste', sa.String(length=10), nullable=False),
    sa.Column('nombre', sa.Integer(), nullable=False),
    sa.PrimaryKeyConstraint('jour', 'page', 'etape', 'geste', name=op.f('pk_frequentation'))
    )


def downgrade() -> None:
    """L’ancien schéma ne connaît que les messages d’un guichet au sujet d’une demande : les autres s’effacent."""
    op.refuser_si_le_journal_connait(revision, ACTES)
    op.drop_table('frequentation')
    op.drop_column('guichet', 'heures_tchat')
    op.execute(
        'DELETE FROM message WHERE guichet_id IS NULL OR agent_id IS NULL OR fil_id IN (SELECT id FROM fil WHERE demande_id IS NULL)'
    )
    op.drop_index(op.f('ix_message_fil_id_id'), 'message')
    with op.batch_alter_table('message') as table:
        table.add_column(sa.Column('demande_id', sa.Integer(), nullable=True))
    op.execute('UPDATE message SET demande_id = (SELECT fil.demande_id FROM fil WHERE fil.id = message.fil_id)')
    with op.batch_alter_table('message') as table:
        table.drop_constraint(op.f('uq_message_fil_id_cle'), type_='unique')
        table.drop_constraint(op.f('fk_message_fil_id'), type_='foreignkey')
        table.drop_column('cle')
        table.drop_column('fil_id')
        table.alter_column('demande_id', existing_type=sa.Integer(), nullable=False)
        table.alter_column('guichet_id', existing_type=sa.Integer(), nullable=False)
        table.alter_column('agent_id', existing_type=sa.Integer(), nullable=False)
        table.create_foreign_key(op.f('fk_message_demande_id'), 'demande', ['demande_id'], ['id'], ondelete='CASCADE')
    op.create_index(op.f('ix_message_demande_id'), 'message', ['demande_id'])
    op.drop_index('uq_fil_sans_demande', 'fil')
    op.drop_index(op.f('ix_fil_territoire_attend_le_id'), 'fil')
    op.drop_index(op.f('ix_fil_compte_id'), 'fil')
    op.drop_table('fil')
