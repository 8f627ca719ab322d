"""Le registre des effacements : prouver après, et refaire après une restauration, sans jamais se tromper de personne."""

from __future__ import annotations

import json
import shutil
import stat
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa
from flask import Flask

from portail import taches
from portail.chiffrement import Coffre
from portail.compte import suppression
from portail.compte.modeles import Compte
from portail.conservation import effacer, registre, rejeu
from portail.conservation.modeles import AnnonceEffacement, Effacement, Objet, Regle
from portail.conservation.rejeu import Rejeu
from portail.db import db, ecriture, lecture
from portail.demande import mise_a_jour
from portail.demande.modeles import Demande, Evenement, GenreEvenement, Partage
from portail.guichet.journal import verifier
from portail.guichet.modeles import ActeJournal, EcritureJournal
from portail.preparation import sauvegarder
from portail.stockage import StockageIndisponible
from tests import fabriques
from tests.conservation.traces import nombre, restes
from tests.conservation.traces import registre as lignes_du_registre
from tests.fabriques import INSTANT
from tests.guichet.rattachements import LEA, couple

pytestmark = pytest.mark.menace("T17")


def ana_et_son_brouillon() -> int:
    with db.sessionmaker() as session:
        compte = fabriques.compte(session)
        fabriques.remplir_ana(fabriques.brouillon(session, compte))
        session.commit()
        return compte.id


def supprimer(compte_id: int) -> None:
    with ecriture() as session:
        suppression.supprimer(session, compte_id, INSTANT)


def restaurer(hier: Path) -> None:
    """Le fichier SQLite d'hier à la place de celui d'aujourd'hui."""
    db.session.close()
    db.engine.dispose()
    for reste in hier.parent.glob("portail.sqlite*"):
        reste.unlink()
    shutil.copyfile(hier, hier.parent / "portail.sqlite")


def supprimer_puis_restaurer(dossier: Path, compte_id: int) -> None:
    """Le compte supprimé, et reporté au registre, revient avec la sauvegarde de la veille."""
    hier = dossier / "hier.sqlite"
    sauvegarder(hier)
    supprimer(compte_id)
    registre.reporter()
    restaurer(hier)


def avec_les_cles(app: Flask, *versions: int) -> None:
    """Comme un redémarrage : la clé d'empreinte d'origine, et une neuve."""
    config = app.extensions["portail"]
    toutes = {**config.cles_empreinte, 2: b"3" * 32}
    app.extensions["coffre"] = Coffre(config.cles_chiffrement, {version: toutes[version] for version in versions})


def oublier_le_registre() -> None:
    """La base revient à avant les effacements : elle ne sait plus qu'ils ont eu lieu."""
    with ecriture() as session:
        session.execute(sa.delete(Effacement))


def test_le_registre_se_recopie_hors_de_la_base_sans_rien_de_personnel(app_deux_moteurs):
    supprimer(ana_et_son_brouillon())
    assert not registre.chemin().exists(), "d'abord la transaction, ensuite la copie"
    taches.passer()
    assert stat.S_IMODE(registre.chemin().stat().st_mode) == 0o600
    lignes = [json.loads(ligne) for ligne in registre.chemin().read_text().splitlines()]
    assert [(ligne["objet"], ligne["regle"]) for ligne in lignes] == [("demande", "personne"), ("compte", "personne")]
    assert set(lignes[0]) == {"objet", "numero", "regle", "efface_le", "lignes", "fichiers", "empreinte"}
    assert "Silva" not in registre.chemin().read_text()
    assert registre.reporter() == 0
    assert len(registre.chemin().read_text().splitlines()) == 2


def test_un_disque_plein_se_reessaie(app, monkeypatch, caplog):
    supprimer(ana_et_son_brouillon())

    def plein(_texte: str) -> None:
        raise OSError(28, "plein")

    monkeypatch.setattr(registre, "_ecrire", plein)
    assert registre.reporter() == 0
    assert "registre des effacements non recopié" in caplog.text
    monkeypatch.undo()
    assert registre.reporter() == 2


def test_une_sauvegarde_restauree_est_nettoyee_de_nouveau(app, dossier):
    """Ce qui avait été effacé revient, puis repart."""
    compte_id = ana_et_son_brouillon()
    hier = dossier / "hier.sqlite"
    sauvegarder(hier)
    supprimer(compte_id)
    taches.passer()
    restaurer(hier)
    assert nombre(Compte) == 1
    assert rejeu.en_attente() == 2
    taches.refaire_les_effacements()
    assert (nombre(Compte), nombre(Demande), rejeu.en_attente()) == (0, 0, 0)
    assert restes("Silva", "rue des Lilas") == set()
    assert [ligne.regle for ligne in lignes_du_registre()] == [Regle.PERSONNE, Regle.PERSONNE]
    assert rejeu.rejouer() == Rejeu()


