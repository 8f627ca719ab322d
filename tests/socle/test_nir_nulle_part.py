"""Un NIR semé n'est trouvé nulle part en clair : ni sur le disque, ni sur le fil, ni dans un journal, ni dans un PDF.

Une personne s'inscrit en l'écrivant par groupes, se trompe, demande, joint, dépose, écrit à son guichet ; un agent lit,
enregistre, exporte ; elle télécharge tout, puis supprime son compte. On cherche alors ses treize premiers signes dans
chaque octet laissé derrière.
"""

from __future__ import annotations

import base64
import email
import io
import logging
import re
import sqlite3
import zipfile
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pikepdf
import pytest
import sqlalchemy as sa
from bs4 import BeautifulSoup
from flask import Flask, Response, request

from portail import preparation, taches
from portail.assistance import fils
from portail.compte.modeles import Compte
from portail.db import db
from portail.guichet.modeles import RoleAgent
from tests import fabriques
from tests.compte.gestes import inscrire, lien_recu, se_connecter
from tests.documents.lecture import Lecture
from tests.fabriques import INSTANT
from tests.guichet.enregistrees import enregistrer
from tests.guichet.gestes import presser
from tests.guichet.monde import agent, demande_deposee, entrer, guichet
from tests.navigateur import Navigateur
from tests.socle.applications import ouvrir

pytestmark = [pytest.mark.menace("T3"), pytest.mark.menace("T17")]

NIR = fabriques.nir("2850369266413")
PAR_GROUPES = f"{NIR[0]} {NIR[1:3]} {NIR[3:5]} {NIR[5:7]} {NIR[7:10]} {NIR[10:13]} {NIR[13:]}"
RACINE = NIR[:13]
SEPARATEURS = re.compile(rb"[\s.\-_/]|\xc2\xa0|\xe2\x80[\xaf\x89\x93]|&nbsp;|%20|\+")


def est_dans(octets: bytes) -> bool:
    """Les treize premiers signes, d'un trait, espacés, en UTF-16 ou en base 64 (les trois alignements)."""
    serres = SEPARATEURS.sub(b"", octets)
    formes = [RACINE.encode(), RACINE.encode("utf-16-le"), RACINE.encode().hex().encode()]
    formes += [base64.b64encode(b"." * debut + RACINE.encode())[4 if debut else 0 : 16] for debut in range(3)]
    return any(forme in serres or forme in octets for forme in formes)


@pytest.fixture
def pages() -> list[tuple[str, bytes]]:
    """Chaque réponse rendue, adresse et corps, les cases que la personne vient de remplir vidées."""
    return []


@pytest.fixture
def app(dossier, horloge, pages) -> Iterator[Flask]:
    def garder(reponse: Response) -> Response:
        corps = b"" if reponse.direct_passthrough or reponse.is_streamed else reponse.get_data()
        if reponse.mimetype == "text/html":
            soupe = BeautifulSoup(corps, "html.parser")
            for case in soupe.select("input[name*=nir]"):
                case["value"] = ""
            corps = str(soupe).encode()
        pages.append((f"{request.full_path} {dict(reponse.headers)}", corps))
        return reponse

    with ouvrir(dossier, horloge) as application:
        application.after_request(garder)
        yield application


def de_la_personne(app: Flask, nav: Navigateur) -> int:
    """De l'inscription au dépôt. Rend le numéro de la demande."""
    inscrire(nav, nir=PAR_GROUPES[:-1])
    assert nav.statut == 422
    nav.envoyer(
        nir=PAR_GROUPES, mot_de_passe=fabriques.MOT_DE_PASSE, confirmation=fabriques.MOT_DE_PASSE, bouton="Créer"
    )
    nav.ouvrir(lien_recu(app)).envoyer(bouton="Confirmer")
    se_connecter(nav)
    nav.ouvrir("/compte")
    nav.ouvrir("/demandes/nouvelle").envoyer(commune="Paris", bouton="Commencer")
    case = nav.page.find("input", attrs={"name": re.compile("nir")})["name"]
    faux = f"{PAR_GROUPES[:-2]}{(int(NIR[13:]) + 1) % 97:02d}"
    nav.envoyer({case: faux}, "Poursuivre pour renforcer")
    assert "Ce numéro contient une erreur" in nav.texte(), "gardé tel que tapé, et redit"
    with db.sessionmaker() as session:
        ana = session.scalars(sa.select(Compte)).one()
        assert ana.nir == NIR, "il est bien là, et bien lu par le service"
        deposee = demande_deposee(session, ana)
        fil = fils.ouvrir(session, ana.id, "111", None, None, INSTANT)
        fils.ajouter(session, fil, f"Mon numéro est le {PAR_GROUPES}.", "cle", INSTANT)
        session.commit()
        return deposee.id


