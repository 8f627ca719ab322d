"""« Télécharger mes données » : tout ce qui est à la personne, rien d'une autre, après preuve, pendant sept jours."""

from __future__ import annotations

import io
import json
import zipfile

import pytest
import sqlalchemy as sa

from portail import taches
from portail.compte.export_contenu import EXCLUES, tables
from portail.compte.modeles import ExportDonnees
from portail.db import Base, db, ecriture
from portail.demande.modeles import Declaration, Evenement, GenreEvenement
from portail.inventaire import _connues
from portail.pieces.modeles import Antivirus, Fichier, PieceFournie
from portail.stockage import stockage
from tests import fabriques
from tests.compte.gestes import courriels, se_connecter
from tests.fabriques import MOT_DE_PASSE
from tests.navigateur import Navigateur

pytestmark = pytest.mark.menace("T17")

IMAGE = b"une image reconstruite"


@pytest.fixture
def navigateur(app, client) -> Navigateur:
    with db.sessionmaker() as session:
        declaration = fabriques.remplir_ana(fabriques.brouillon(session, fabriques.compte(session)))
        piece = PieceFournie(code="ID", personne=declaration.personnes[0].cle)
        piece.fichiers.append(
            Fichier(
                rang=1, cle="a" * 32, nom="carte.jpg", type_mime="image/jpeg", taille=len(IMAGE), pages=1,
                empreinte_recue="0" * 64, recu_le=fabriques.INSTANT,
            )
        )  # fmt: skip
        declaration.demande.pieces.append(piece)
        leo = fabriques.compte(session, "leo@exemple.fr", nom_naissance="Petit", prenoms="Léo", nir=None)
        fabriques.brouillon(session, leo)
        session.commit()
    stockage().ecrire("a" * 32, IMAGE)
    return se_connecter(Navigateur(client))


def archive(navigateur: Navigateur) -> zipfile.ZipFile:
    navigateur.ouvrir("/compte/donnees").envoyer(bouton="Préparer mon archive")
    assert "se prépare" in navigateur.texte()
    taches.passer()
    lien = navigateur.ouvrir("/compte/donnees").lien("Télécharger l’archive")["href"]
    reponse = navigateur.client.get(lien)
    assert reponse.headers["Content-Disposition"] == 'attachment; filename="mes-donnees.zip"'
    assert reponse.headers["Cache-Control"] == "no-store"
    return zipfile.ZipFile(io.BytesIO(reponse.data))


def test_l_archive_dit_tout_d_ana_et_rien_de_leo(app, navigateur):
    contenu = archive(navigateur)
    assert sorted(contenu.namelist()) == ["donnees.html", "donnees.json", "pieces/1-carte.jpg", "qui-a-lu.json"]
    assert contenu.read("pieces/1-carte.jpg") == IMAGE
    donnees = json.loads(contenu.read("donnees.json"))
    with db.sessionmaker() as session:
        declaration = session.get_one(Declaration, 1)
        assert donnees["personne"][0]["nir"] == declaration.personnes[0].nir
        assert donnees["coordonnees"][0]["adresse_voie"] == declaration.coordonnees.adresse_voie
        assert donnees["ressources"][0]["salaire"] == str(declaration.personnes[0].ressources.salaire)
    assert [compte["courriel"] for compte in donnees["compte"]] == ["ana@exemple.fr"]
    tout = b"".join(contenu.read(nom) for nom in contenu.namelist())
    for absent in (b"leo@exemple.fr", b"Petit", b"argon2", b"empreinte", b'mot_de_passe"'):
        assert absent not in tout, absent
    assert courriels(app)[-1]["Subject"] == "Votre téléchargement est prêt"


def test_un_evenement_cache_a_la_personne_n_y_est_pas(app, navigateur):
    with ecriture() as session:
        for genre in (GenreEvenement.AVIS_PDALHPD, GenreEvenement.DALO):
            session.add(
                Evenement(demande_id=1, genre=genre, survenu_le=fabriques.INSTANT, precision=f"mot {genre.value}")
            )
    contenu = archive(navigateur)
    donnees = json.loads(contenu.read("donnees.json"))
    assert [e["genre"] for e in donnees["evenement"]] == ["Brouillon commencé", "Décision Dalo"]
    assert b"avis_pdalhpd" not in b"".join(contenu.read(nom) for nom in contenu.namelist())


