"""Conservation : dernière connexion, annonces d'effacement, registre des effacements, auteur parti d'un message.

Migration 0023, après 0022.
"""

from datetime import UTC, datetime

import sqlalchemy as sa
from alembic import op

revision = '0023'
down_revision = '0022'
branch_labels = None
depends_on = None

ACTES = ('detachement', 'effacement')  # du journal, inconnus de la version d'avant

INSTANT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.add_column('compte', sa.Column('vu_le', INSTANT, nullable=True))
    # Les sessions s'oublient au bout de 90 jours : d'un compte plus ancien on ne sait rien. Son délai part de ce jour.
    # Une inscription qui attend sa confirmation n'a jamais servi : elle s'oublie seule, au bout de trois jours.
    op.get_bind().execute(
        sa.text(
            'UPDATE compte SET vu_le = coalesce('
            '(SELECT max(s.vue_le) FROM session_ouverte s WHERE s.compte_id = compte.id), '
            'CASE WHEN courriel_confirme_le IS NOT NULL THEN :ce_jour END)'
        ).bindparams(sa.bindparam('ce_jour', datetime.now(UTC), INSTANT))
    )
    op.add_column('message', sa.Column('auteur_parti_le', INSTANT, nullable=True))
    op.create_table('annonce_effacement',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('regle', sa.String(length=40), nullable=False),
    sa.Column('demande_id', sa.Integer(), nullable=True),
    sa.Column('compte_id', sa.Integer(), nullable=True),
    sa.Column('cle', sa.String(length=120), nullable=True),
    sa.Column('annoncee_le', INSTANT, nullable=False),
    sa.Column('preavis_depuis', INSTANT, nullable=True),
    sa.ForeignKeyConstraint(['compte_id'], ['compte.id'], name=op.f('fk_annonce_effacement_compte_id'),
                            ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['demande_id'], ['demande.id'], name=op.f('fk_annonce_effacement_demande_id'),
                            ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_annonce_effacement')),
    sa.UniqueConstraint('compte_id', name=op.f('uq_annonce_effacement_compte_id')),
    sa.UniqueConstraint('demande_id', name=op.f('uq_annonce_effacement_demande_id'))
    )
    op.create_table('effacement',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('objet', sa.String(length=40), nullable=False),
    sa.Column('numero', sa.Integer(), nullable=False),
    sa.Column('regle', sa.String(length=40), nullable=False),
    sa.Column('efface_le', INSTANT, nullable=False),
    sa.Column('lignes', sa.Integer(), nullable=False),
    sa.Column('fichiers', sa.Integer(), nullable=False),
    sa.Column('empreinte', sa.String(length=64), nullable=False),
    sa.Column('reporte_le', INSTANT, nullable=True),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_effacement')),
    sa.UniqueConstraint('objet', 'numero', 'empreinte', name=op.f('uq_effacement_objet_numero_empreinte'))
    )


def downgrade() -> None:
    op.refuser_si_le_journal_connait(revision, ACTES)
    # Seul `vu_le` dit qu'il a servi : sans lui, c'est une inscription oubliée, que le ménage de chaque jour efface.
    op.refuser_si(
        revision,
        'SELECT count(*) FROM compte WHERE courriel_confirme_le IS NULL AND vu_le IS NOT NULL',
        '{nombre} compte(s) mis à l’abri attendent d’être repris, et la version d’avant les effacerait comme des '
        'inscriptions oubliées. Restaurez la sauvegarde d’avant la mise à jour.',
    )
    # Le schéma d'avant ne connaît pas ce genre : une demande qui en garderait un ne s'ouvrirait plus.
    op.execute("DELETE FROM evenement WHERE genre = 'detachement'")
    op.drop_table('effacement')
    op.drop_table('annonce_effacement')
    op.drop_column('message', 'auteur_parti_le')
    op.drop_column('compte', 'vu_le')
