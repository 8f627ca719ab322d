"""La commande `portail` : elle dit ce qui manque, prépare, sauvegarde pendant le service."""

from __future__ import annotations

import shutil
import sqlite3
import stat
import threading
from contextlib import suppress
from types import SimpleNamespace
from urllib.error import HTTPError
from urllib.request import Request, urlopen

import pytest
import waitress
from click.testing import CliRunner
from flask import request

from portail import preparation
from portail.cli import principal
from portail.config import lire
from portail.db import db, ecriture
from portail.freins import Frein
from portail.pieces import autorites, deux_d_doc
from portail.pieces.deux_d_doc import Signature
from tests import serveur
from tests.base_modele import modele_sqlite
from tests.pieces import deux_d_docs
from tests.socle.applications import ouvrir
from tests.socle.test_db import frein


@pytest.fixture
def lancer(dossier, monkeypatch):
    """Lance la commande en mode local, dans un dossier à elle."""
    for nom in ("PORTAIL_URL", "PORTAIL_BASE"):
        monkeypatch.delenv(nom, raising=False)
    monkeypatch.setenv("PORTAIL_MODE", "local")
    monkeypatch.setenv("PORTAIL_DOSSIER", str(dossier / "instance"))

    def _lancer(*arguments: str, **environ: str | None):
        return CliRunner().invoke(principal, arguments, env=environ)

    return _lancer


def test_sans_reglages_la_commande_s_arrete_en_nommant_ce_qui_manque(lancer):
    resultat = lancer("migrer", PORTAIL_MODE="production")
    assert resultat.exit_code == 2
    assert "PORTAIL_CLE_SECRETE" in resultat.output
    assert "Traceback" not in resultat.output


def test_les_cles_affichees_conviennent_a_la_production(lancer, dossier):
    resultat = lancer("cles", PORTAIL_MODE="production")
    environ = dict(ligne.split("=", 1) for ligne in resultat.output.splitlines())
    config = lire(
        {
            **environ,
            "PORTAIL_URL": "https://x.fr",
            "PORTAIL_COURRIEL_SERVEUR": "smtp://y",
            "PORTAIL_DOSSIER": str(dossier),
        }
    )
    assert config.mode == "production"


def test_migrer_met_la_base_au_niveau_puis_ne_fait_plus_rien(lancer, dossier):
    assert "Mise à niveau" in lancer("migrer").output
    assert lancer("migrer").output == ""
    base = sqlite3.connect(dossier / "instance" / "portail.sqlite")
    assert base.execute("SELECT version_num FROM alembic_version").fetchall() == [(preparation.tete(),)]
    base.close()


def test_une_base_plus_recente_que_le_code_est_refusee_en_une_phrase(lancer, dossier):
    lancer("migrer")
    base = sqlite3.connect(dossier / "instance" / "portail.sqlite")
    base.execute("UPDATE alembic_version SET version_num = '9999'")
    base.commit()
    base.close()
    resultat = lancer("migrer")
    assert resultat.exit_code == 1
    assert "plus récente" in resultat.output
    assert "Traceback" not in resultat.output


def test_taches_dit_combien_de_courriels_sont_partis(lancer):
    lancer("migrer")
    assert lancer("taches").output.startswith("0 courriel")


def test_sauvegarder_copie_une_base_en_service_sans_gener_personne(dossier, horloge):
    with ouvrir(dossier, horloge):
        with ecriture() as session:
            session.add(frein("avant"))
        with ecriture() as session:  # une écriture en cours : la copie ne l'attend pas, et ne la voit pas
            session.add(frein("pendant"))
            session.flush()
            preparation.sauvegarder(dossier / "copie.sqlite")
        copie = sqlite3.connect(dossier / "copie.sqlite")
        assert copie.execute("SELECT cle FROM frein").fetchall() == [("avant",)]
        assert copie.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        copie.close()
        assert stat.S_IMODE((dossier / "copie.sqlite").stat().st_mode) == 0o600


def test_sauvegarder_n_ecrase_jamais_une_sauvegarde(lancer, dossier):
    lancer("migrer")
    destination = dossier / "copie.sqlite"
    assert lancer("sauvegarder", str(destination)).exit_code == 0
    avant = destination.read_bytes()
    resultat = lancer("sauvegarder", str(destination))
    assert resultat.exit_code == 1
    assert "existe déjà" in resultat.output
    assert destination.read_bytes() == avant


