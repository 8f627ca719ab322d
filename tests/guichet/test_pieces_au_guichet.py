"""Les pièces vues du guichet : la copie marquée d'une pièce entière, ce que la personne n'a pas."""

from __future__ import annotations

from portail.db import db
from portail.demande.modeles import Demande
from portail.guichet.modeles import ActeJournal, EcritureJournal
from portail.pieces import autorites, reception
from portail.pieces.modeles import Antivirus, Fichier, SuiteAbsence
from portail.stockage import stockage
from tests.fabriques import INSTANT
from tests.pieces import deux_d_docs
from tests.pieces.cas import jpeg
from tests.pieces.test_apercu import numerise
from tests.pieces.test_avis_lu import ligne
from tests.pieces.test_copie import textes


def test_un_agent_ouvre_la_piece_entiere_et_cela_s_inscrit(naviguer, monde):
    with db.sessionmaker() as session:
        carte = session.get_one(Fichier, monde.fichier_69)
        stockage().ecrire(carte.cle, jpeg())
        adresse = f"/guichet/demandes/{monde.demande_69}/pieces/{carte.piece_id}.pdf"
    nav = naviguer(monde.accueil).ouvrir(f"/guichet/demandes/{monde.demande_69}")
    assert nav.page.find("a", href=adresse)
    reponse = nav.client.get(adresse, base_url=nav.base)
    assert (reponse.status_code, reponse.mimetype) == (200, "application/pdf")
    (marque,) = textes(reponse.data)
    assert marque.startswith("Copie pour ")
    assert stockage().lire(carte.cle) == jpeg(), "l’original n’est pas marqué"
    with db.sessionmaker() as session:
        assert session.query(EcritureJournal).filter_by(acte=ActeJournal.LECTURE_PIECE).count() == 1
    assert nav.client.get(adresse.replace(f"/{carte.piece_id}.pdf", "/999.pdf"), base_url=nav.base).status_code == 404


def test_le_guichet_voit_ce_qui_suit_je_n_ai_pas_ce_document(naviguer, monde):
    with db.sessionmaker() as session, session.begin():
        piece = reception.piece_de(session, session.get_one(Demande, monde.demande_69), "AIS2025", monde.personne_69)
        piece.absente_le, piece.absence_suite, piece.absence_mot = INSTANT, SuiteAbsence.AIDE, "Perdu en déménageant."
    nav = naviguer(monde.accueil).ouvrir(f"/guichet/demandes/{monde.demande_69}")
    assert "la personne demande de l’aide" in nav.texte()
    assert "Perdu en déménageant." in nav.texte()


def test_l_agent_voit_l_avis_de_l_antivirus_et_n_ouvre_pas_ce_qui_attend(naviguer, monde):
    adresse = f"/guichet/demandes/{monde.demande_69}"
    attendus = {Antivirus.SAIN: (200, "sain"), Antivirus.EN_COURS: (503, "en cours de contrôle"),
                Antivirus.REFUSE: (503, "refusé par l’antivirus"), Antivirus.NON_CONTROLE: (200, "non contrôlé")}  # fmt: skip
    nav = naviguer(monde.accueil)
    for etat, (statut, mots) in attendus.items():
        with db.sessionmaker() as session, session.begin():
            carte = session.get_one(Fichier, monde.fichier_69)
            carte.antivirus, piece_id = etat, carte.piece_id
        assert mots in nav.ouvrir(adresse).texte()
        ouvertures = {nav.client.get(f"{adresse}/{suite}", base_url=nav.base).status_code
                      for suite in (f"fichiers/{monde.fichier_69}", f"pieces/{piece_id}.pdf")}  # fmt: skip
        assert ouvertures == {statut}
        assert bool(nav.page.select(f'[src$="/fichiers/{monde.fichier_69}"]')) == (statut == 200)


def test_l_agent_voit_le_2d_doc_d_un_avis_et_ce_que_vaut_sa_signature(app, naviguer, monde):
    deux_d_docs.autorite().installer(app.extensions["portail"].dossier / autorites.IMPORTES)
    bon = deux_d_docs.code()
    for texte, mots in ((bon, "signature vérifiée"), (bon.replace("18500", "08500"), "signature fausse")):
        with db.sessionmaker() as session, session.begin():
            piece = reception.piece_de(
                session, session.get_one(Demande, monde.demande_69), "AIS2025", monde.personne_69
            )
            piece.fichiers = [ligne(texte)]
        page = naviguer(monde.accueil).ouvrir(f"/guichet/demandes/{monde.demande_69}").texte().replace("\u00a0", " ")
        assert f"2D-Doc de avis.jpg : {mots}" in page
        assert "Revenus 2024 : revenu fiscal de référence" in page
        assert "La demande déclare" in page
        assert "authenti" not in page.lower()


def test_la_piece_d_identite_en_pdf_montre_sa_premiere_page(naviguer, monde):
    with db.sessionmaker() as session, session.begin():
        carte = session.get_one(Fichier, monde.fichier_69)
        carte.type_mime, carte.nom, carte.pages = "application/pdf", "carte.pdf", 2
        stockage().ecrire(carte.cle, numerise())
    nav = naviguer(monde.accueil).ouvrir(f"/guichet/demandes/{monde.demande_69}")
    assert "Seule la première se voit ici." in nav.texte()
    [image] = nav.page.select(".visionneuse img")
    assert image["alt"] == "Pièce d’identité (demandeur) : carte.pdf"  # vrai aussi quand la page ne se montre pas
    reponse = nav.client.get(image["src"], base_url=nav.base)
    assert (reponse.status_code, reponse.mimetype) == (200, "image/jpeg")
    assert reponse.headers["Cache-Control"] == "no-store"
    with db.sessionmaker() as session, session.begin():
        assert session.query(EcritureJournal).filter_by(acte=ActeJournal.LECTURE_PIECE).count() == 1
        stockage().ecrire(session.get_one(Fichier, monde.fichier_69).cle, b"%PDF-1.7 abime %%EOF")
    reponse = nav.client.get(image["src"], base_url=nav.base)
    assert (reponse.status_code, "feuille" in reponse.location) == (303, True)
