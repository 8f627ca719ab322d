"""Codes par courriel, changements d’adresse mail, date de la dernière preuve d’une session.

Migration 0015, après 0014.
"""

import sqlalchemy as sa
from alembic import op

revision = '0015'
down_revision = '0014'
branch_labels = None
depends_on = None

QUI_DESIGNENT_UN_JETON = (
    ('envoi', 'jeton_id'),
    ('passage_franceconnect', 'jeton_courriel_id'),
)

INSTANT = sa.DateTime(timezone=True)
JETONS = ('jeton_id', 'gel_demande_id', 'gel_confirme_id')


def upgrade() -> None:
    op.add_column('session_ouverte', sa.Column('prouvee_le', INSTANT, nullable=True))
    op.create_table('code_courriel',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('usage', sa.String(length=40), nullable=False),
    sa.Column('compte_id', sa.Integer(), nullable=False),
    sa.Column('navigateur', sa.String(length=64), nullable=False),
    sa.Column('empreinte', sa.String(length=64), nullable=False),
    sa.Column('essais', sa.Integer(), nullable=False),
    sa.Column('suite', sa.String(length=500), nullable=False),
    sa.Column('partage', sa.Boolean(), nullable=False),
    sa.Column('cree_le', INSTANT, nullable=False),
    sa.Column('utilise_le', INSTANT, nullable=True),
    sa.ForeignKeyConstraint(['compte_id'], ['compte.id'], name=op.f('fk_code_courriel_compte_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_code_courriel'))
    )
    op.create_index(op.f('ix_code_courriel_compte_id'), 'code_courriel', ['compte_id'])
    op.create_index(op.f('ix_code_courriel_navigateur'), 'code_courriel', ['navigateur'])
    op.create_table('changement_courriel',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('compte_id', sa.Integer(), nullable=False),
    sa.Column('ancienne', sa.LargeBinary(), nullable=False),
    sa.Column('nouvelle', sa.LargeBinary(), nullable=False),
    sa.Column('demande_le', INSTANT, nullable=False),
    sa.Column('confirme_le', INSTANT, nullable=True),
    sa.Column('gele_le', INSTANT, nullable=True),
    *[sa.Column(nom, sa.Integer(), nullable=True) for nom in JETONS],
    sa.ForeignKeyConstraint(['compte_id'], ['compte.id'], name=op.f('fk_changement_courriel_compte_id'), ondelete='CASCADE'),
    *[
        sa.ForeignKeyConstraint([nom], ['jeton.id'], name=op.f(f'fk_changement_courriel_{nom}'), ondelete='SET NULL')
        for nom in JETONS
    ],
    sa.PrimaryKeyConstraint('id', name=op.f('pk_changement_courriel'))
    )
    for nom in ('compte_id', *JETONS):
        op.create_index(op.f(f'ix_changement_courriel_{nom}'), 'changement_courriel', [nom])


def _oublier_les_jetons() -> None:
    """La version d'avant ne connaît pas ces liens : un courriel qui en porte un ne partirait plus, ou ne mènerait à rien.

    Les clés étrangères de SQLite dorment pendant une migration : ce qui désigne ces jetons s'écrit ici.
    """
    ceux_la = "SELECT id FROM jeton WHERE usage IN ('changer_courriel', 'geler')"
    op.execute(f'DELETE FROM envoi WHERE prochain_essai_le IS NOT NULL AND jeton_id IN ({ceux_la})')
    for table, colonne in QUI_DESIGNENT_UN_JETON:
        op.execute(f'UPDATE {table} SET {colonne} = NULL WHERE {colonne} IN ({ceux_la})')
    op.execute(f'DELETE FROM jeton WHERE id IN ({ceux_la})')


def downgrade() -> None:
    for nom in ('compte_id', *JETONS):
        op.drop_index(op.f(f'ix_changement_courriel_{nom}'), 'changement_courriel')
    op.drop_table('changement_courriel')
    op.drop_index(op.f('ix_code_courriel_navigateur'), 'code_courriel')
    op.drop_index(op.f('ix_code_courriel_compte_id'), 'code_courriel')
    op.drop_table('code_courriel')
    op.drop_column('session_ouverte', 'prouvee_le')
    _oublier_les_jetons()