def test_l_agent_qui_a_agi_n_y_est_pas_nomme(app, navigateur):
    """La personne sait quel guichet, et pourquoi ; le nom reste au journal (décision 0006)."""
    with ecriture() as session:
        session.add(
            Evenement(
                demande_id=1, genre=GenreEvenement.RENOUVELLEMENT, survenu_le=fabriques.INSTANT, auteur="Zélie Durand"
            )
        )
    contenu = archive(navigateur)
    assert "Zélie Durand" not in "".join(contenu.read(nom).decode(errors="replace") for nom in contenu.namelist())


@pytest.mark.parametrize("avis", [Antivirus.EN_COURS, Antivirus.REFUSE])
def test_un_fichier_que_l_antivirus_n_a_pas_admis_reste_au_service(app, navigateur, avis):
    with ecriture() as session:
        session.execute(sa.update(Fichier).values(antivirus=avis))
    assert "pieces/1-carte.jpg" not in archive(navigateur).namelist()


def test_chaque_table_liee_au_compte_est_exportee_ou_exclue_avec_sa_raison():
    liees, avant = {"compte"}, 0
    while len(liees) != avant:
        avant = len(liees)
        liees |= {
            t.name for t in Base.metadata.tables.values() if {f.column.table.name for f in t.foreign_keys} & liees
        }
    assert set(tables()) | set(EXCLUES) >= liees
    assert not set(tables()) & set(EXCLUES)


def test_un_fil_s_exporte_par_le_compte_comme_par_la_demande():
    assert tables()["fil"] == [("compte_id", "compte"), ("demande_id", "demande")]


@pytest.mark.asvs("7.5.3")
def test_une_session_ancienne_se_reprouve_avant_de_demander_et_de_telecharger(app, client, navigateur, horloge):
    horloge.avancer(minutes=11)
    navigateur.ouvrir("/compte/donnees").envoyer(bouton="Préparer mon archive")
    assert navigateur.h1 == "Confirmez que c’est bien vous"
    navigateur.envoyer(actuel=MOT_DE_PASSE, bouton="Continuer")
    navigateur.ouvrir("/compte/donnees").envoyer(bouton="Préparer mon archive")
    taches.passer()
    horloge.avancer(minutes=11)
    assert client.get("/compte/donnees/archive").headers["Location"].startswith("/compte/prouver")


def test_sans_rien_de_pret_ou_pour_une_autre_personne_il_n_y_a_pas_d_archive(app, client, autre_client, navigateur):
    assert client.get("/compte/donnees/archive").headers["Location"] == "/compte/donnees"
    archive(navigateur)
    leo = se_connecter(Navigateur(autre_client), "leo@exemple.fr")
    assert leo.client.get("/compte/donnees/archive").headers["Location"] == "/compte/donnees"


@pytest.mark.asvs("14.2.7")
def test_au_bout_de_sept_jours_l_archive_est_effacee_et_d_ici_la_personne_ne_la_balaie(app, navigateur, horloge):
    archive(navigateur)
    with db.sessionmaker() as session:
        cle = session.scalar(sa.select(ExportDonnees.cle))

    with db.sessionmaker() as session:
        assert cle in _connues(session)
    horloge.avancer(days=8)
    taches.nettoyer()
    assert not stockage().existe(cle)
    with db.sessionmaker() as session:
        assert session.scalar(sa.select(sa.func.count()).select_from(ExportDonnees)) == 0


def test_une_preparation_interrompue_est_reprise(app, navigateur, horloge):
    navigateur.ouvrir("/compte/donnees").envoyer(bouton="Préparer mon archive")
    with ecriture() as base:
        base.execute(sa.update(ExportDonnees).values(reserve_le=horloge()))  # un processus l'a prise, puis est mort
    taches.passer()
    assert "se prépare" in navigateur.ouvrir("/compte/donnees").texte()
    horloge.avancer(minutes=11)
    taches.passer()
    with db.sessionmaker() as session:
        assert session.scalar(sa.select(ExportDonnees.pret_le)) is not None
