"""Rattacher par le numéro unique : essais, codes, alertes ; accès d’un co-demandeur.

Migration 0011, après 0010.
"""

import sqlalchemy as sa
from alembic import op

revision = '0011'
down_revision = '0010'
branch_labels = None
depends_on = None

ACTES = ('alerte', 'partage', 'rattachement')  # du journal, inconnus de la version d'avant

INSTANT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table('essai_rattachement',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('compte_id', sa.Integer(), nullable=False),
    sa.Column('numero', sa.LargeBinary(), nullable=True),
    sa.Column('essaye_le', INSTANT, nullable=False),
    sa.Column('examine_le', INSTANT, nullable=True),
    sa.Column('refuse_le', INSTANT, nullable=True),
    sa.ForeignKeyConstraint(['compte_id'], ['compte.id'], name=op.f('fk_essai_rattachement_compte_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_essai_rattachement'))
    )
    op.create_index(op.f('ix_essai_rattachement_compte_id'), 'essai_rattachement', ['compte_id'])
    op.create_index(op.f('ix_essai_rattachement_examine_le'), 'essai_rattachement', ['examine_le'])
    op.create_index(op.f('ix_essai_rattachement_refuse_le'), 'essai_rattachement', ['refuse_le'])
    op.create_table('code_rattachement',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('compte_id', sa.Integer(), nullable=False),
    sa.Column('demande_id', sa.Integer(), nullable=False),
    sa.Column('role', sa.String(length=40), nullable=False),
    sa.Column('personne', sa.String(length=8), nullable=True),
    sa.Column('empreinte', sa.String(length=64), nullable=False),
    sa.Column('cree_le', INSTANT, nullable=False),
    sa.Column('expire_le', INSTANT, nullable=False),
    sa.Column('utilise_le', INSTANT, nullable=True),
    sa.ForeignKeyConstraint(['compte_id'], ['compte.id'], name=op.f('fk_code_rattachement_compte_id'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['demande_id'], ['demande.id'], name=op.f('fk_code_rattachement_demande_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_code_rattachement')),
    sa.UniqueConstraint('empreinte', name=op.f('uq_code_rattachement_empreinte'))
    )
    op.create_index(op.f('ix_code_rattachement_compte_id'), 'code_rattachement', ['compte_id'])
    op.create_index(op.f('ix_code_rattachement_demande_id'), 'code_rattachement', ['demande_id'])
    op.create_table('alerte_rattachement',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('levee_le', INSTANT, nullable=False),
    sa.Column('refus', sa.Integer(), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_alerte_rattachement'))
    )
    op.create_index(op.f('ix_alerte_rattachement_levee_le'), 'alerte_rattachement', ['levee_le'])
    op.create_table('partage',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('demande_id', sa.Integer(), nullable=False),
    sa.Column('compte_id', sa.Integer(), nullable=False),
    sa.Column('personne', sa.String(length=8), nullable=False),
    sa.Column('peut_ecrire', sa.Boolean(), nullable=False),
    sa.Column('cree_le', INSTANT, nullable=False),
    sa.ForeignKeyConstraint(['compte_id'], ['compte.id'], name=op.f('fk_partage_compte_id'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['demande_id'], ['demande.id'], name=op.f('fk_partage_demande_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_partage')),
    sa.UniqueConstraint('demande_id', 'compte_id', name=op.f('uq_partage_demande_id_compte_id'))
    )
    op.create_index(op.f('ix_partage_compte_id'), 'partage', ['compte_id'])


def downgrade() -> None:
    op.refuser_si_le_journal_connait(revision, ACTES)
    # Le schéma d'avant ne connaît pas ce genre : une demande qui en garderait un ne s'ouvrirait plus.
    op.execute("DELETE FROM evenement WHERE genre = 'partage'")
    op.drop_index(op.f('ix_partage_compte_id'), 'partage')
    op.drop_table('partage')
    op.drop_index(op.f('ix_alerte_rattachement_levee_le'), 'alerte_rattachement')
    op.drop_table('alerte_rattachement')
    op.drop_index(op.f('ix_code_rattachement_demande_id'), 'code_rattachement')
    op.drop_index(op.f('ix_code_rattachement_compte_id'), 'code_rattachement')
    op.drop_table('code_rattachement')
    op.drop_index(op.f('ix_essai_rattachement_refuse_le'), 'essai_rattachement')
    op.drop_index(op.f('ix_essai_rattachement_examine_le'), 'essai_rattachement')
    op.drop_index(op.f('ix_essai_rattachement_compte_id'), 'essai_rattachement')
    op.drop_table('essai_rattachement')