def test_le_rejeu_passe_sur_les_deux_moteurs_et_ne_se_trompe_pas_de_personne(app_deux_moteurs):
    """Après la sauvegarde, un autre compte est né sous le même numéro : il n'est pas touché."""
    compte_id = ana_et_son_brouillon()
    with lecture() as session:
        demande = session.scalars(sa.select(Demande)).one()
    supprimer(compte_id)
    registre.reporter()
    oublier_le_registre()
    with db.sessionmaker() as session:
        leo = {"nom_naissance": "Petit", "prenoms": "Léo", "nir": None, "cree_le": INSTANT + timedelta(hours=1)}
        fabriques.compte(session, "leo@exemple.fr", id=compte_id, **leo)
        session.add(Demande(id=demande.id, compte_id=compte_id, territoire="069", cree_le=demande.cree_le))
        session.commit()
    assert rejeu.rejouer() == Rejeu(manquants=2, effaces=1)
    assert (nombre(Compte), nombre(Demande), nombre(Effacement)) == (1, 0, 2)


def test_une_demande_restauree_sans_compte_reste(app):
    """Elle avait été rendue au guichet : le compte repart, elle non."""
    compte_id = ana_et_son_brouillon()
    with ecriture() as session:
        compte = session.get_one(Compte, compte_id)
        cree_le = compte.cree_le
        ligne = (compte_id, cree_le)
        registre.noter(session, Objet.COMPTE, ligne, Regle.PERSONNE, (1, 0), INSTANT)
    registre.reporter()
    oublier_le_registre()
    assert rejeu.rejouer() == Rejeu(manquants=1, effaces=1)
    with lecture() as session:
        assert session.scalars(sa.select(Demande.compte_id)).one() is None


def test_deux_suppressions_ensemble_n_en_font_qu_une(app_deux_moteurs):
    """Un double clic : la seconde attend la première, et ne trouve plus rien à faire."""
    compte_id = ana_et_son_brouillon()

    def une(_rang: int) -> None:
        with app_deux_moteurs.app_context():
            supprimer(compte_id)

    with ThreadPoolExecutor(2) as fils:
        list(fils.map(une, range(2)))
    assert [ligne.objet for ligne in lignes_du_registre()] == [Objet.DEMANDE, Objet.COMPTE]


def test_une_demande_enregistree_restauree_reste_a_son_guichet(app, monde):
    """Le compte repart, l'accès du co-demandeur aussi ; le guichet peut de nouveau remettre un code."""
    enregistre = couple(monde)
    supprimer(enregistre.lea)
    registre.reporter()
    oublier_le_registre()
    with db.sessionmaker() as session:  # la sauvegarde, d'avant la suppression
        fabriques.compte(session, "lea@exemple.fr", id=enregistre.lea, **LEA)
        demande = session.get_one(Demande, enregistre.demande)
        demande.compte_id, demande.saisie_guichet_id = enregistre.lea, None
        session.add(Partage(demande_id=demande.id, compte_id=monde.ana, personne="c1", cree_le=INSTANT))
        session.commit()
    assert rejeu.rejouer() == Rejeu(manquants=1, effaces=1)
    with lecture() as session:
        assert session.get_one(Demande, enregistre.demande).est_au_guichet
        assert session.scalar(sa.select(sa.func.count()).select_from(Partage)) == 0


def test_un_effacement_d_apres_la_restauration_ne_la_cache_pas(app, dossier):
    """Le premier passage recopiait d'abord : la dernière ligne devenait connue, et Ana restait revenue."""
    compte_id = ana_et_son_brouillon()
    with db.sessionmaker() as session:
        leo = fabriques.compte(session, "leo@exemple.fr", nom_naissance="Petit", prenoms="Léo", nir=None).id
        session.commit()
    supprimer_puis_restaurer(dossier, compte_id)
    supprimer(leo)
    avant = registre.chemin().read_text()
    assert registre.reporter() == 0
    assert registre.chemin().read_text() == avant, "rien ne s'ajoute avant le rejeu"
    taches._passage(app)
    assert (nombre(Compte), nombre(Demande), rejeu.en_attente()) == (0, 0, 0)
    assert len(registre.chemin().read_text().splitlines()) == 3


def test_un_stockage_en_panne_remet_le_rejeu_et_les_courriels_partent(app, dossier, monkeypatch, caplog):
    compte_id = ana_et_son_brouillon()
    supprimer_puis_restaurer(dossier, compte_id)

    def en_panne(*_arguments: object) -> None:
        raise StockageIndisponible

    monkeypatch.setattr(effacer, "_supprimer", en_panne)
    passes = []
    monkeypatch.setattr(taches, "passer", lambda: passes.append(registre.reporter()))
    taches._passage(app)
    assert (nombre(Compte), passes) == (1, [0])
    assert "effacements d’avant la restauration remis" in caplog.text
    monkeypatch.undo()
    taches._passage(app)
    assert (nombre(Compte), rejeu.en_attente()) == (0, 0)


