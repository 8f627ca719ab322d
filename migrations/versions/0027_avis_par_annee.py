"""Un avis d'impôt se range sous son année (« AIS2025 »), non plus sous N-2 et N-1, qui glissent.

L'année se lit du jour où le document est arrivé (ou dit absent) : N-2 cette année-là, l'avis de l'année d'avant.

Migration 0027, après 0026.
"""

from datetime import datetime

import sqlalchemy as sa
from alembic import op

revision = '0027'
down_revision = '0026'
branch_labels = None
depends_on = None

ECARTS = {'AIS2': 1, 'AIS1': 0}
piece = sa.table(
    'piece_fournie',
    sa.column('id'),
    sa.column('demande_id'),
    sa.column('code'),
    sa.column('personne'),
    sa.column('absente_le', sa.DateTime(timezone=True)),
)
fichier = sa.table('fichier', sa.column('piece_id'), sa.column('recu_le', sa.DateTime(timezone=True)))
envoi = sa.table(
    'televersement',
    sa.column('id'),
    sa.column('demande_id'),
    sa.column('code'),
    sa.column('personne'),
    sa.column('empreinte'),
    sa.column('avance_le', sa.DateTime(timezone=True)),
)


def upgrade() -> None:
    _renommer(lambda code, annee: f'AIS{annee - ECARTS[code]}' if code in ECARTS else None)


def downgrade() -> None:
    """L'avis de l'année d'arrivée redevient « AIS1 », celui de l'année d'avant « AIS2 ». Un autre garde son code : la
    version d'avant le montre parmi les documents en trop, et remonter le retrouve sous sa vraie année."""
    _renommer(
        lambda code, annee: next((avant for avant, ecart in ECARTS.items() if code == f'AIS{annee - ecart}'), None)
    )


def _renommer(nouveau) -> None:
    connexion = op.get_bind()
    arrives = sa.select(sa.func.max(fichier.c.recu_le)).where(fichier.c.piece_id == piece.c.id).scalar_subquery()
    lignes = connexion.execute(
        sa.select(
            piece.c.id, piece.c.demande_id, piece.c.code, piece.c.personne, sa.null(), sa.func.coalesce(arrives, piece.c.absente_le)
        )
        .where(piece.c.code.like('AIS%'))
        .order_by(piece.c.id.desc())
    ).all()
    _poser(connexion, piece, lignes, nouveau)
    lignes = connexion.execute(
        sa.select(envoi.c.id, envoi.c.demande_id, envoi.c.code, envoi.c.personne, envoi.c.empreinte, envoi.c.avance_le)
        .where(envoi.c.code.like('AIS%'))
        .order_by(envoi.c.id.desc())
    ).all()
    _poser(connexion, envoi, lignes, nouveau)


def _poser(connexion, table, lignes, nouveau) -> None:
    """Une place déjà prise n'est pas reprise : le document garde son ancien code, et se retrouve parmi ceux en trop.

    Deux fichiers peuvent arriver à la même place, mais pas deux fois le même : leur empreinte les distingue.
    """
    pris = {(demande, personne, code, empreinte) for _, demande, code, personne, empreinte, _ in lignes}
    for identifiant, demande, code, personne, empreinte, quand in lignes:
        choisi = nouveau(code, _annee(quand))
        if choisi is None or choisi == code or (demande, personne, choisi, empreinte) in pris:
            continue
        pris.add((demande, personne, choisi, empreinte))
        connexion.execute(sa.update(table).where(table.c.id == identifiant).values(code=choisi))


def _annee(quand) -> int:
    if quand is None:
        return datetime.now().astimezone().year
    return quand.year if isinstance(quand, datetime) else int(str(quand)[:4])