@pytest.mark.postgresql
def test_sauvegarder_renvoie_a_pg_dump_avec_postgresql(lancer, base_postgresql, dossier):
    resultat = lancer("sauvegarder", str(dossier / "copie"), PORTAIL_BASE=base_postgresql)
    assert resultat.exit_code == 1
    assert "pg_dump" in resultat.output
    assert "Traceback" not in resultat.output


@pytest.fixture
def servir_pour_voir(lancer, dossier, monkeypatch):
    """« portail servir », sans servir : rend ce que la commande a dit, l'application et les réglages de waitress."""
    (dossier / "instance").mkdir()
    shutil.copyfile(modele_sqlite(), dossier / "instance" / "portail.sqlite")
    recu = {}

    def create_server(app, **reglages):
        recu.update(reglages, app=app)
        return SimpleNamespace(run=lambda: None)

    monkeypatch.setattr(waitress, "create_server", create_server)
    monkeypatch.setattr(preparation, "chauffer", lambda app: None)  # fige la mémoire du processus entier

    def _servir(*arguments: str, **environ: str):
        resultat = lancer("servir", *arguments, PORTAIL_TACHES_INTERNES="non", **environ)
        assert resultat.exit_code == 0, resultat.output
        return resultat.output, recu.pop("app"), dict(recu)

    return _servir


def test_servir_prepare_puis_annonce_son_adresse(servir_pour_voir):
    dit, app, reglages = servir_pour_voir("--port", "8123")
    assert "http://127.0.0.1:8123" in dit
    assert (reglages["host"], reglages["port"], reglages["ident"]) == ("127.0.0.1", 8123, None)
    assert app.extensions["portail"].url == "http://127.0.0.1:8123"
    maximum = app.config["MAX_CONTENT_LENGTH"]
    assert maximum <= reglages["max_request_body_size"] <= maximum * 1.01, "le serveur ne garde pas ce qu’on refuse"
    assert not [fil for fil in threading.enumerate() if fil.name == "taches"]
    with app.app_context():
        assert db.session.get(Frein, "x") is None
        db.session.close()
        db.engine.dispose()


@pytest.mark.menace("T15")
@pytest.mark.parametrize(("proxys", "vu"), [("0", "127.0.0.1"), ("1", "203.0.113.9")])
def test_derriere_un_mandataire_de_confiance_chaque_visiteur_garde_son_adresse(servir_pour_voir, proxys, vu):
    """Sinon les freins comptent tout le monde ensemble. Sans mandataire déclaré, personne ne choisit son adresse."""
    _dit, app, reglages = servir_pour_voir(PORTAIL_PROXYS=proxys)
    adresses: list[str | None] = []
    app.before_request(lambda: adresses.append(request.remote_addr))
    for nom in ("host", "port", "ident", "threads"):
        del reglages[nom]
    with serveur.servir(lambda _url: app, **reglages) as ouvert:
        entetes = {"X-Forwarded-For": "198.51.100.1, 203.0.113.9", "Host": app.extensions["portail"].hote}
        with suppress(HTTPError):  # une page absente : rien à compter
            urlopen(Request(f"{ouvert.url}/nulle-part", headers=entetes))
    assert adresses == [vu]
    with app.app_context():
        db.engine.dispose()


def test_les_certificats_du_2d_doc_s_importent_et_un_autre_fichier_se_refuse(lancer, dossier):
    essai = deux_d_docs.autorite()
    essai.installer(dossier / "recus")
    recus = sorted(str(chemin) for chemin in (dossier / "recus").iterdir())
    assert lancer("certificats-2d-doc", *recus).output == "FT99 : importé.\nFT99_TST1 : importé.\n"
    code = deux_d_doc.lire(deux_d_docs.code())
    assert deux_d_doc.verifier(code, dossier / "instance" / autorites.IMPORTES) is Signature.VERIFIEE
    (dossier / "lettre.txt").write_text("bonjour")
    refus = lancer("certificats-2d-doc", str(dossier / "lettre.txt"))
    assert refus.exit_code == 1
    assert "pas un certificat" in refus.output


def test_un_magasin_a_moitie_regle_empeche_de_demarrer_et_nomme_le_manque(lancer):
    resultat = lancer("migrer", PORTAIL_S3_ADRESSE="https://s3.exemple.fr", PORTAIL_S3_SEAU="pieces")
    assert resultat.exit_code == 2
    assert "PORTAIL_S3_CLE" in resultat.output
    assert "PORTAIL_S3_SECRET" in resultat.output
