"""FranceConnect : le lien d’un compte avec une identité, les allers-retours ; un compte peut n’avoir pas de mot de passe.

Migration 0012, après 0011.
"""

import sqlalchemy as sa
from alembic import op

revision = '0012'
down_revision = '0011'
branch_labels = None
depends_on = None

QUI_DESIGNENT_UN_JETON = (('envoi', 'jeton_id'),)

INSTANT = sa.DateTime(timezone=True)


def upgrade() -> None:
    with op.batch_alter_table('compte') as compte:
        compte.alter_column('mot_de_passe', existing_type=sa.String(length=200), nullable=True)
    op.execute("UPDATE compte SET mot_de_passe = NULL WHERE mot_de_passe = '!'")  # d'une descente, plus bas
    op.create_table('lien_franceconnect',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('compte_id', sa.Integer(), nullable=False),
    sa.Column('emetteur', sa.String(length=200), nullable=False),
    sa.Column('sub', sa.LargeBinary(), nullable=False),
    sa.Column('sub_empreinte', sa.String(length=64), nullable=False),
    sa.Column('cree_le', INSTANT, nullable=False),
    sa.Column('confirme_le', INSTANT, nullable=True),
    sa.ForeignKeyConstraint(['compte_id'], ['compte.id'], name=op.f('fk_lien_franceconnect_compte_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_lien_franceconnect')),
    sa.UniqueConstraint('compte_id', name=op.f('uq_lien_franceconnect_compte_id'))
    )
    op.create_index('uq_lien_franceconnect_confirme', 'lien_franceconnect', ['sub_empreinte'], unique=True,
                    sqlite_where=sa.text('confirme_le IS NOT NULL'), postgresql_where=sa.text('confirme_le IS NOT NULL'))
    op.create_table('passage_franceconnect',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('etat', sa.String(length=64), nullable=False),
    sa.Column('navigateur', sa.String(length=64), nullable=False),
    sa.Column('usage', sa.String(length=40), nullable=False),
    sa.Column('compte_id', sa.Integer(), nullable=True),
    sa.Column('prives', sa.LargeBinary(), nullable=True),
    sa.Column('suite', sa.String(length=500), nullable=False),
    sa.Column('partage', sa.Boolean(), nullable=False),
    sa.Column('commence_le', INSTANT, nullable=False),
    sa.Column('revenu_le', INSTANT, nullable=True),
    sa.Column('identite', sa.LargeBinary(), nullable=True),
    sa.Column('jeton', sa.LargeBinary(), nullable=True),
    sa.Column('jeton_courriel_id', sa.Integer(), nullable=True),
    sa.ForeignKeyConstraint(['compte_id'], ['compte.id'], name=op.f('fk_passage_franceconnect_compte_id'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['jeton_courriel_id'], ['jeton.id'], name=op.f('fk_passage_franceconnect_jeton_courriel_id'), ondelete='SET NULL'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_passage_franceconnect')),
    sa.UniqueConstraint('etat', name=op.f('uq_passage_franceconnect_etat'))
    )
    op.create_index(op.f('ix_passage_franceconnect_navigateur'), 'passage_franceconnect', ['navigateur'])
    op.create_index(op.f('ix_passage_franceconnect_compte_id'), 'passage_franceconnect', ['compte_id'])
    op.create_index(op.f('ix_passage_franceconnect_jeton_courriel_id'), 'passage_franceconnect', ['jeton_courriel_id'])


def _oublier_les_jetons() -> None:
    """La version d'avant ne connaît pas ces liens : un courriel qui en porte un ne partirait plus, ou ne mènerait à rien.

    Les clés étrangères de SQLite dorment pendant une migration : ce qui désigne ces jetons s'écrit ici.
    """
    ceux_la = "SELECT id FROM jeton WHERE usage IN ('relier_franceconnect')"
    op.execute(f'DELETE FROM envoi WHERE prochain_essai_le IS NOT NULL AND jeton_id IN ({ceux_la})')
    for table, colonne in QUI_DESIGNENT_UN_JETON:
        op.execute(f'UPDATE {table} SET {colonne} = NULL WHERE {colonne} IN ({ceux_la})')
    op.execute(f'DELETE FROM jeton WHERE id IN ({ceux_la})')


def downgrade() -> None:
    """Qui n’avait pas de mot de passe en demandera un par courriel : une empreinte vide n’en accepte aucun."""
    op.drop_index(op.f('ix_passage_franceconnect_jeton_courriel_id'), 'passage_franceconnect')
    op.drop_index(op.f('ix_passage_franceconnect_compte_id'), 'passage_franceconnect')
    op.drop_index(op.f('ix_passage_franceconnect_navigateur'), 'passage_franceconnect')
    op.drop_table('passage_franceconnect')
    op.drop_index('uq_lien_franceconnect_confirme', 'lien_franceconnect')
    op.drop_table('lien_franceconnect')
    op.execute("UPDATE compte SET mot_de_passe = '!' WHERE mot_de_passe IS NULL")
    with op.batch_alter_table('compte') as compte:
        compte.alter_column('mot_de_passe', existing_type=sa.String(length=200), nullable=False)
    _oublier_les_jetons()
