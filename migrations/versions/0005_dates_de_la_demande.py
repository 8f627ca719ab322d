"""La demande garde la date de son dernier dépôt, de son dernier renvoi, et le jour d’où court sa validité.

Migration 0005, après 0004.
"""

from datetime import UTC
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from alembic import op

revision = '0005'
down_revision = '0004'
branch_labels = None
depends_on = None

INSTANT = sa.DateTime(timezone=True)
PARIS = ZoneInfo('Europe/Paris')


def upgrade() -> None:
    op.add_column('demande', sa.Column('soumise_le', INSTANT, nullable=True))
    op.add_column('demande', sa.Column('renvoyee_le', INSTANT, nullable=True))
    op.add_column('demande', sa.Column('presentee_le', sa.Date(), nullable=True))
    op.create_index(op.f('ix_demande_presentee_le_id'), 'demande', ['presentee_le', 'id'])
    _dater_les_depots()


def _dater_les_depots() -> None:
    """Ce qui est déjà déposé : le dernier dépôt est celui de la déclaration qui compte."""
    demande = sa.table('demande', sa.column('id'), sa.column('deposee_le', INSTANT), sa.column('soumise_le', INSTANT),
                       sa.column('presentee_le', sa.Date()), sa.column('declaration_deposee_id'))  # fmt: skip
    declaration = sa.table('declaration', sa.column('id'), sa.column('deposee_le', INSTANT))
    base = op.get_bind()
    deposees = base.execute(
        sa.select(demande.c.id, demande.c.deposee_le, declaration.c.deposee_le.label('soumise_le'))
        .join(declaration, declaration.c.id == demande.c.declaration_deposee_id)
        .where(demande.c.deposee_le.is_not(None))
    ).all()
    for ligne in deposees:
        premier = ligne.deposee_le if ligne.deposee_le.tzinfo else ligne.deposee_le.replace(tzinfo=UTC)
        base.execute(
            sa.update(demande)
            .where(demande.c.id == ligne.id)
            .values(soumise_le=ligne.soumise_le, presentee_le=premier.astimezone(PARIS).date())
        )


def downgrade() -> None:
    # Le schéma d'avant ne connaît pas ces genres : une demande qui en garderait un ne s'ouvrirait plus.
    op.execute("DELETE FROM evenement WHERE genre IN ('renvoi', 'enregistrement')")
    op.drop_index(op.f('ix_demande_presentee_le_id'), 'demande')
    for colonne in ('presentee_le', 'renvoyee_le', 'soumise_le'):
        op.drop_column('demande', colonne)
