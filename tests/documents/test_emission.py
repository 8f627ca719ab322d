"""Un document donné est gardé tel quel : le redemander rend le même, même si tout a changé depuis."""

from __future__ import annotations

import hashlib
import shutil
import threading
from datetime import date, timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa
from flask import Flask

from portail import create_app
from portail.db import db, lecture
from portail.demande.copie import copier
from portail.demande.modeles import Declaration, Demande
from portail.documents import code_verification, emission
from portail.documents.emission import NonEmissible
from portail.documents.modeles import DocumentEmis, GenreDocument
from portail.guichet.modeles import Guichet
from portail.stockage import FichierAltere
from tests.base_modele import modele_sqlite
from tests.conftest import config_de_test
from tests.documents.conftest import BASE, Dossier, commencer, remplir_avec_annexe
from tests.documents.jumeau import textes_de_la_page, textes_du_pdf
from tests.documents.lecture import Lecture
from tests.fabriques import INSTANT


def emis(dossier: Dossier) -> list[DocumentEmis]:
    with dossier.app.app_context(), lecture() as session:
        return list(session.scalars(sa.select(DocumentEmis).order_by(DocumentEmis.id)))


def changer(dossier: Dossier, **valeurs: object) -> None:
    """Le guichet déménage, la demande change : ce qui était écrit sur un document émis ne doit pas bouger."""
    with dossier.app.app_context(), db.sessionmaker() as session:
        for objet in (session.scalar(sa.select(Guichet)), session.get(Demande, dossier.demande_id)):
            for nom, valeur in valeurs.items():
                if hasattr(objet, nom):
                    setattr(objet, nom, valeur)
        session.commit()


def fichiers(dossier: Path) -> list[Path]:
    return sorted(chemin for chemin in (dossier / "pieces").rglob("*") if chemin.is_file() and chemin.name != ".verrou")


def test_le_premier_telechargement_emet_et_les_suivants_rendent_l_archive(enregistree: Dossier, horloge) -> None:
    premier = enregistree.lire("attestation.pdf").data
    (document,) = emis(enregistree)
    assert (document.genre, document.acte) == (GenreDocument.ATTESTATION, "enregistrement")
    assert document.empreinte == hashlib.sha256(premier).hexdigest()
    assert document.emis_le == INSTANT
    assert document.valable_jusqu_au == date(2027, 11, 24)
    assert code_verification.est_valide(document.code_verification or "")
    horloge.avancer(days=40)
    enregistree.revenir()
    changer(enregistree, nom="Guichet déménagé", adresse="Ailleurs")
    assert enregistree.lire("attestation.pdf").data == premier
    assert len(emis(enregistree)) == 1


def test_la_page_jumelle_reste_celle_du_document_emis(enregistree: Dossier) -> None:
    pdf = Lecture(enregistree.lire("attestation.pdf").data)
    changer(enregistree, nom="Guichet déménagé", adresse="Ailleurs")
    page = enregistree.lire("attestation").text
    assert textes_de_la_page(page) == textes_du_pdf(pdf)
    assert "déménagé" not in page


def test_le_formulaire_depose_est_garde_et_le_brouillon_ne_l_est_pas(couple: Dossier, horloge) -> None:
    couple.lire("formulaire.pdf")
    assert emis(couple) == []
    couple.deposer()
    premier = couple.lire("formulaire.pdf").data
    horloge.avancer(days=3)
    couple.revenir()
    assert couple.lire("formulaire.pdf").data == premier
    assert [document.genre for document in emis(couple)] == [GenreDocument.FORMULAIRE]
    couple.enregistrer()
    avec_numero = couple.lire("formulaire.pdf").data
    assert avec_numero != premier
    assert "069 11 26 000001 69266" in " ".join(Lecture(avec_numero).tout())
    assert couple.lire("formulaire.pdf").data == avec_numero


def test_l_annexe_est_gardee_a_part(app: Flask) -> None:
    dossier = commencer(app, remplir_avec_annexe)
    dossier.deposer()
    premier = dossier.lire("annexe-handicap.pdf").data
    assert dossier.lire("annexe-handicap.pdf").data == premier
    assert [document.genre for document in emis(dossier)] == [GenreDocument.ANNEXE]


def test_la_fiche_dit_l_instant_et_n_est_pas_gardee(enregistree: Dossier) -> None:
    enregistree.lire("fiche.pdf")
    assert emis(enregistree) == []


def test_rien_n_est_lisible_dans_le_stockage(app: Flask, dossier: Path) -> None:
    ouvert = commencer(app, remplir_avec_annexe)
    ouvert.deposer()
    ouvert.enregistrer()
    for document in ("attestation.pdf", "formulaire.pdf", "annexe-handicap.pdf"):
        ouvert.lire(document)
    gardes = fichiers(dossier)
    assert len(gardes) == 6
    for chemin in gardes:
        octets = chemin.read_bytes()
        assert b"%PDF" not in octets
        assert not any(mot.encode() in octets for mot in ("Martin", "Villeurbanne", "Fauteuil", "genre"))
        assert chemin.stat().st_mode & 0o077 == 0


