"""L'import : idempotent, tout ou rien, et une phrase pour chaque fichier abîmé."""

from __future__ import annotations

from datetime import timedelta

import pytest
import sqlalchemy as sa

from portail.db import db
from portail.referentiels import empreinte, importation, modeles, parametres, recherche
from portail.referentiels.importation import a_jour, importer
from portail.referentiels.lecture_csv import ReferentielInvalide
from tests.referentiels.conftest import INSTANT, changer


def contenu() -> dict[str, list[tuple]]:
    """Tout ce que les tables contiennent, pour comparer deux états de la base."""
    tables = [getattr(modeles, nom).__table__ for nom in modeles.__all__]
    return {
        table.name: [tuple(ligne) for ligne in db.session.execute(sa.select(table).order_by(*table.primary_key))]
        for table in tables
    }


def test_une_base_vide_n_est_pas_a_jour_puis_l_est(vide, donnees):
    assert not a_jour(db.session, donnees)
    rapport = importer(db.session, donnees, maintenant=INSTANT)
    assert rapport.est_nouveau
    assert rapport.lignes["departement"] == 109
    assert rapport.lignes["plafond"] == 462
    assert a_jour(db.session, donnees)
    (trace,) = db.session.scalars(sa.select(modeles.ImportReferentiels))
    assert (trace.empreinte, trace.importe_le) == (rapport.empreinte, INSTANT)


def test_relancer_l_import_ne_change_rien(vide, donnees):
    importer(db.session, donnees, maintenant=INSTANT)
    avant = contenu()
    rapport = importer(db.session, donnees, maintenant=INSTANT + timedelta(days=1))
    assert not rapport.est_nouveau
    assert str(rapport) == "Référentiels déjà à jour."
    assert contenu() == avant


def test_reimporter_les_memes_fichiers_rend_les_memes_lignes(vide, donnees):
    importer(db.session, donnees, maintenant=INSTANT)
    avant = contenu()
    db.session.execute(sa.update(modeles.ImportReferentiels).values(empreinte="ancienne"))
    assert importer(db.session, donnees, maintenant=INSTANT).est_nouveau
    assert contenu() == avant


def test_un_fichier_change_est_vu_et_remplace_les_lignes(vide, donnees):
    importer(db.session, donnees, maintenant=INSTANT)
    changer(donnees / "parametres.csv", "MAX_COMMUNES,8,", "MAX_COMMUNES,10,")
    assert not a_jour(db.session, donnees)
    importer(db.session, donnees, maintenant=INSTANT)
    assert parametres.parametre("MAX_COMMUNES", INSTANT.date()) == 10


def test_la_transaction_reste_a_l_appelant(vide, donnees):
    importer(db.session, donnees, maintenant=INSTANT)
    db.session.rollback()
    assert db.session.scalar(sa.select(sa.func.count()).select_from(modeles.Commune)) == 0
    assert not a_jour(db.session, donnees)