def de_l_agent(app: Flask, demande_id: int) -> None:
    with db.sessionmaker() as session:
        responsable = agent(session, guichet(session), RoleAgent.RESPONSABLE).id
    client = app.test_client()
    entrer(app, client, responsable)
    nav = Navigateur(client).ouvrir(f"/guichet/demandes/{demande_id}")
    enregistrer(demande_id, responsable)
    for adresse in ("/guichet/demandes", f"/guichet/demandes/{demande_id}", "/guichet/journal"):
        nav.ouvrir(adresse)
    client.get(f"/guichet/demandes/{demande_id}/attestation.pdf")
    for forme in ("csv", "json"):
        nav.ouvrir("/guichet/echanges")
        exporte = presser(nav, "Télécharger le fichier", raison="commission", quoi="demandes", forme=forme).reponse
        assert b"Silva" in exporte.data
        assert not est_dans(exporte.data), f"export {forme}"


def octets_du_pdf(octets: bytes) -> bytes:
    """Chaque flux décompressé, chaque chaîne, et le texte tel qu'un lecteur d'écran l'entend."""
    with pikepdf.open(io.BytesIO(octets)) as pdf:
        flux = [objet.read_bytes() for objet in pdf.objects if isinstance(objet, pikepdf.Stream) and "/Filter" in objet]
        tout = [str(objet).encode() for objet in pdf.objects]
    return b"".join([octets, *flux, *tout, " ".join(Lecture(octets).tout()).encode()])


def restes(dossier: Path) -> list[str]:
    """Les fichiers où il se lit : base et son WAL, pièces, archives, sauvegarde, courriels décodés."""
    trouves = []
    for chemin in sorted(dossier.rglob("*")):
        if not chemin.is_file():
            continue
        octets = chemin.read_bytes()
        if chemin.suffix == ".eml":
            octets += b"".join(part.get_payload(decode=True) or b"" for part in email.message_from_bytes(octets).walk())
        if est_dans(octets):
            trouves.append(chemin.name)
    return trouves


def test_ce_qui_cherche_sait_trouver():
    for ecrit in (NIR, PAR_GROUPES, PAR_GROUPES.replace(" ", "\u202f"), PAR_GROUPES.replace(" ", ".")):
        assert est_dans(f"avant {ecrit} après".encode())
    assert est_dans(base64.b64encode(f"x{NIR}".encode()))
    assert est_dans(NIR.encode("utf-16-le"))
    assert not est_dans("2 85 03 •• ••• ••• ••".encode())


@pytest.mark.asvs("11.3.2", "14.2.4", "16.2.5")
def test_un_nir_seme_n_est_nulle_part_en_clair(app, client, dossier, pages, caplog):
    caplog.set_level(logging.INFO)
    nav = Navigateur(client)
    demande_id = de_la_personne(app, nav)
    for adresse in ("/compte", "/demandes", f"/demandes/{demande_id}", f"/demandes/{demande_id}/formulaire"):
        nav.ouvrir(adresse)
    de_l_agent(app, demande_id)

    pdfs = [client.get(f"/demandes/{demande_id}/{nom}.pdf") for nom in ("attestation", "formulaire", "fiche")]
    for pdf in pdfs:
        assert (pdf.status_code, pdf.mimetype) == (200, "application/pdf")
        assert not est_dans(octets_du_pdf(pdf.data)), pdf.request.path

    nav.ouvrir("/compte/donnees").envoyer(bouton="Préparer mon archive")
    taches.passer()
    archive = client.get(nav.ouvrir("/compte/donnees").lien("Télécharger l’archive")["href"])
    assert est_dans(zipfile.ZipFile(io.BytesIO(archive.data)).read("donnees.json")), "à elle, on ne cache rien"
    preparation.sauvegarder(dossier / "sauvegarde.sqlite")

    laisses = {chemin.name for chemin in dossier.rglob("*") if chemin.is_file()}
    assert {"portail.sqlite", "portail.sqlite-wal", "sauvegarde.sqlite"} <= laisses
    assert len([nom for nom in laisses if nom.endswith(".eml")]) >= 2
    assert len(list((dossier / "pieces").glob("??/*"))) >= 4
    assert restes(dossier) == []
    assert len(pages) > 25
    assert [adresse for adresse, corps in pages if est_dans(adresse.encode() + corps)] == []
    assert not est_dans(caplog.text.encode())

    nav.ouvrir("/compte/supprimer").envoyer({"compris": "oui"}, bouton="Supprimer mon compte")
    assert nav.h1 == "Votre compte est supprimé"
    assert restes(dossier) == []
    with closing(sqlite3.connect(dossier / "sauvegarde.sqlite")) as base:
        assert base.execute("SELECT count(*) FROM compte").fetchone() == (1,), "la sauvegarde cherchée était pleine"
