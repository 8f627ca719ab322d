"""Ce qui suit « Je n’ai pas ce document » : un rappel, de l’aide, pourquoi.

Migration 0013, après 0012.
"""

import sqlalchemy as sa
from alembic import op

revision = '0013'
down_revision = '0012'
branch_labels = None
depends_on = None

SUITES = sa.Enum('rappel', 'aide', 'sans', name='suiteabsence', native_enum=False, create_constraint=False, length=40)


def upgrade() -> None:
    op.add_column('piece_fournie', sa.Column('absence_suite', SUITES, nullable=True))
    op.add_column('piece_fournie', sa.Column('absence_rappel_le', sa.Date(), nullable=True))
    op.add_column('piece_fournie', sa.Column('absence_mot', sa.LargeBinary(), nullable=True))
    op.create_index(op.f('ix_piece_fournie_absence_rappel_le'), 'piece_fournie', ['absence_rappel_le'])


def downgrade() -> None:
    op.drop_index(op.f('ix_piece_fournie_absence_rappel_le'), 'piece_fournie')
    with op.batch_alter_table('piece_fournie') as table:
        table.drop_column('absence_mot')
        table.drop_column('absence_rappel_le')
        table.drop_column('absence_suite')
