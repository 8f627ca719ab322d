"""Les clés d’accès des personnes, et les défis que les clés signent.

Migration 0020, après 0019.
"""

import sqlalchemy as sa
from alembic import op

revision = '0020'
down_revision = '0019'
branch_labels = None
depends_on = None

QUI_DESIGNENT_UN_JETON = (
    ('envoi', 'jeton_id'),
    ('passage_franceconnect', 'jeton_courriel_id'),
    ('changement_courriel', 'jeton_id'),
    ('changement_courriel', 'gel_demande_id'),
    ('changement_courriel', 'gel_confirme_id'),
)

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


def _oublier_les_jetons() -> None:
    """La version d'avant ne connaît pas ces liens : un courriel qui en porte un ne partirait plus, ou ne mènerait à rien.

    Les clés étrangères de SQLite dorment pendant une migration : ce qui désigne ces jetons s'écrit ici.
    """
    ceux_la = "SELECT id FROM jeton WHERE usage IN ('refuser_cle')"
    op.execute(f'DELETE FROM envoi WHERE prochain_essai_le IS NOT NULL AND jeton_id IN ({ceux_la})')
    for table, colonne in QUI_DESIGNENT_UN_JETON:
        op.execute(f'UPDATE {table} SET {colonne} = NULL WHERE {colonne} IN ({ceux_la})')
    op.execute(f'DELETE FROM jeton WHERE id IN ({ceux_la})')


def downgrade() -> None:
    for nom in ('compte_id', 'refus_id'):
        op.drop_index(op.f(f'ix_cle_compte_{nom}'), 'cle_compte')
    op.drop_table('cle_compte')
    op.drop_index(op.f('ix_defi_cle_cree_le'), 'defi_cle')
    op.drop_table('defi_cle')
    _oublier_les_jetons()