ABIMES = [
    ("communes.csv", "01004,Ambérieu-en-Bugey", "01001,Ambérieu-en-Bugey", r"communes\.csv, ligne 4 : « 01001 » est déjà à la ligne 2"),
    ("communes.csv", "code_insee,nom,", "code,nom,", r"communes\.csv, ligne 1 : il manque la colonne « code_insee »"),
    ("communes.csv", ",15934,", ",15 934,", r"communes\.csv, ligne 4 : la colonne « population » attend un nombre entier, on y lit « 15 934 »"),
    ("communes.csv", ",Ambérieu-en-Bugey,", ",,", r"communes\.csv, ligne 4 : la colonne « nom » est vide"),
    ("communes.csv", "01004,Ambérieu-en-Bugey,01500,01,", "01004,Ambérieu-en-Bugey,01500,100,", r"communes\.csv, ligne 4 : « code_departement » vaut « 100 », inconnu de la table departement"),
    ("communes.csv", "01004,Ambérieu", "010045,Ambérieu", r"ligne 4 : la colonne « code_insee » accepte 5 caractères"),
    ("communes.csv", "01004,Ambérieu-en-Bugey,01500,", "01004,Ambérieu-en-Bugey,", r"communes\.csv, ligne 4 : 14 cases au lieu de 15"),
    ("zonage_logement_social.csv", "01004,", "01999,", r"zonage_logement_social\.csv, ligne 4 : « code_insee » vaut « 01999 », inconnu de la table commune"),
    ("mairies.csv", ",45.95814,", ",nan,", r"mairies\.csv, ligne 4 : la colonne « latitude » attend un nombre, on y lit « nan »"),
    ("plafonds/plafonds_2026.csv", "2026,PLAI,1,Paris et communes limitrophes,2,", "2026,PLAI,1,Paris et communes limitrophes,1,", r"plafonds/plafonds_2026\.csv, ligne 3 : « 2026, PLAI, 1, 1 » est déjà à la ligne 2"),
    ("plafonds/plafonds_2026.csv", ",2026-01-01,", ",2026-13-01,", r"plafonds_2026\.csv, ligne 2 : la colonne « debut_validite » attend une date"),
    ("parametres.csv", "MAX_COMMUNES,8,", "MAX_COMMUNES,huit,", r"parametres\.csv, ligne 2 : la colonne « valeur » attend un nombre entier"),
    ("parametres.csv", "MAX_MOTIFS,3,", "MAX_COMMUNES,3,", r"parametres\.csv, ligne 3 : « MAX_COMMUNES, 2020-08-31 » est déjà à la ligne 2"),
    ("parametres.csv", "MAX_MOTIFS,3,motifs par demande,2020-08-31,", "MAX_COMMUNES,3,motifs par demande,2021-01-01,", r"parametres\.csv, ligne 3 : la période de « MAX_COMMUNES » recouvre celle de la ligne 2"),
    ("parametres.csv", ",2020-08-31,,", ",2020-08-31,2019-01-01,", r"parametres\.csv, ligne 2 : la fin vient avant le début"),
    ("pays.csv", "99101,DK", "99100,DK", r"pays\.csv, ligne 3 : « 99100 » est déjà à la ligne 2"),
    ("pays_autres_noms.csv", ",99119,", ",99999,", r"pays_autres_noms\.csv, ligne 3 : « code_insee » vaut « 99999 », inconnu de la table pays"),
    ("offres_epci.csv", ",1,0,20,16.4", ",1,non,20,16.4", r"offres_epci\.csv, ligne 2 : la colonne « partiel » attend 0 ou 1"),
    ("pieces.csv", 'ID-1,enregistrement,Pièce d’identité,"', 'ID-1,enregistrement,Pièce d’identité,"x"y', r"pieces\.csv, ligne \d+ : ce n’est pas un CSV bien formé"),
]  # fmt: skip


@pytest.mark.parametrize(("fichier", "avant", "apres", "phrase"), ABIMES)
def test_un_fichier_abime_est_refuse_avec_le_fichier_et_la_ligne(vide, donnees, fichier, avant, apres, phrase):
    changer(donnees / fichier, avant, apres)
    with pytest.raises(ReferentielInvalide, match=phrase):
        importer(db.session, donnees, maintenant=INSTANT)
    db.session.commit()
    assert not any(contenu().values()), "rien n'est écrit"


def test_un_fichier_abime_garde_les_donnees_en_place(vide, donnees):
    importer(db.session, donnees, maintenant=INSTANT)
    db.session.commit()
    en_place = contenu()
    changer(donnees / "pieces_interdites.csv", "CASIER,", ",")
    with pytest.raises(ReferentielInvalide, match=r"pieces_interdites\.csv, ligne 4"):
        importer(db.session, donnees, maintenant=INSTANT)
    db.session.commit()
    assert contenu() == en_place


def test_un_fichier_absent_est_nomme(vide, donnees):
    (donnees / "pays.csv").unlink()
    with pytest.raises(ReferentielInvalide, match=r"pays\.csv : aucun fichier de ce nom"):
        importer(db.session, donnees, maintenant=INSTANT)


def test_un_fichier_qui_n_est_pas_en_utf8_est_nomme(vide, donnees):
    texte = (donnees / "departements.csv").read_text(encoding="utf-8")
    (donnees / "departements.csv").write_bytes(texte.encode("latin-1"))
    with pytest.raises(ReferentielInvalide, match=r"departements\.csv : ce fichier n’est pas en UTF-8"):
        importer(db.session, donnees, maintenant=INSTANT)