def test_tant_que_le_rejeu_attend_qui_est_efface_ne_recoit_rien(app, dossier, monkeypatch, horloge):
    """Le préavis d'effacer un brouillon revenu partirait à qui a supprimé son compte."""
    compte_id = ana_et_son_brouillon()
    supprimer_puis_restaurer(dossier, compte_id)

    def en_panne(*_arguments: object) -> None:
        raise StockageIndisponible

    horloge.instant = INSTANT + timedelta(days=200)
    monkeypatch.setattr(effacer, "_supprimer", en_panne)
    taches._passage(app)
    assert nombre(AnnonceEffacement) == 0
    monkeypatch.undo()
    taches._passage(app)
    assert (nombre(AnnonceEffacement), nombre(Compte)) == (0, 0)


def test_la_mise_a_jour_commencee_ne_revient_pas_au_guichet(app, monde, dossier):
    """Le rejeu refait tout le geste : brouillon effacé, évènement, journal."""
    enregistre = couple(monde)
    with ecriture() as session:
        mise_a_jour.commencer(session, session.get_one(Demande, enregistre.demande), INSTANT)
    supprimer_puis_restaurer(dossier, enregistre.lea)
    assert rejeu.rejouer() == Rejeu(manquants=1, effaces=1)
    with lecture() as session:
        demande = session.get_one(Demande, enregistre.demande)
        assert demande.est_au_guichet
        assert [declaration.est_brouillon for declaration in demande.declarations] == [False]
        (dernier,) = session.scalars(sa.select(Evenement).where(Evenement.genre == GenreEvenement.DETACHEMENT))
        assert dernier.survenu_le == INSTANT, "le jour où la personne l'a demandé"
        (acte,) = session.scalars(sa.select(EcritureJournal).where(EcritureJournal.acte == ActeJournal.DETACHEMENT))
        assert (acte.demande_id, acte.compte_id) == (enregistre.demande, enregistre.lea)
        assert list(verifier(session)) == []


def test_une_cle_neuve_ne_change_pas_l_empreinte_rejouee(app, dossier):
    compte_id = ana_et_son_brouillon()
    hier = dossier / "hier.sqlite"
    sauvegarder(hier)
    supprimer(compte_id)
    registre.reporter()
    d_origine = [ligne.empreinte for ligne in lignes_du_registre()]
    restaurer(hier)
    avec_les_cles(app, 1, 2)
    assert rejeu.rejouer() == Rejeu(manquants=2, effaces=2)
    assert [ligne.empreinte for ligne in lignes_du_registre()] == d_origine
    assert rejeu.en_attente() == 0
    assert rejeu.rejouer() == Rejeu()


def test_sans_la_cle_d_alors_un_effacement_n_est_pas_tenu_pour_fait(app, dossier):
    compte_id = ana_et_son_brouillon()
    hier = dossier / "hier.sqlite"
    sauvegarder(hier)
    avec_les_cles(app, 1, 2)
    supprimer(compte_id)
    registre.reporter()
    restaurer(hier)
    avec_les_cles(app, 1)
    assert rejeu.rejouer() == Rejeu(sans_cle=2)
    assert (nombre(Compte), nombre(Effacement), rejeu.en_attente()) == (1, 0, 2)
    avec_les_cles(app, 1, 2)
    assert rejeu.rejouer() == Rejeu(manquants=2, effaces=2)
    assert (nombre(Compte), rejeu.en_attente()) == (0, 0)


def test_la_ligne_qui_suit_une_ecriture_coupee_se_lit(app):
    supprimer(ana_et_son_brouillon())
    registre.chemin().write_text('{"objet": "comp')
    assert registre.reporter() == 2
    oublier_le_registre()
    assert rejeu.rejouer() == Rejeu(manquants=2, illisibles=1)


def test_une_ligne_coupee_ou_forgee_n_efface_rien(app):
    compte_id = ana_et_son_brouillon()
    forgee = {"objet": "compte", "numero": compte_id, "regle": "personne", "efface_le": INSTANT.isoformat()}
    forgee |= {"lignes": 1, "fichiers": 0, "empreinte": "0" * 64}
    registre.chemin().write_text(json.dumps(forgee) + "\n" + '{"objet": "comp')
    rejeu.rejouer_si_restauree()
    assert nombre(Compte) == 1
    assert rejeu.rejouer() == Rejeu(illisibles=1)
    assert nombre(Effacement) == 1, "la ligne du registre, sans effet"


def test_une_demande_effacee_apres_depot_s_inscrit_au_journal_du_guichet(app, monde):
    with ecriture() as session:
        effacer.demande(session, session.get_one(Demande, monde.demande_69), Regle.RADIEE, INSTANT)
    with lecture() as session:
        acte = session.scalars(sa.select(EcritureJournal).order_by(EcritureJournal.id.desc())).first()
        assert (acte.acte.code, acte.guichet_code, acte.demande_id) == ("effacement", "69266", monde.demande_69)
        assert acte.objet.startswith("règle radiee, ")
        assert list(verifier(session)) == []
