"""Évènements de la gestion partagée, radiations et leurs motifs, demandes papier et code pour les reprendre.

Migration 0006, après 0005.
"""

import sqlalchemy as sa
from alembic import op

revision = '0006'
down_revision = '0005'
branch_labels = None
depends_on = None

INSTANT = sa.DateTime(timezone=True)
EVENEMENT = (
    ('date_du_fait', sa.Date()),
    ('guichet_id', sa.Integer()),
    ('auteur', sa.String(length=200)),
    ('organisme', sa.String(length=120)),
    ('valeur', sa.String(length=40)),
    ('rang', sa.Integer()),
    ('precision', sa.String(length=1000)),
    ('reference', sa.String(length=60)),
)
DEMANDE = (
    ('avertie_le', INSTANT),
    ('motif_avertissement', sa.String(length=1)),
    ('motif_radiation', sa.String(length=1)),
    ('saisie_guichet_id', sa.Integer()),
)


def upgrade() -> None:
    op.create_table('code_reclamation',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('demande_id', sa.Integer(), nullable=False),
    sa.Column('empreinte', sa.String(length=64), nullable=False),
    sa.Column('agent_id', sa.Integer(), nullable=False),
    sa.Column('cree_le', INSTANT, nullable=False),
    sa.Column('expire_le', INSTANT, nullable=False),
    sa.Column('utilise_le', INSTANT, nullable=True),
    sa.Column('annule_le', INSTANT, nullable=True),
    sa.ForeignKeyConstraint(['agent_id'], ['agent.id'], name=op.f('fk_code_reclamation_agent_id'), ondelete='RESTRICT'),
    sa.ForeignKeyConstraint(['demande_id'], ['demande.id'], name=op.f('fk_code_reclamation_demande_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_code_reclamation')),
    sa.UniqueConstraint('empreinte', name=op.f('uq_code_reclamation_empreinte'))
    )
    op.create_index(op.f('ix_code_reclamation_demande_id'), 'code_reclamation', ['demande_id'])
    op.add_column('personne', sa.Column('raison_sans_nir', sa.String(length=40), nullable=True))
    with op.batch_alter_table('evenement') as table:
        for nom, type_ in EVENEMENT:
            table.add_column(sa.Column(nom, type_, nullable=True))
        table.create_foreign_key(op.f('fk_evenement_guichet_id'), 'guichet', ['guichet_id'], ['id'], ondelete='RESTRICT')
        table.create_unique_constraint(op.f('uq_evenement_guichet_id_reference'), ['guichet_id', 'reference'])
    with op.batch_alter_table('demande') as table:
        for nom, type_ in DEMANDE:
            table.add_column(sa.Column(nom, type_, nullable=True))
        table.create_foreign_key(op.f('fk_demande_saisie_guichet_id'), 'guichet', ['saisie_guichet_id'], ['id'], ondelete='RESTRICT')
    op.create_index(op.f('ix_demande_saisie_guichet_id'), 'demande', ['saisie_guichet_id'])


def downgrade() -> None:
    # Sans guichet qui le saisit ni compte, plus personne n'ouvrirait ce brouillon.
    op.refuser_si(
        revision,
        'SELECT count(*) FROM demande WHERE compte_id IS NULL AND deposee_le IS NULL',
        '{nombre} demande(s) papier sont en cours de saisie au guichet, et plus personne ne pourrait les ouvrir. Finissez '
        'ou abandonnez ces saisies, puis recommencez.',
    )
    # Le schéma d'avant ne connaît que ceux-ci : une demande qui en garderait un autre ne s'ouvrirait plus.
    op.execute("DELETE FROM evenement WHERE genre NOT IN ('creation', 'depot', 'renvoi', 'enregistrement')")
    op.drop_index(op.f('ix_demande_saisie_guichet_id'), 'demande')
    with op.batch_alter_table('demande') as table:
        table.drop_constraint(op.f('fk_demande_saisie_guichet_id'), type_='foreignkey')
        for nom, _ in reversed(DEMANDE):
            table.drop_column(nom)
    with op.batch_alter_table('evenement') as table:
        table.drop_constraint(op.f('uq_evenement_guichet_id_reference'), type_='unique')
        table.drop_constraint(op.f('fk_evenement_guichet_id'), type_='foreignkey')
        for nom, _ in reversed(EVENEMENT):
            table.drop_column(nom)
    op.drop_column('personne', 'raison_sans_nir')
    op.drop_index(op.f('ix_code_reclamation_demande_id'), 'code_reclamation')
    op.drop_table('code_reclamation')