def test_chaque_renouvellement_a_son_attestation_et_la_derniere_est_montree(enregistree: Dossier, horloge) -> None:
    premiere = enregistree.lire("attestation.pdf").data
    horloge.avancer(days=350)
    changer(enregistree, presentee_le=date(2027, 11, 9))
    with enregistree.app.app_context():
        instant = INSTANT + timedelta(days=350)
        document = emission.attestation_emise(enregistree.demande_id, instant)
        assert emission.attestation_emise(enregistree.demande_id, instant).id == document.id
    assert (document.acte, document.valable_jusqu_au) == ("renouvellement-2027-11-09", date(2028, 11, 9))
    enregistree.revenir()
    derniere = enregistree.lire("attestation.pdf").data
    assert derniere != premiere
    lu = " ".join(Lecture(derniere).tout())
    assert "Dernier renouvellement 9 novembre 2027" in lu
    assert "Demande reçue le 24 novembre 2026" in lu
    assert "Valable jusqu’au 9 novembre 2028" in lu
    assert len({d.code_verification for d in emis(enregistree)}) == 2


def test_sans_enregistrement_ou_apres_radiation_rien_ne_s_emet(couple: Dossier) -> None:
    for avancer in (lambda: None, couple.deposer):
        avancer()
        with couple.app.app_context(), pytest.raises(NonEmissible):
            emission.attestation_emise(couple.demande_id, INSTANT)
    couple.enregistrer()
    changer(couple, radiee_le=INSTANT)
    assert couple.lire("attestation.pdf").status_code == 404
    assert emis(couple) == []


def test_une_attestation_emise_se_relit_apres_la_radiation(enregistree: Dossier) -> None:
    premiere = enregistree.lire("attestation.pdf").data
    changer(enregistree, radiee_le=INSTANT)
    assert enregistree.lire("attestation.pdf").data == premiere


@pytest.mark.parametrize("lue", [False, True])
def test_le_tableau_de_bord_ne_mene_a_l_attestation_d_une_demande_radiee_que_s_il_y_en_a_une(
    enregistree: Dossier, *, lue: bool
) -> None:
    lien = f"/demandes/{enregistree.demande_id}/attestation.pdf"
    assert lien in enregistree.client.get("/demandes", base_url=BASE).text
    if lue:
        enregistree.lire("attestation.pdf")
    changer(enregistree, radiee_le=INSTANT)
    assert (lien in enregistree.client.get("/demandes", base_url=BASE).text) is lue


def test_une_archive_modifiee_n_est_pas_rendue(enregistree: Dossier) -> None:
    enregistree.lire("attestation.pdf")
    with enregistree.app.app_context(), db.sessionmaker() as session:
        document = session.scalar(sa.select(DocumentEmis))
        document.empreinte = "0" * 64
        session.commit()
        with pytest.raises(FichierAltere):
            emission.ouvrir(document)


def test_un_stockage_en_panne_se_dit_et_n_inscrit_rien(enregistree: Dossier, dossier: Path) -> None:
    pieces = dossier / "pieces"
    shutil.rmtree(pieces)
    pieces.write_text("un fichier à la place du dossier")
    reponse = enregistree.lire("attestation.pdf")
    assert (reponse.status_code, reponse.headers["Retry-After"]) == (503, "60")
    assert emis(enregistree) == []
    pieces.unlink()
    pieces.mkdir(mode=0o700)
    assert enregistree.lire("attestation.pdf").status_code == 200


@pytest.mark.parametrize("moteur", ["sqlite", pytest.param("postgresql", marks=pytest.mark.postgresql)])
def test_dix_emissions_simultanees_n_en_font_qu_une(
    moteur: str, dossier: Path, horloge, request: pytest.FixtureRequest
) -> None:
    if moteur == "sqlite":
        shutil.copyfile(modele_sqlite(), dossier / "portail.sqlite")
        base = f"sqlite:///{dossier / 'portail.sqlite'}"
    else:
        base = request.getfixturevalue("base_postgresql")
    application = create_app(config_de_test(dossier, base), HORLOGE=horloge, TESTING=True)
    ouvert = commencer(application, remplir_avec_annexe)
    ouvert.deposer()
    ouvert.enregistrer()
    codes: list[str | None] = []

    def emettre() -> None:
        with application.app_context():
            codes.append(emission.attestation_emise(ouvert.demande_id, INSTANT).code_verification)

    fils = [threading.Thread(target=emettre) for _ in range(10)]
    for fil in fils:
        fil.start()
    for fil in fils:
        fil.join()
    assert len(codes) == 10
    assert len(set(codes)) == 1
    assert len(emis(ouvert)) == 1
    assert len(fichiers(dossier)) == 2  # les perdants n'ont rien laissé
    with application.app_context():
        db.engine.dispose()


def test_la_declaration_qui_compte_est_la_deposee_pas_le_brouillon_de_mise_a_jour(enregistree: Dossier) -> None:
    avant = enregistree.lire("formulaire.pdf").data
    with enregistree.app.app_context(), db.sessionmaker() as session:
        deposee = session.get_one(Declaration, enregistree.declaration_id)
        brouillon = copier(deposee, INSTANT)
        brouillon.souhaits.precisions = "Pas encore déposé."
        deposee.demande.declarations.append(brouillon)
        session.commit()
    assert enregistree.lire("formulaire.pdf").data == avant
    assert "Pas encore déposé." in enregistree.lire("fiche").text