def test_une_erreur_de_la_base_ne_laisse_rien_a_moitie(vide, donnees, monkeypatch):
    importer(db.session, donnees, maintenant=INSTANT)
    db.session.commit()
    en_place = contenu()
    changer(donnees / "parametres.csv", "MAX_COMMUNES,8,", "MAX_COMMUNES,10,")
    remplacer = importation._remplacer

    def echouer_en_chemin(session, modele, lignes):
        if modele is modeles.Parametre:
            raise sa.exc.OperationalError("INSERT", {}, Exception("disque plein"))
        remplacer(session, modele, lignes)

    monkeypatch.setattr(importation, "_remplacer", echouer_en_chemin)
    with pytest.raises(sa.exc.OperationalError):
        importer(db.session, donnees, maintenant=INSTANT)
    db.session.commit()
    assert contenu() == en_place


def test_une_colonne_de_trop_et_un_fichier_de_plafonds_de_plus_sont_acceptes(vide, donnees):
    changer(donnees / "departements.csv", "code,nom,", "remarque,code,nom,")
    lignes = (donnees / "departements.csv").read_text(encoding="utf-8").splitlines()
    (donnees / "departements.csv").write_text(
        "\n".join([lignes[0], *(f"x,{ligne}" for ligne in lignes[1:])]), encoding="utf-8"
    )
    suivant = (donnees / "plafonds/plafonds_2026.csv").read_text(encoding="utf-8").replace("2026", "2027")
    (donnees / "plafonds/plafonds_2027.csv").write_text(suivant, encoding="utf-8-sig")
    rapport = importer(db.session, donnees, maintenant=INSTANT)
    assert rapport.lignes["plafond"] == 462 + 63
    assert db.session.get(modeles.Departement, "69").nom == "Rhône"


def test_l_index_et_les_parametres_suivent_un_nouvel_import(vide, donnees):
    assert recherche.chercher("villeurbanne") == []
    importer(db.session, donnees, maintenant=INSTANT)
    assert recherche.chercher("villeurbanne")[0].nom == "Villeurbanne"
    changer(donnees / "communes.csv", ",Villeurbanne,", ",Villeurbanne-la-Neuve,")
    assert recherche.chercher("villeurbanne")[0].nom == "Villeurbanne", "les fichiers seuls ne changent rien"
    importer(db.session, donnees, maintenant=INSTANT)
    assert recherche.chercher("villeurbanne")[0].nom == "Villeurbanne-la-Neuve"


def test_l_index_ne_se_construit_qu_une_fois_par_import(vide, donnees, monkeypatch):
    importer(db.session, donnees, maintenant=INSTANT)
    constructions = []
    construire = recherche._INDEX._construire
    monkeypatch.setattr(
        recherche._INDEX, "_construire", lambda session: (constructions.append(1), construire(session))[1]
    )
    monkeypatch.setattr(recherche._INDEX, "_garde", None)
    for texte in ("villeurbanne", "69100", "ajaccio"):
        recherche.chercher(texte)
    assert len(constructions) == 1


def test_les_pages_ne_relisent_pas_l_empreinte_a_chaque_fois(vide, donnees):
    importer(db.session, donnees, maintenant=INSTANT)
    db.session.commit()
    recherche.chercher("villeurbanne")
    requetes = []
    sa.event.listen(db.engine, "before_cursor_execute", lambda *arguments: requetes.append(arguments[2]))
    with vide.test_request_context("/", method="POST"):
        recherche.chercher("villeurbanne")
        recherche.lieu("69266")
        recherche.resoudre("ajaccio")
    assert requetes == []
    empreinte.oublier()
    recherche.chercher("villeurbanne")
    assert len(requetes) == 1


def test_une_recherche_pendant_une_ecriture_n_attend_pas(vide, donnees):
    """Hors requête, une session d'écriture ouverte sert aussi à lire : pas de verrou contre soi-même."""
    importer(db.session, donnees, maintenant=INSTANT)
    assert db.session.in_transaction()
    assert recherche.lieu("69266").nom == "Villeurbanne"
    assert parametres.parametre("MAX_MOTIFS", INSTANT.date()) == 3


def test_pendant_un_post_la_recherche_n_attend_pas_l_ecriture_en_cours(vide, donnees):
    importer(db.session, donnees, maintenant=INSTANT)
    db.session.commit()
    with vide.test_request_context("/", method="POST"):
        db.session.execute(sa.update(modeles.Commune).values(population=0))
        assert recherche.chercher("villeurbanne", limite=1)[0].code == "69266"
        db.session.rollback()
