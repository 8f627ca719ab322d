"""Le guichet qui a demandé un changement d’adresse mail, pièce d’identité vue.

Migration 0025, après 0024.
"""

import sqlalchemy as sa
from alembic import op
from alembic.util import CommandError

revision = '0025'
down_revision = '0024'
branch_labels = None
depends_on = None

ACTES = "('recours')"  # du journal, inconnus de la version d'avant


def upgrade() -> None:
    with op.batch_alter_table('changement_courriel') as table:
        table.add_column(sa.Column('guichet_id', sa.Integer(), nullable=True))
        table.create_foreign_key(
            op.f('fk_changement_courriel_guichet_id'), 'guichet', ['guichet_id'], ['id'], ondelete='RESTRICT'
        )


def _refuser_si_le_journal_en_parle() -> None:
    """Rien ne s'efface d'un journal, et la version d'avant ne saurait pas lire ces actes : ses pages ne s'ouvriraient plus."""
    inconnus = op.get_bind().scalar(sa.text(f"SELECT count(*) FROM ecriture_journal WHERE acte IN {ACTES}"))
    if inconnus:
        raise CommandError(
            f'Impossible de revenir avant la migration {revision} : le journal garde {inconnus} écriture(s) que la version '
            'd’avant ne sait pas lire, et rien ne s’efface d’un journal. Restaurez la sauvegarde d’avant la mise à jour.'
        )


def downgrade() -> None:
    _refuser_si_le_journal_en_parle()
    with op.batch_alter_table('changement_courriel') as table:
        table.drop_constraint(op.f('fk_changement_courriel_guichet_id'), type_='foreignkey')
        table.drop_column('guichet_id')
