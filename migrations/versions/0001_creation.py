"""Création des tables.

Migration 0001, après None. Écrite le 2026-11-24 11:53:37.646527.
"""

import sqlalchemy as sa
from alembic import op

revision = '0001'
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:

    op.create_table('ancienne_commune',
    sa.Column('id', sa.Integer(), autoincrement=False, nullable=False),
    sa.Column('code_insee', sa.String(length=5), nullable=False),
    sa.Column('nom', sa.String(length=60), nullable=True),
    sa.Column('statut', sa.String(length=12), nullable=False),
    sa.Column('code_commune_actuelle', sa.String(length=5), nullable=False),
    sa.Column('nom_commune_actuelle', sa.String(length=60), nullable=False),
    sa.Column('code_departement_actuel', sa.String(length=3), nullable=False),
    sa.Column('derniere_annee_cog', sa.Integer(), nullable=True),
    sa.Column('source', sa.String(length=20), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_ancienne_commune'))
    )
    op.create_index(op.f('ix_ancienne_commune_code_insee'), 'ancienne_commune', ['code_insee'], unique=False)
    op.create_table('catalogue_piece',
    sa.Column('code', sa.String(length=20), nullable=False),
    sa.Column('rang', sa.String(length=16), nullable=False),
    sa.Column('libelle', sa.String(length=60), nullable=False),
    sa.Column('acceptees', sa.Text(), nullable=False),
    sa.Column('explication', sa.String(length=250), nullable=False),
    sa.Column('source', sa.String(length=150), nullable=False),
    sa.Column('confiance', sa.String(length=12), nullable=False),
    sa.PrimaryKeyConstraint('code', name=op.f('pk_catalogue_piece'))
    )
    op.create_table('categorie_menage',
    sa.Column('categorie', sa.String(length=1), nullable=False),
    sa.Column('composition', sa.String(length=200), nullable=False),
    sa.Column('source', sa.String(length=100), nullable=False),
    sa.PrimaryKeyConstraint('categorie', name=op.f('pk_categorie_menage'))
    )
    op.create_table('commune',
    sa.Column('code_insee', sa.String(length=5), nullable=False),
    sa.Column('nom', sa.String(length=60), nullable=False),
    sa.Column('codes_postaux', sa.String(length=150), nullable=True),
    sa.Column('code_departement', sa.String(length=3), nullable=False),
    sa.Column('code_epci', sa.String(length=9), nullable=True),
    sa.Column('nom_epci', sa.String(length=80), nullable=True),
    sa.Column('population', sa.Integer(), nullable=True),
    sa.Column('type', sa.String(length=3), nullable=False),
    sa.Column('code_commune_parente', sa.String(length=5), nullable=True),
    sa.Column('code_ept', sa.String(length=9), nullable=True),
    sa.Column('nom_ept', sa.String(length=80), nullable=True),
    sa.Column('zone', sa.String(length=5), nullable=False),
    sa.PrimaryKeyConstraint('code_insee', name=op.f('pk_commune'))
    )
    op.create_index(op.f('ix_commune_code_departement'), 'commune', ['code_departement'], unique=False)
    op.create_index(op.f('ix_commune_code_epci'), 'commune', ['code_epci'], unique=False)
    op.create_table('compte',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('courriel', sa.String(length=254), nullable=False),
    sa.Column('courriel_confirme_le', sa.DateTime(timezone=True), nullable=True),
    sa.Column('mot_de_passe', sa.String(length=200), nullable=False),
    sa.Column('mot_de_passe_change_le', sa.DateTime(timezone=True), nullable=False),
    sa.Column('nom_naissance', sa.String(length=100), nullable=False),
    sa.Column('nom_usage', sa.String(length=100), nullable=True),
    sa.Column('prenoms', sa.String(length=100), nullable=False),
    sa.Column('date_naissance', sa.Date(), nullable=False),
    sa.Column('lieu_naissance', sa.String(length=5), nullable=False),
    sa.Column('nir', sa.LargeBinary(), nullable=True),
    sa.Column('nir_empreinte', sa.String(length=64), nullable=True),
    sa.Column('cree_le', sa.DateTime(timezone=True), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_compte'))
    )
    op.create_index(op.f('ix_compte_nir_empreinte'), 'compte', ['nir_empreinte'], unique=False)
    op.create_index('uq_compte_courriel_confirme', 'compte', ['courriel'], unique=True, sqlite_where=sa.text('courriel_confirme_le IS NOT NULL'), postgresql_where=sa.text('courriel_confirme_le IS NOT NULL'))
    op.create_table('delai_anormal',
    sa.Column('id', sa.Integer(), autoincrement=False, nullable=False),
    sa.Column('code_departement', sa.String(length=3), nullable=False),
    sa.Column('code_epci', sa.String(length=9), nullable=True),
    sa.Column('typologie_min', sa.Integer(), nullable=True),
    sa.Column('typologie_max', sa.Integer(), nullable=True),
    sa.Column('delai_mois', sa.Integer(), nullable=False),
    sa.Column('source', sa.String(length=200), nullable=False),
    sa.Column('fiabilite', sa.String(length=20), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_delai_anormal'))
    )
    op.create_index(op.f('ix_delai_anormal_code_departement'), 'delai_anormal', ['code_departement'], unique=False)
    op.create_table('departement',
    sa.Column('code', sa.String(length=3), nullable=False),
    sa.Column('nom', sa.String(length=60), nullable=False),
    sa.Column('code_region', sa.String(length=3), nullable=False),
    sa.Column('nom_region', sa.String(length=60), nullable=False),
    sa.Column('zone', sa.String(length=5), nullable=False),
    sa.PrimaryKeyConstraint('code', name=op.f('pk_departement'))
    )
    op.create_table('frein',
    sa.Column('cle', sa.String(length=64), nullable=False),
    sa.Column('niveau', sa.Double(), nullable=False),
    sa.Column('mesure_le', sa.DateTime(timezone=True), nullable=False),
    sa.PrimaryKeyConstraint('cle', name=op.f('pk_frein'))
    )
    op.create_table('guichet_repertorie',
    sa.Column('id', sa.Integer(), autoincrement=False, nullable=False),
    sa.Column('code_departement', sa.String(length=3), nullable=False),
    sa.Column('code_insee', sa.String(length=5), nullable=False),
    sa.Column('code_epci', sa.String(length=9), nullable=True),
    sa.Column('type', sa.String(length=20), nullable=False),
    sa.Column('nom', sa.String(length=120), nullable=False),
    sa.Column('adresse', sa.String(length=120), nullable=True),
    sa.Column('code_postal', sa.String(length=5), nullable=True),
    sa.Column('ville', sa.String(length=60), nullable=True),
    sa.Column('telephone', sa.String(length=20), nullable=True),
    sa.Column('horaires', sa.String(length=300), nullable=True),
    sa.Column('source', sa.String(length=200), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_guichet_repertorie'))
    )
    op.create_index(op.f('ix_guichet_repertorie_code_insee'), 'guichet_repertorie', ['code_insee'], unique=False)
    op.create_table('import_referentiels',
    sa.Column('id', sa.Integer(), autoincrement=False, nullable=False),
    sa.Column('empreinte', sa.String(length=64), nullable=False),
    sa.Column('importe_le', sa.DateTime(timezone=True), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_import_referentiels'))
    )
    op.create_table('mairie',
    sa.Column('code_insee', sa.String(length=5), nullable=False),
    sa.Column('nom', sa.String(length=80), nullable=False),
    sa.Column('adresse', sa.String(length=120), nullable=True),
    sa.Column('code_postal', sa.String(length=5), nullable=True),
    sa.Column('ville', sa.String(length=60), nullable=True),
    sa.Column('telephone', sa.String(length=20), nullable=True),
    sa.Column('horaires', sa.String(length=300), nullable=True),
    sa.Column('site', sa.String(length=200), nullable=True),
    sa.Column('latitude', sa.Double(), nullable=True),
    sa.Column('longitude', sa.Double(), nullable=True),
    sa.PrimaryKeyConstraint('code_insee', name=op.f('pk_mairie'))
    )
    op.create_table('offre_commune',
    sa.Column('code_insee', sa.String(length=5), nullable=False),
    sa.Column('code_epci', sa.String(length=9), nullable=True),
    sa.Column('nb_logements_sociaux', sa.Integer(), nullable=True),
    sa.Column('nb_loues', sa.Integer(), nullable=True),
    sa.Column('nb_vacants', sa.Integer(), nullable=True),
    sa.Column('nb_vides', sa.Integer(), nullable=True),
    sa.Column('date_parc', sa.Date(), nullable=True),
    sa.Column('attributions_annee', sa.Integer(), nullable=True),
    sa.Column('annee_attributions', sa.Integer(), nullable=True),
    sa.Column('delai_median_attribution_mois', sa.Double(), nullable=True),
    sa.Column('demandes_par_attribution', sa.Double(), nullable=True),
    sa.Column('demandes_par_attribution_t1', sa.Double(), nullable=True),
    sa.Column('demandes_par_attribution_t3', sa.Double(), nullable=True),
    sa.Column('demandes_en_cours', sa.Integer(), nullable=True),
    sa.Column('demandes_moins_1_an', sa.Integer(), nullable=True),
    sa.Column('demandes_1_2_ans', sa.Integer(), nullable=True),
    sa.Column('demandes_2_3_ans', sa.Integer(), nullable=True),
    sa.Column('demandes_3_4_ans', sa.Integer(), nullable=True),
    sa.Column('demandes_4_5_ans', sa.Integer(), nullable=True),
    sa.Column('demandes_5_10_ans', sa.Integer(), nullable=True),
    sa.Column('demandes_10_ans_et_plus', sa.Integer(), nullable=True),
    sa.Column('date_demandes', sa.Date(), nullable=True),
    sa.PrimaryKeyConstraint('code_insee', name=op.f('pk_offre_commune'))
    )
    op.create_table('offre_departement',
    sa.Column('code_departement', sa.String(length=3), nullable=False),
    sa.Column('nom', sa.String(length=60), nullable=False),
    sa.Column('anciennete_moyenne_mois', sa.Integer(), nullable=True),
    sa.Column('delai_median_attribution_mois', sa.Double(), nullable=True),
    sa.Column('demandes_par_attribution_t1', sa.Double(), nullable=True),
    sa.Column('demandes_par_attribution_t3', sa.Double(), nullable=True),
    sa.Column('nb_logements_sociaux', sa.Integer(), nullable=True),
    sa.Column('date_parc', sa.Date(), nullable=True),
    sa.Column('demandes_debut_annee', sa.Integer(), nullable=True),
    sa.Column('nouvelles_demandes', sa.Integer(), nullable=True),
    sa.Column('demandes_radiees', sa.Integer(), nullable=True),
    sa.Column('attributions', sa.Integer(), nullable=True),
    sa.Column('demandes_fin_annee', sa.Integer(), nullable=True),
    sa.Column('annee', sa.Integer(), nullable=True),
    sa.Column('demandes_en_cours', sa.Integer(), nullable=True),
    sa.Column('demandes_moins_1_an', sa.Integer(), nullable=True),
    sa.Column('demandes_1_2_ans', sa.Integer(), nullable=True),
    sa.Column('demandes_2_3_ans', sa.Integer(), nullable=True),
    sa.Column('demandes_3_4_ans', sa.Integer(), nullable=True),
    sa.Column('demandes_4_5_ans', sa.Integer(), nullable=True),
    sa.Column('demandes_5_10_ans', sa.Integer(), nullable=True),
    sa.Column('demandes_10_ans_et_plus', sa.Integer(), nullable=True),
    sa.Column('date_demandes', sa.Date(), nullable=True),
    sa.PrimaryKeyConstraint('code_departement', name=op.f('pk_offre_departement'))
    )
    op.create_table('offre_epci',
    sa.Column('code_epci', sa.String(length=9), nullable=False),
    sa.Column('nom', sa.String(length=80), nullable=False),
    sa.Column('nb_departements_sommes', sa.Integer(), nullable=True),
    sa.Column('partiel', sa.Boolean(), nullable=True),
    sa.Column('anciennete_moyenne_mois', sa.Integer(), nullable=True),
    sa.Column('delai_moyen_attribution_mois', sa.Double(), nullable=True),
    sa.Column('nb_logements_sociaux', sa.Integer(), nullable=True),
    sa.Column('date_parc', sa.Date(), nullable=True),
    sa.Column('demandes_debut_annee', sa.Integer(), nullable=True),
    sa.Column('nouvelles_demandes', sa.Integer(), nullable=True),
    sa.Column('demandes_radiees', sa.Integer(), nullable=True),
    sa.Column('attributions', sa.Integer(), nullable=True),
    sa.Column('demandes_fin_annee', sa.Integer(), nullable=True),
    sa.Column('annee', sa.Integer(), nullable=True),
    sa.PrimaryKeyConstraint('code_epci', name=op.f('pk_offre_epci'))
    )
    op.create_table('parametre',
    sa.Column('cle', sa.String(length=40), nullable=False),
    sa.Column('debut', sa.Date(), nullable=False),
    sa.Column('fin', sa.Date(), nullable=True),
    sa.Column('valeur', sa.Integer(), nullable=False),
    sa.Column('unite', sa.String(length=60), nullable=False),
    sa.Column('source', sa.String(length=200), nullable=False),
    sa.Column('confiance', sa.String(length=12), nullable=False),
    sa.Column('note', sa.String(length=300), nullable=True),
    sa.PrimaryKeyConstraint('cle', 'debut', name=op.f('pk_parametre'))
    )
    op.create_table('pays',
    sa.Column('code_insee', sa.String(length=5), nullable=False),
    sa.Column('code_iso2', sa.String(length=2), nullable=True),
    sa.Column('code_iso3', sa.String(length=3), nullable=True),
    sa.Column('nom', sa.String(length=80), nullable=False),
    sa.Column('nom_officiel', sa.String(length=150), nullable=True),
    sa.Column('statut', sa.String(length=12), nullable=False),
    sa.Column('code_pays_rattachement', sa.String(length=5), nullable=True),
    sa.Column('groupe_nationalite', sa.String(length=24), nullable=True),
    sa.Column('eee_ou_suisse', sa.Boolean(), nullable=True),
    sa.PrimaryKeyConstraint('code_insee', name=op.f('pk_pays'))
    )
    op.create_table('pays_autre_nom',
    sa.Column('id', sa.Integer(), autoincrement=False, nullable=False),
    sa.Column('nom', sa.String(length=80), nullable=False),
    sa.Column('code_insee', sa.String(length=5), nullable=False),
    sa.Column('source', sa.String(length=150), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_pays_autre_nom')),
    sa.UniqueConstraint('nom', 'code_insee', name=op.f('uq_pays_autre_nom_nom_code_insee'))
    )
    op.create_table('piece_interdite',
    sa.Column('code', sa.String(length=20), nullable=False),
    sa.Column('libelle', sa.String(length=60), nullable=False),
    sa.Column('explication', sa.String(length=250), nullable=False),
    sa.Column('source', sa.String(length=150), nullable=False),
    sa.Column('confiance', sa.String(length=12), nullable=False),
    sa.PrimaryKeyConstraint('code', name=op.f('pk_piece_interdite'))
    )
    op.create_table('plafond',
    sa.Column('annee', sa.Integer(), autoincrement=False, nullable=False),
    sa.Column('produit', sa.String(length=8), nullable=False),
    sa.Column('zone', sa.String(length=3), nullable=False),
    sa.Column('categorie', sa.String(length=9), nullable=False),
    sa.Column('zone_libelle', sa.String(length=100), nullable=False),
    sa.Column('plafond_eur', sa.Integer(), nullable=False),
    sa.Column('statut_valeur', sa.String(length=30), nullable=False),
    sa.Column('source', sa.String(length=200), nullable=False),
    sa.Column('confiance', sa.String(length=30), nullable=False),
    sa.Column('texte', sa.String(length=150), nullable=False),
    sa.Column('debut_validite', sa.Date(), nullable=False),
    sa.Column('fin_validite', sa.Date(), nullable=False),
    sa.PrimaryKeyConstraint('annee', 'produit', 'zone', 'categorie', name=op.f('pk_plafond'))
    )
    op.create_table('territoire_hors_sne',
    sa.Column('code_departement', sa.String(length=3), nullable=False),
    sa.Column('nom_portail', sa.String(length=80), nullable=True),
    sa.Column('url', sa.String(length=200), nullable=True),
    sa.Column('source', sa.String(length=400), nullable=False),
    sa.Column('confiance', sa.String(length=12), nullable=False),
    sa.PrimaryKeyConstraint('code_departement', name=op.f('pk_territoire_hors_sne'))
    )
    op.create_table('zonage',
    sa.Column('code_insee', sa.String(length=5), nullable=False),
    sa.Column('zone_plafonds_ressources', sa.String(length=24), nullable=False),
    sa.Column('zone_abc', sa.String(length=4), nullable=True),
    sa.Column('zone_apl_2011', sa.String(length=4), nullable=True),
    sa.PrimaryKeyConstraint('code_insee', name=op.f('pk_zonage'))
    )
    op.create_table('cle_idempotence',
    sa.Column('compte_id', sa.Integer(), nullable=False),
    sa.Column('cle', sa.String(length=43), nullable=False),
    sa.Column('resultat', sa.String(length=200), nullable=False),
    sa.Column('prise_le', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['compte_id'], ['compte.id'], name=op.f('fk_cle_idempotence_compte_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('compte_id', 'cle', name=op.f('pk_cle_idempotence'))
    )
    op.create_table('demande',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('compte_id', sa.Integer(), nullable=True),
    sa.Column('territoire', sa.String(length=3), nullable=False),
    sa.Column('cree_le', sa.DateTime(timezone=True), nullable=False),
    sa.Column('deposee_le', sa.DateTime(timezone=True), nullable=True),
    sa.Column('enregistree_le', sa.DateTime(timezone=True), nullable=True),
    sa.Column('radiee_le', sa.DateTime(timezone=True), nullable=True),
    sa.Column('numero_unique', sa.String(length=18), nullable=True),
    sa.ForeignKeyConstraint(['compte_id'], ['compte.id'], name=op.f('fk_demande_compte_id'), ondelete='RESTRICT'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_demande')),
    sa.UniqueConstraint('numero_unique', name=op.f('uq_demande_numero_unique'))
    )
    op.create_index(op.f('ix_demande_compte_id'), 'demande', ['compte_id'], unique=False)
    op.create_index('uq_demande_active_par_territoire', 'demande', ['compte_id', 'territoire'], unique=True, sqlite_where=sa.text('radiee_le IS NULL'), postgresql_where=sa.text('radiee_le IS NULL'))
    op.create_table('jeton',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('empreinte', sa.String(length=64), nullable=False),
    sa.Column('usage', sa.String(length=40), nullable=False),
    sa.Column('compte_id', sa.Integer(), nullable=True),
    sa.Column('cree_le', sa.DateTime(timezone=True), nullable=False),
    sa.Column('expire_le', sa.DateTime(timezone=True), nullable=True),
    sa.Column('consomme_le', sa.DateTime(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['compte_id'], ['compte.id'], name=op.f('fk_jeton_compte_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_jeton')),
    sa.UniqueConstraint('empreinte', name=op.f('uq_jeton_empreinte'))
    )
    op.create_index(op.f('ix_jeton_compte_id'), 'jeton', ['compte_id'], unique=False)
    op.create_table('saisie_suspendue',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('empreinte', sa.String(length=64), nullable=False),
    sa.Column('compte_id', sa.Integer(), nullable=False),
    sa.Column('chemin', sa.String(length=200), nullable=False),
    sa.Column('contenu', sa.LargeBinary(), nullable=False),
    sa.Column('recue_le', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['compte_id'], ['compte.id'], name=op.f('fk_saisie_suspendue_compte_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_saisie_suspendue'))
    )
    op.create_index(op.f('ix_saisie_suspendue_compte_id'), 'saisie_suspendue', ['compte_id'], unique=False)
    op.create_index(op.f('ix_saisie_suspendue_empreinte'), 'saisie_suspendue', ['empreinte'], unique=False)
    op.create_table('session_ouverte',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('empreinte', sa.String(length=64), nullable=False),
    sa.Column('compte_id', sa.Integer(), nullable=False),
    sa.Column('ouverte_le', sa.DateTime(timezone=True), nullable=False),
    sa.Column('vue_le', sa.DateTime(timezone=True), nullable=False),
    sa.Column('fermee_le', sa.DateTime(timezone=True), nullable=True),
    sa.Column('partagee', sa.Boolean(), nullable=False),
    sa.Column('appareil', sa.String(length=80), nullable=False),
    sa.Column('reseau', sa.String(length=64), nullable=False),
    sa.ForeignKeyConstraint(['compte_id'], ['compte.id'], name=op.f('fk_session_ouverte_compte_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_session_ouverte')),
    sa.UniqueConstraint('empreinte', name=op.f('uq_session_ouverte_empreinte'))
    )
    op.create_index(op.f('ix_session_ouverte_compte_id'), 'session_ouverte', ['compte_id'], unique=False)
    op.create_table('declaration',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('demande_id', sa.Integer(), nullable=False),
    sa.Column('cree_le', sa.DateTime(timezone=True), nullable=False),
    sa.Column('modifiee_le', sa.DateTime(timezone=True), nullable=False),
    sa.Column('deposee_le', sa.DateTime(timezone=True), nullable=True),
    sa.Column('derniere_etape', sa.String(length=40), nullable=True),
    sa.Column('revisions', sa.JSON(), nullable=False),
    sa.Column('nb_codemandeurs', sa.Integer(), nullable=True),
    sa.ForeignKeyConstraint(['demande_id'], ['demande.id'], name=op.f('fk_declaration_demande_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_declaration'))
    )
    op.create_index(op.f('ix_declaration_demande_id'), 'declaration', ['demande_id'], unique=False)
    op.create_index('uq_declaration_un_brouillon', 'declaration', ['demande_id'], unique=True, sqlite_where=sa.text('deposee_le IS NULL'), postgresql_where=sa.text('deposee_le IS NULL'))
    op.create_table('envoi',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('cle', sa.String(length=120), nullable=False),
    sa.Column('destinataire', sa.LargeBinary(), nullable=False),
    sa.Column('sujet', sa.String(length=200), nullable=False),
    sa.Column('corps', sa.LargeBinary(), nullable=True),
    sa.Column('jeton_id', sa.Integer(), nullable=True),
    sa.Column('cree_le', sa.DateTime(timezone=True), nullable=False),
    sa.Column('essais', sa.Integer(), nullable=False),
    sa.Column('prochain_essai_le', sa.DateTime(timezone=True), nullable=True),
    sa.Column('envoye_le', sa.DateTime(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['jeton_id'], ['jeton.id'], name=op.f('fk_envoi_jeton_id'), ondelete='SET NULL'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_envoi')),
    sa.UniqueConstraint('cle', name=op.f('uq_envoi_cle'))
    )
    op.create_index(op.f('ix_envoi_prochain_essai_le'), 'envoi', ['prochain_essai_le'], unique=False)
    op.create_table('evenement',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('demande_id', sa.Integer(), nullable=False),
    sa.Column('genre', sa.String(length=40), nullable=False),
    sa.Column('survenu_le', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['demande_id'], ['demande.id'], name=op.f('fk_evenement_demande_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_evenement'))
    )
    op.create_index(op.f('ix_evenement_demande_id'), 'evenement', ['demande_id'], unique=False)
    op.create_table('piece_fournie',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('demande_id', sa.Integer(), nullable=False),
    sa.Column('code', sa.String(length=20), nullable=False),
    sa.Column('personne', sa.String(length=8), nullable=False),
    sa.Column('absente_le', sa.DateTime(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['demande_id'], ['demande.id'], name=op.f('fk_piece_fournie_demande_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_piece_fournie')),
    sa.UniqueConstraint('demande_id', 'code', 'personne', name=op.f('uq_piece_fournie_demande_id_code_personne'))
    )
    op.create_index(op.f('ix_piece_fournie_demande_id'), 'piece_fournie', ['demande_id'], unique=False)
    op.create_table('annexe_handicap',
    sa.Column('personne', sa.String(length=8), nullable=True),
    sa.Column('etat', sa.String(length=40), nullable=True),
    sa.Column('moteur', sa.String(length=400), nullable=True),
    sa.Column('sensoriel', sa.String(length=400), nullable=True),
    sa.Column('escaliers', sa.String(length=40), nullable=True),
    sa.Column('aides_techniques', sa.String(length=400), nullable=True),
    sa.Column('equipements', sa.String(length=400), nullable=True),
    sa.Column('besoins', sa.LargeBinary(), nullable=True),
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('declaration_id', sa.Integer(), nullable=False),
    sa.Column('rang', sa.Integer(), nullable=False),
    sa.Column('retiree_le', sa.DateTime(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['declaration_id'], ['declaration.id'], name=op.f('fk_annexe_handicap_declaration_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_annexe_handicap'))
    )
    op.create_index(op.f('ix_annexe_handicap_declaration_id'), 'annexe_handicap', ['declaration_id'], unique=False)
    op.create_table('commune_souhaitee',
    sa.Column('commune', sa.String(length=5), nullable=True),
    sa.Column('quartier', sa.String(length=100), nullable=True),
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('declaration_id', sa.Integer(), nullable=False),
    sa.Column('rang', sa.Integer(), nullable=False),
    sa.Column('retiree_le', sa.DateTime(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['declaration_id'], ['declaration.id'], name=op.f('fk_commune_souhaitee_declaration_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_commune_souhaitee'))
    )
    op.create_index(op.f('ix_commune_souhaitee_declaration_id'), 'commune_souhaitee', ['declaration_id'], unique=False)
    op.create_table('coordonnees',
    sa.Column('situation_familiale', sa.String(length=40), nullable=True),
    sa.Column('telephone_portable', sa.String(length=30), nullable=True),
    sa.Column('telephone_domicile', sa.String(length=30), nullable=True),
    sa.Column('telephone_travail', sa.String(length=30), nullable=True),
    sa.Column('courriel', sa.String(length=254), nullable=True),
    sa.Column('accepte_mail', sa.String(length=40), nullable=True),
    sa.Column('accepte_sms', sa.String(length=40), nullable=True),
    sa.Column('sans_domicile', sa.String(length=40), nullable=True),
    sa.Column('domiciliation', sa.String(length=200), nullable=True),
    sa.Column('adresse_numero', sa.String(length=20), nullable=True),
    sa.Column('adresse_voie', sa.String(length=200), nullable=True),
    sa.Column('adresse_complement', sa.String(length=200), nullable=True),
    sa.Column('adresse_a_l_etranger', sa.String(length=40), nullable=True),
    sa.Column('adresse_commune', sa.String(length=5), nullable=True),
    sa.Column('adresse_code_postal', sa.String(length=5), nullable=True),
    sa.Column('adresse_ville_etrangere', sa.String(length=100), nullable=True),
    sa.Column('adresse_pays', sa.String(length=100), nullable=True),
    sa.Column('heberge_chez', sa.String(length=100), nullable=True),
    sa.Column('courrier_different', sa.String(length=40), nullable=True),
    sa.Column('courrier_chez', sa.String(length=100), nullable=True),
    sa.Column('courrier_numero', sa.String(length=20), nullable=True),
    sa.Column('courrier_voie', sa.String(length=200), nullable=True),
    sa.Column('courrier_complement', sa.String(length=200), nullable=True),
    sa.Column('courrier_code_postal', sa.String(length=5), nullable=True),
    sa.Column('courrier_commune', sa.String(length=5), nullable=True),
    sa.Column('aide_par_un_tiers', sa.String(length=40), nullable=True),
    sa.Column('aidant_nom', sa.String(length=200), nullable=True),
    sa.Column('aidant_telephone', sa.String(length=30), nullable=True),
    sa.Column('aidant_courriel', sa.String(length=254), nullable=True),
    sa.Column('aidant_recoit', sa.String(length=40), nullable=True),
    sa.Column('a_colocataires', sa.String(length=40), nullable=True),
    sa.Column('declaration_id', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['declaration_id'], ['declaration.id'], name=op.f('fk_coordonnees_declaration_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('declaration_id', name=op.f('pk_coordonnees'))
    )
    op.create_table('fichier',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('piece_id', sa.Integer(), nullable=False),
    sa.Column('rang', sa.Integer(), nullable=False),
    sa.Column('cle', sa.String(length=64), nullable=False),
    sa.Column('nom', sa.LargeBinary(), nullable=False),
    sa.Column('type_mime', sa.String(length=40), nullable=False),
    sa.Column('taille', sa.Integer(), nullable=False),
    sa.Column('pages', sa.Integer(), nullable=False),
    sa.Column('empreinte_recue', sa.String(length=64), nullable=False),
    sa.Column('recu_le', sa.DateTime(timezone=True), nullable=False),
    sa.Column('retire_le', sa.DateTime(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['piece_id'], ['piece_fournie.id'], name=op.f('fk_fichier_piece_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_fichier')),
    sa.UniqueConstraint('cle', name=op.f('uq_fichier_cle'))
    )
    op.create_index(op.f('ix_fichier_piece_id'), 'fichier', ['piece_id'], unique=False)
    op.create_table('foyer',
    sa.Column('a_personnes_a_charge', sa.String(length=40), nullable=True),
    sa.Column('a_autres_enfants', sa.String(length=40), nullable=True),
    sa.Column('attend_un_enfant', sa.String(length=40), nullable=True),
    sa.Column('nb_naissances', sa.Integer(), nullable=True),
    sa.Column('naissance_prevue_le', sa.Date(), nullable=True),
    sa.Column('a_handicap', sa.String(length=40), nullable=True),
    sa.Column('nb_handicapes', sa.Integer(), nullable=True),
    sa.Column('logement_a_adapter', sa.String(length=40), nullable=True),
    sa.Column('declaration_id', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['declaration_id'], ['declaration.id'], name=op.f('fk_foyer_declaration_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('declaration_id', name=op.f('pk_foyer'))
    )
    op.create_table('logement_actuel',
    sa.Column('occupation', sa.String(length=40), nullable=True),
    sa.Column('bailleur_nom', sa.String(length=200), nullable=True),
    sa.Column('bailleur_siren', sa.String(length=9), nullable=True),
    sa.Column('categorie', sa.String(length=40), nullable=True),
    sa.Column('type_logement', sa.String(length=40), nullable=True),
    sa.Column('surface', sa.Integer(), nullable=True),
    sa.Column('nb_habitants', sa.Integer(), nullable=True),
    sa.Column('date_entree', sa.Date(), nullable=True),
    sa.Column('loyer_mensuel', sa.BigInteger(), nullable=True),
    sa.Column('montant_aide_logement', sa.BigInteger(), nullable=True),
    sa.Column('autre_propriete', sa.String(length=40), nullable=True),
    sa.Column('autre_propriete_precision', sa.String(length=300), nullable=True),
    sa.Column('declaration_id', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['declaration_id'], ['declaration.id'], name=op.f('fk_logement_actuel_declaration_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('declaration_id', name=op.f('pk_logement_actuel'))
    )
    op.create_table('motif_declare',
    sa.Column('motif', sa.String(length=40), nullable=True),
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('declaration_id', sa.Integer(), nullable=False),
    sa.Column('rang', sa.Integer(), nullable=False),
    sa.Column('retiree_le', sa.DateTime(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['declaration_id'], ['declaration.id'], name=op.f('fk_motif_declare_declaration_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_motif_declare'))
    )
    op.create_index(op.f('ix_motif_declare_declaration_id'), 'motif_declare', ['declaration_id'], unique=False)
    op.create_table('motifs',
    sa.Column('precisions', sa.Text(), nullable=True),
    sa.Column('declaration_id', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['declaration_id'], ['declaration.id'], name=op.f('fk_motifs_declaration_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('declaration_id', name=op.f('pk_motifs'))
    )
    op.create_table('personne',
    sa.Column('cle', sa.String(length=8), nullable=False),
    sa.Column('role', sa.String(length=40), nullable=False),
    sa.Column('civilite', sa.String(length=40), nullable=True),
    sa.Column('nom_naissance', sa.String(length=100), nullable=True),
    sa.Column('nom_usage', sa.String(length=100), nullable=True),
    sa.Column('prenoms', sa.String(length=100), nullable=True),
    sa.Column('date_naissance', sa.Date(), nullable=True),
    sa.Column('nationalite', sa.String(length=40), nullable=True),
    sa.Column('nir', sa.LargeBinary(), nullable=True),
    sa.Column('nir_empreinte', sa.String(length=64), nullable=True),
    sa.Column('sexe', sa.String(length=40), nullable=True),
    sa.Column('lien', sa.String(length=40), nullable=True),
    sa.Column('lien_a_charge', sa.String(length=40), nullable=True),
    sa.Column('regime_garde', sa.String(length=40), nullable=True),
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('declaration_id', sa.Integer(), nullable=False),
    sa.Column('rang', sa.Integer(), nullable=False),
    sa.Column('retiree_le', sa.DateTime(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['declaration_id'], ['declaration.id'], name=op.f('fk_personne_declaration_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_personne'))
    )
    op.create_index(op.f('ix_personne_declaration_id'), 'personne', ['declaration_id'], unique=False)
    op.create_index(op.f('ix_personne_nir_empreinte'), 'personne', ['nir_empreinte'], unique=False)
    op.create_table('saisie_refusee',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('declaration_id', sa.Integer(), nullable=False),
    sa.Column('etape', sa.String(length=40), nullable=False),
    sa.Column('champ', sa.String(length=80), nullable=False),
    sa.Column('saisie', sa.LargeBinary(), nullable=False),
    sa.ForeignKeyConstraint(['declaration_id'], ['declaration.id'], name=op.f('fk_saisie_refusee_declaration_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_saisie_refusee')),
    sa.UniqueConstraint('declaration_id', 'etape', 'champ', name=op.f('uq_saisie_refusee_declaration_id_etape_champ'))
    )
    op.create_index(op.f('ix_saisie_refusee_declaration_id'), 'saisie_refusee', ['declaration_id'], unique=False)
    op.create_table('souhaits',
    sa.Column('categorie_recherche', sa.String(length=40), nullable=True),
    sa.Column('types', sa.String(length=400), nullable=True),
    sa.Column('nb_personnes_a_loger', sa.Integer(), nullable=True),
    sa.Column('demande_elargie', sa.String(length=40), nullable=True),
    sa.Column('loyer_max', sa.BigInteger(), nullable=True),
    sa.Column('quartier_prioritaire', sa.String(length=40), nullable=True),
    sa.Column('rez_de_chaussee', sa.String(length=40), nullable=True),
    sa.Column('sans_ascenseur', sa.String(length=40), nullable=True),
    sa.Column('parking', sa.String(length=40), nullable=True),
    sa.Column('info_accession', sa.String(length=40), nullable=True),
    sa.Column('precisions', sa.Text(), nullable=True),
    sa.Column('declaration_id', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['declaration_id'], ['declaration.id'], name=op.f('fk_souhaits_declaration_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('declaration_id', name=op.f('pk_souhaits'))
    )
    op.create_table('ressources',
    sa.Column('personne_id', sa.Integer(), nullable=False),
    sa.Column('a_des_ressources', sa.String(length=40), nullable=True),
    sa.Column('natures', sa.String(length=400), nullable=True),
    sa.Column('salaire', sa.BigInteger(), nullable=True),
    sa.Column('chomage', sa.BigInteger(), nullable=True),
    sa.Column('retraite', sa.BigInteger(), nullable=True),
    sa.Column('invalidite', sa.BigInteger(), nullable=True),
    sa.Column('familiales', sa.BigInteger(), nullable=True),
    sa.Column('paje', sa.BigInteger(), nullable=True),
    sa.Column('rsa', sa.BigInteger(), nullable=True),
    sa.Column('aah', sa.BigInteger(), nullable=True),
    sa.Column('aeeh', sa.BigInteger(), nullable=True),
    sa.Column('ajpp', sa.BigInteger(), nullable=True),
    sa.Column('minimum_vieillesse', sa.BigInteger(), nullable=True),
    sa.Column('pension_recue', sa.BigInteger(), nullable=True),
    sa.Column('bourse', sa.BigInteger(), nullable=True),
    sa.Column('indemnites_journalieres', sa.BigInteger(), nullable=True),
    sa.Column('autres', sa.BigInteger(), nullable=True),
    sa.Column('verse_une_pension', sa.String(length=40), nullable=True),
    sa.Column('pension_versee', sa.BigInteger(), nullable=True),
    sa.ForeignKeyConstraint(['personne_id'], ['personne.id'], name=op.f('fk_ressources_personne_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('personne_id', name=op.f('pk_ressources'))
    )
    op.create_table('revenu_fiscal',
    sa.Column('personne_id', sa.Integer(), nullable=False),
    sa.Column('a_un_avis_n2', sa.String(length=40), nullable=True),
    sa.Column('rfr_n2', sa.Integer(), nullable=True),
    sa.Column('a_un_avis_n1', sa.String(length=40), nullable=True),
    sa.Column('rfr_n1', sa.Integer(), nullable=True),
    sa.Column('sans_avis_explication', sa.String(length=500), nullable=True),
    sa.ForeignKeyConstraint(['personne_id'], ['personne.id'], name=op.f('fk_revenu_fiscal_personne_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('personne_id', name=op.f('pk_revenu_fiscal'))
    )
    op.create_table('situation_professionnelle',
    sa.Column('personne_id', sa.Integer(), nullable=False),
    sa.Column('statuts', sa.String(length=400), nullable=True),
    sa.Column('profession', sa.String(length=100), nullable=True),
    sa.Column('siret_employeur', sa.String(length=14), nullable=True),
    sa.Column('employeur_nom', sa.String(length=200), nullable=True),
    sa.Column('employeur_adresse', sa.String(length=200), nullable=True),
    sa.Column('employeur_code_postal', sa.String(length=5), nullable=True),
    sa.Column('employeur_commune', sa.String(length=5), nullable=True),
    sa.Column('cdd_ou_interim', sa.String(length=40), nullable=True),
    sa.Column('chomage_plus_1_an', sa.String(length=40), nullable=True),
    sa.Column('date_fin_chomage', sa.Date(), nullable=True),
    sa.Column('apprenti', sa.String(length=40), nullable=True),
    sa.ForeignKeyConstraint(['personne_id'], ['personne.id'], name=op.f('fk_situation_professionnelle_personne_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('personne_id', name=op.f('pk_situation_professionnelle'))
    )



def downgrade() -> None:

    op.drop_table('situation_professionnelle')
    op.drop_table('revenu_fiscal')
    op.drop_table('ressources')
    op.drop_table('souhaits')
    op.drop_index(op.f('ix_saisie_refusee_declaration_id'), table_name='saisie_refusee')
    op.drop_table('saisie_refusee')
    op.drop_index(op.f('ix_personne_nir_empreinte'), table_name='personne')
    op.drop_index(op.f('ix_personne_declaration_id'), table_name='personne')
    op.drop_table('personne')
    op.drop_table('motifs')
    op.drop_index(op.f('ix_motif_declare_declaration_id'), table_name='motif_declare')
    op.drop_table('motif_declare')
    op.drop_table('logement_actuel')
    op.drop_table('foyer')
    op.drop_index(op.f('ix_fichier_piece_id'), table_name='fichier')
    op.drop_table('fichier')
    op.drop_table('coordonnees')
    op.drop_index(op.f('ix_commune_souhaitee_declaration_id'), table_name='commune_souhaitee')
    op.drop_table('commune_souhaitee')
    op.drop_index(op.f('ix_annexe_handicap_declaration_id'), table_name='annexe_handicap')
    op.drop_table('annexe_handicap')
    op.drop_index(op.f('ix_piece_fournie_demande_id'), table_name='piece_fournie')
    op.drop_table('piece_fournie')
    op.drop_index(op.f('ix_evenement_demande_id'), table_name='evenement')
    op.drop_table('evenement')
    op.drop_index(op.f('ix_envoi_prochain_essai_le'), table_name='envoi')
    op.drop_table('envoi')
    op.drop_index('uq_declaration_un_brouillon', table_name='declaration', sqlite_where=sa.text('deposee_le IS NULL'), postgresql_where=sa.text('deposee_le IS NULL'))
    op.drop_index(op.f('ix_declaration_demande_id'), table_name='declaration')
    op.drop_table('declaration')
    op.drop_index(op.f('ix_session_ouverte_compte_id'), table_name='session_ouverte')
    op.drop_table('session_ouverte')
    op.drop_index(op.f('ix_saisie_suspendue_empreinte'), table_name='saisie_suspendue')
    op.drop_index(op.f('ix_saisie_suspendue_compte_id'), table_name='saisie_suspendue')
    op.drop_table('saisie_suspendue')
    op.drop_index(op.f('ix_jeton_compte_id'), table_name='jeton')
    op.drop_table('jeton')
    op.drop_index('uq_demande_active_par_territoire', table_name='demande', sqlite_where=sa.text('radiee_le IS NULL'), postgresql_where=sa.text('radiee_le IS NULL'))
    op.drop_index(op.f('ix_demande_compte_id'), table_name='demande')
    op.drop_table('demande')
    op.drop_table('cle_idempotence')
    op.drop_table('zonage')
    op.drop_table('territoire_hors_sne')
    op.drop_table('plafond')
    op.drop_table('piece_interdite')
    op.drop_table('pays_autre_nom')
    op.drop_table('pays')
    op.drop_table('parametre')
    op.drop_table('offre_epci')
    op.drop_table('offre_departement')
    op.drop_table('offre_commune')
    op.drop_table('mairie')
    op.drop_table('import_referentiels')
    op.drop_index(op.f('ix_guichet_repertorie_code_insee'), table_name='guichet_repertorie')
    op.drop_table('guichet_repertorie')
    op.drop_table('frein')
    op.drop_table('departement')
    op.drop_index(op.f('ix_delai_anormal_code_departement'), table_name='delai_anormal')
    op.drop_table('delai_anormal')
    op.drop_index('uq_compte_courriel_confirme', table_name='compte', sqlite_where=sa.text('courriel_confirme_le IS NOT NULL'), postgresql_where=sa.text('courriel_confirme_le IS NOT NULL'))
    op.drop_index(op.f('ix_compte_nir_empreinte'), table_name='compte')
    op.drop_table('compte')
    op.drop_index(op.f('ix_commune_code_epci'), table_name='commune')
    op.drop_index(op.f('ix_commune_code_departement'), table_name='commune')
    op.drop_table('commune')
    op.drop_table('categorie_menage')
    op.drop_table('catalogue_piece')
    op.drop_index(op.f('ix_ancienne_commune_code_insee'), table_name='ancienne_commune')
    op.drop_table('ancienne_commune')

