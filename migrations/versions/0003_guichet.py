"""L’espace guichet : guichets, agents, instruction, journal ; la demande dit quelle déclaration compte.

Migration 0003, après 0002. Le journal est tenu par des déclencheurs : on y ajoute, on n’y revient pas. Une migration
qui referait la table sur SQLite (`batch_alter_table`) devrait les reposer.
"""

import re
import unicodedata

import sqlalchemy as sa
from alembic import op

revision = '0003'
down_revision = '0002'
branch_labels = None
depends_on = None

REFUS = 'Le journal ne se change pas : on y ajoute.'
INSTANT = sa.DateTime(timezone=True)
TABLES = ('renvoi_champ', 'renvoi', 'decision_piece', 'session_agent', 'invitation', 'code_secours', 'agent',
          'guichet_commune', 'guichet_territoire', 'guichet', 'sequence_numero', 'ecriture_journal')  # fmt: skip


def upgrade() -> None:
    _guichets()
    _agents()
    _instruction()
    _journal()
    _demande()
    _poser_les_reperes()


def _guichets() -> None:
    op.create_table('guichet',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('code', sa.String(length=5), nullable=False),
    sa.Column('nom', sa.String(length=120), nullable=False),
    sa.Column('type', sa.String(length=40), nullable=False),
    sa.Column('adresse', sa.String(length=200), nullable=False),
    sa.Column('code_postal', sa.String(length=5), nullable=False),
    sa.Column('ville', sa.String(length=100), nullable=False),
    sa.Column('telephone', sa.String(length=30), nullable=True),
    sa.Column('courriel', sa.String(length=254), nullable=True),
    sa.Column('horaires', sa.String(length=500), nullable=True),
    sa.Column('cree_le', INSTANT, nullable=False),
    sa.Column('ferme_le', INSTANT, nullable=True),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_guichet')),
    sa.UniqueConstraint('code', name=op.f('uq_guichet_code'))
    )
    op.create_table('guichet_territoire',
    sa.Column('guichet_id', sa.Integer(), nullable=False),
    sa.Column('territoire', sa.String(length=3), nullable=False),
    sa.ForeignKeyConstraint(['guichet_id'], ['guichet.id'], name=op.f('fk_guichet_territoire_guichet_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('guichet_id', 'territoire', name=op.f('pk_guichet_territoire'))
    )
    op.create_table('guichet_commune',
    sa.Column('guichet_id', sa.Integer(), nullable=False),
    sa.Column('commune', sa.String(length=5), nullable=False),
    sa.ForeignKeyConstraint(['guichet_id'], ['guichet.id'], name=op.f('fk_guichet_commune_guichet_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('guichet_id', 'commune', name=op.f('pk_guichet_commune'))
    )
    op.create_index(op.f('ix_guichet_commune_commune'), 'guichet_commune', ['commune'], unique=False)


def _agents() -> None:
    op.create_table('agent',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('guichet_id', sa.Integer(), nullable=False),
    sa.Column('courriel', sa.String(length=254), nullable=False),
    sa.Column('prenom', sa.String(length=100), nullable=False),
    sa.Column('nom', sa.String(length=100), nullable=False),
    sa.Column('role', sa.String(length=40), nullable=False),
    sa.Column('mot_de_passe', sa.String(length=200), nullable=True),
    sa.Column('secret_totp', sa.LargeBinary(), nullable=True),
    sa.Column('totp_confirme_le', INSTANT, nullable=True),
    sa.Column('dernier_pas_totp', sa.Integer(), nullable=True),
    sa.Column('cree_le', INSTANT, nullable=False),
    sa.Column('desactive_le', INSTANT, nullable=True),
    sa.ForeignKeyConstraint(['guichet_id'], ['guichet.id'], name=op.f('fk_agent_guichet_id'), ondelete='RESTRICT'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_agent')),
    sa.UniqueConstraint('courriel', name=op.f('uq_agent_courriel'))
    )
    op.create_index(op.f('ix_agent_guichet_id'), 'agent', ['guichet_id'], unique=False)
    op.create_table('code_secours',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('agent_id', sa.Integer(), nullable=False),
    sa.Column('empreinte', sa.String(length=64), nullable=False),
    sa.Column('utilise_le', INSTANT, nullable=True),
    sa.ForeignKeyConstraint(['agent_id'], ['agent.id'], name=op.f('fk_code_secours_agent_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_code_secours'))
    )
    op.create_index(op.f('ix_code_secours_agent_id'), 'code_secours', ['agent_id'], unique=False)
    op.create_table('invitation',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('agent_id', sa.Integer(), nullable=False),
    sa.Column('empreinte', sa.String(length=64), nullable=False),
    sa.Column('creee_le', INSTANT, nullable=False),
    sa.Column('expire_le', INSTANT, nullable=False),
    sa.Column('acceptee_le', INSTANT, nullable=True),
    sa.ForeignKeyConstraint(['agent_id'], ['agent.id'], name=op.f('fk_invitation_agent_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_invitation')),
    sa.UniqueConstraint('empreinte', name=op.f('uq_invitation_empreinte'))
    )
    op.create_index(op.f('ix_invitation_agent_id'), 'invitation', ['agent_id'], unique=False)
    op.create_table('session_agent',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('empreinte', sa.String(length=64), nullable=False),
    sa.Column('agent_id', sa.Integer(), nullable=False),
    sa.Column('ouverte_le', INSTANT, nullable=False),
    sa.Column('vue_le', INSTANT, nullable=False),
    sa.Column('fermee_le', INSTANT, nullable=True),
    sa.Column('second_facteur_le', INSTANT, nullable=True),
    sa.Column('appareil', sa.String(length=80), nullable=False),
    sa.Column('reseau', sa.String(length=64), nullable=False),
    sa.ForeignKeyConstraint(['agent_id'], ['agent.id'], name=op.f('fk_session_agent_agent_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_session_agent')),
    sa.UniqueConstraint('empreinte', name=op.f('uq_session_agent_empreinte'))
    )
    op.create_index(op.f('ix_session_agent_agent_id'), 'session_agent', ['agent_id'], unique=False)


def _instruction() -> None:
    op.create_table('sequence_numero',
    sa.Column('territoire', sa.String(length=3), nullable=False),
    sa.Column('annee', sa.Integer(), autoincrement=False, nullable=False),
    sa.Column('mois', sa.Integer(), autoincrement=False, nullable=False),
    sa.Column('dernier', sa.Integer(), nullable=False),
    sa.PrimaryKeyConstraint('territoire', 'annee', 'mois', name=op.f('pk_sequence_numero'))
    )
    op.create_table('decision_piece',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('piece_id', sa.Integer(), nullable=False),
    sa.Column('agent_id', sa.Integer(), nullable=False),
    sa.Column('decision', sa.String(length=40), nullable=False),
    sa.Column('raison', sa.String(length=500), nullable=True),
    sa.Column('decidee_le', INSTANT, nullable=False),
    sa.ForeignKeyConstraint(['agent_id'], ['agent.id'], name=op.f('fk_decision_piece_agent_id'), ondelete='RESTRICT'),
    sa.ForeignKeyConstraint(['piece_id'], ['piece_fournie.id'], name=op.f('fk_decision_piece_piece_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_decision_piece'))
    )
    op.create_index(op.f('ix_decision_piece_piece_id'), 'decision_piece', ['piece_id'], unique=False)
    op.create_table('renvoi',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('demande_id', sa.Integer(), nullable=False),
    sa.Column('declaration_id', sa.Integer(), nullable=False),
    sa.Column('agent_id', sa.Integer(), nullable=False),
    sa.Column('renvoye_le', INSTANT, nullable=False),
    sa.Column('motif', sa.String(length=40), nullable=False),
    sa.Column('explication', sa.String(length=1000), nullable=True),
    sa.ForeignKeyConstraint(['agent_id'], ['agent.id'], name=op.f('fk_renvoi_agent_id'), ondelete='RESTRICT'),
    sa.ForeignKeyConstraint(['declaration_id'], ['declaration.id'], name=op.f('fk_renvoi_declaration_id'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['demande_id'], ['demande.id'], name=op.f('fk_renvoi_demande_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_renvoi'))
    )
    op.create_index(op.f('ix_renvoi_declaration_id'), 'renvoi', ['declaration_id'], unique=False)
    op.create_index(op.f('ix_renvoi_demande_id'), 'renvoi', ['demande_id'], unique=False)
    op.create_table('renvoi_champ',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('renvoi_id', sa.Integer(), nullable=False),
    sa.Column('etape', sa.String(length=40), nullable=False),
    sa.Column('section', sa.String(length=40), nullable=False),
    sa.Column('personne', sa.String(length=8), nullable=False),
    sa.Column('champ', sa.String(length=60), nullable=False),
    sa.Column('remarque', sa.String(length=500), nullable=False),
    sa.ForeignKeyConstraint(['renvoi_id'], ['renvoi.id'], name=op.f('fk_renvoi_champ_renvoi_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_renvoi_champ'))
    )
    op.create_index(op.f('ix_renvoi_champ_renvoi_id'), 'renvoi_champ', ['renvoi_id'], unique=False)


def _journal() -> None:
    op.create_table('ecriture_journal',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('faite_le', INSTANT, nullable=False),
    sa.Column('acte', sa.String(length=40), nullable=False),
    sa.Column('agent_id', sa.Integer(), nullable=True),
    sa.Column('agent_nom', sa.String(length=200), nullable=True),
    sa.Column('guichet_code', sa.String(length=5), nullable=True),
    sa.Column('compte_id', sa.Integer(), nullable=True),
    sa.Column('demande_id', sa.Integer(), nullable=True),
    sa.Column('objet', sa.String(length=200), nullable=True),
    sa.Column('raison', sa.String(length=500), nullable=True),
    sa.Column('precedente', sa.String(length=64), nullable=False),
    sa.Column('empreinte', sa.String(length=64), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_ecriture_journal')),
    sa.UniqueConstraint('empreinte', name=op.f('uq_ecriture_journal_empreinte')),
    sa.UniqueConstraint('precedente', name=op.f('uq_ecriture_journal_precedente'))
    )
    op.create_index(op.f('ix_ecriture_journal_agent_id_id'), 'ecriture_journal', ['agent_id', 'id'], unique=False)
    op.create_index(op.f('ix_ecriture_journal_demande_id_id'), 'ecriture_journal', ['demande_id', 'id'], unique=False)
    op.create_index(op.f('ix_ecriture_journal_guichet_code_id'), 'ecriture_journal', ['guichet_code', 'id'], unique=False)
    if op.get_bind().dialect.name == 'postgresql':
        op.execute(
            'CREATE FUNCTION refuser_ecriture_journal() RETURNS trigger LANGUAGE plpgsql AS '
            f"$$ BEGIN RAISE EXCEPTION '{REFUS}'; END $$"
        )
        op.execute(
            'CREATE TRIGGER journal_fige BEFORE UPDATE OR DELETE ON ecriture_journal '
            'FOR EACH ROW EXECUTE FUNCTION refuser_ecriture_journal()'
        )
        op.execute(
            'CREATE TRIGGER journal_garde BEFORE TRUNCATE ON ecriture_journal '
            'FOR EACH STATEMENT EXECUTE FUNCTION refuser_ecriture_journal()'
        )
        return
    for nom, acte in (('journal_fige', 'UPDATE'), ('journal_garde', 'DELETE')):
        op.execute(f"CREATE TRIGGER {nom} BEFORE {acte} ON ecriture_journal BEGIN SELECT RAISE(ABORT, '{REFUS}'); END")


def _demande() -> None:
    with op.batch_alter_table('demande') as table:
        table.add_column(sa.Column('guichet_id', sa.Integer(), nullable=True))
        table.add_column(sa.Column('declaration_deposee_id', sa.Integer(), nullable=True))
        table.add_column(sa.Column('nom_cherche', sa.String(length=100), nullable=True))
        table.add_column(sa.Column('date_naissance_cherchee', sa.Date(), nullable=True))
        table.add_column(sa.Column('premiere_commune', sa.String(length=5), nullable=True))
        table.create_foreign_key(op.f('fk_demande_guichet_id'), 'guichet', ['guichet_id'], ['id'], ondelete='RESTRICT')
        table.create_foreign_key(
            op.f('fk_demande_declaration_deposee_id'), 'declaration', ['declaration_deposee_id'], ['id'], ondelete='SET NULL'
        )
    for colonnes in INDEX:
        op.create_index(op.f(f"ix_demande_{'_'.join(colonnes)}"), 'demande', colonnes, unique=False)


INDEX = (
    ['date_naissance_cherchee'],
    ['declaration_deposee_id'],
    ['guichet_id', 'deposee_le', 'id'],
    ['nom_cherche', 'date_naissance_cherchee'],
    ['territoire', 'deposee_le', 'id'],
    ['territoire', 'enregistree_le', 'radiee_le', 'deposee_le', 'id'],
)


def _poser_les_reperes() -> None:
    """Les demandes déjà déposées : la déclaration qui compte, et de quoi les chercher."""
    base = op.get_bind()
    deposees = base.execute(
        sa.text('SELECT id, demande_id FROM declaration WHERE deposee_le IS NOT NULL ORDER BY deposee_le, id')
    ).all()
    for demande_id, declaration_id in {ligne.demande_id: ligne.id for ligne in deposees}.items():
        personne = base.execute(
            sa.text("SELECT nom_naissance, date_naissance FROM personne WHERE declaration_id = :d AND role = 'demandeur'"),
            {'d': declaration_id},
        ).first()
        commune = base.execute(
            sa.text('SELECT commune FROM commune_souhaitee WHERE declaration_id = :d AND commune IS NOT NULL ORDER BY rang, id'),
            {'d': declaration_id},
        ).first()
        base.execute(
            sa.text(
                'UPDATE demande SET declaration_deposee_id = :d, nom_cherche = :nom, date_naissance_cherchee = :ne, '
                'premiere_commune = :commune WHERE id = :id'
            ),
            {
                'd': declaration_id,
                'nom': _normaliser(personne.nom_naissance) if personne and personne.nom_naissance else None,
                'ne': personne.date_naissance if personne else None,
                'commune': commune.commune if commune else None,
                'id': demande_id,
            },
        )


def _normaliser(nom: str) -> str:
    decompose = unicodedata.normalize('NFKD', nom.upper().replace('Œ', 'OE').replace('Æ', 'AE').replace('ß', 'SS'))
    lettres = ''.join(signe for signe in decompose if not unicodedata.combining(signe))
    return re.sub(r'[^A-Z0-9]+', ' ', lettres).strip()[:100]


def downgrade() -> None:
    # Descendre ôte guichets, agents et journal : rien ne s'efface d'un journal.
    op.refuser_si(
        revision,
        'SELECT count(*) FROM ecriture_journal',
        'le journal garde {nombre} écriture(s), et rien ne s’efface d’un journal. Restaurez la sauvegarde d’avant la '
        'mise à jour.',
    )
    for colonnes in INDEX:
        op.drop_index(op.f(f"ix_demande_{'_'.join(colonnes)}"), table_name='demande')
    with op.batch_alter_table('demande') as table:
        table.drop_constraint(op.f('fk_demande_declaration_deposee_id'), type_='foreignkey')
        table.drop_constraint(op.f('fk_demande_guichet_id'), type_='foreignkey')
        for colonne in ('premiere_commune', 'date_naissance_cherchee', 'nom_cherche', 'declaration_deposee_id', 'guichet_id'):
            table.drop_column(colonne)
    for table in TABLES:
        op.drop_table(table)
    if op.get_bind().dialect.name == 'postgresql':
        op.execute('DROP FUNCTION refuser_ecriture_journal()')
