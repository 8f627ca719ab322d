"""`portail servir`, en vrai processus : ce que l'exploitant lit sur la sortie d'erreur."""

from __future__ import annotations

import json
import os
import shutil
import socket
import sqlite3
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from waitress.task import ErrorTask
from waitress.utilities import RequestEntityTooLarge

from portail.config import RACINE
from portail.ecoute import tache_du_refus
from tests.base_modele import modele_sqlite


@pytest.fixture
def commande(dossier: Path) -> dict[str, Any]:
    """De quoi lancer `portail servir` sur une base déjà prête (les arguments de `subprocess`)."""
    instance = dossier / "instance"
    instance.mkdir()
    shutil.copyfile(modele_sqlite(), instance / "portail.sqlite")
    sans_les_notres = {nom: valeur for nom, valeur in os.environ.items() if not nom.startswith("PORTAIL_")}
    reglages = {"PORTAIL_MODE": "local", "PORTAIL_DOSSIER": str(instance), "PORTAIL_TACHES_INTERNES": "non"}
    return {
        "args": [sys.executable, "-m", "portail", "servir"],
        "cwd": RACINE,
        "env": {**sans_les_notres, **reglages},
        "stdout": subprocess.PIPE,
        "stderr": subprocess.PIPE,
        "text": True,
    }


@contextmanager
def en_service(commande: dict[str, Any]) -> Iterator[tuple[subprocess.Popen[str], int]]:
    """Le service, une fois à l'écoute, et son port. Arrêté en sortie."""
    with socket.create_server(("127.0.0.1", 0)) as prise:
        port = prise.getsockname()[1]
    with subprocess.Popen(**{**commande, "args": [*commande["args"], "--port", str(port)]}) as service:
        try:
            assert service.stdout is not None
            assert any("Le portail est ouvert" in ligne for ligne in service.stdout)
            yield service, port
        finally:
            service.terminate()


def arreter(service: subprocess.Popen[str]) -> str:
    """Comme systemd ; rend ce qu'il a dit sur la sortie d'erreur."""
    service.terminate()
    return service.communicate(timeout=20)[1]


@pytest.mark.menace("T17")
@pytest.mark.asvs("16.2.4")
def test_un_fait_de_surete_s_ecrit_une_fois_et_en_json(commande: dict[str, Any]) -> None:
    with en_service(commande) as (service, port):
        with pytest.raises(urllib.error.HTTPError, match="400"):
            urllib.request.urlopen(f"http://127.0.0.1:{port}/compte/connexion", b"courriel=x", timeout=20)
        erreurs = arreter(service)
    lignes = [ligne for ligne in erreurs.splitlines() if "jeton_de_formulaire_refuse" in ligne]
    assert [json.loads(ligne)["fait"] for ligne in lignes] == ["jeton_de_formulaire_refuse"], erreurs


@pytest.mark.parametrize(("hote", "raison"), [("127.0.0.1", "un autre programme"), ("256.0.0.1", "pas cette adresse")])
def test_un_port_qui_ne_s_ouvre_pas_se_dit_en_une_phrase(commande: dict[str, Any], hote: str, raison: str) -> None:
    with socket.create_server(("127.0.0.1", 0)) as prise:
        commande["args"] += ["--hote", hote, "--port", str(prise.getsockname()[1])]
        essai = subprocess.run(**commande, timeout=60)
    assert essai.returncode == 1
    assert "Impossible d’ouvrir" in essai.stderr
    assert raison in essai.stderr
    assert "Traceback" not in essai.stderr
    assert "Le portail est ouvert" not in essai.stdout


def test_ce_que_les_taches_ont_fait_se_lit_et_rien_des_connexions(commande: dict[str, Any]) -> None:
    """Les lignes à regarder le matin (docs/exploitation.md), avec les tâches dans le processus aussi."""
    commande["args"] = [sys.executable, "-c", SANS_SERVIR]
    dit = subprocess.run(**commande, timeout=60)
    assert "suivi : 2 rappel(s) de renouvellement, 1 radiation(s) d’office" in dit.stderr
    assert "Pool" not in dit.stderr, "les connexions à la base ne regardent pas l’exploitant"


SANS_SERVIR = """
import types, waitress
from portail import cli, preparation, taches
def dire(app):
    with app.app_context():
        app.logger.info("suivi : %s", taches.SuiviDuJour(2, 0, 1))
preparation.chauffer = lambda app: None
waitress.create_server = lambda app, **_reglages: types.SimpleNamespace(run=lambda: dire(app))
cli.principal(["servir"])
"""


@pytest.mark.menace("T15")
def test_un_envoi_trop_lourd_a_la_page_d_erreur_du_portail(commande: dict[str, Any]) -> None:
    """Vingt photos d'un coup, sans script : waitress répondait en anglais, sans page, avant l'application."""
    with en_service(commande) as (_, port), socket.create_connection(("127.0.0.1", port), timeout=20) as prise:
        prise.sendall(
            b"POST /compte/connexion HTTP/1.1\r\nHost: 127.0.0.1:%d\r\n"
            b"Content-Type: multipart/form-data; boundary=x\r\nContent-Length: 100000000\r\n\r\n" % port
        )
        reponse = b"".join(iter(lambda: prise.recv(65536), b"")).decode()
    assert reponse.startswith("HTTP/1.1 413 ")
    assert "Connection: close" in reponse
    assert "Content-Security-Policy" in reponse
    assert "<h1>Cet envoi est trop lourd</h1>" in reponse


def test_un_corps_coupe_sans_longueur_annoncee_ne_va_pas_a_l_application() -> None:
    refuse = SimpleNamespace(version="1.1", error=RequestEntityTooLarge("x"), content_length=0)
    assert isinstance(tache_du_refus(None, refuse), ErrorTask)


def test_arrete_par_systemd_le_service_verse_ses_comptes_et_sort_sans_erreur(commande: dict[str, Any]) -> None:
    """SIGTERM tuait net : une page vue ne comptait que si une minute passait avant l'arrêt."""
    with en_service(commande) as (service, port):
        urllib.request.urlopen(f"http://127.0.0.1:{port}/comment-ca-marche", timeout=20).close()
        erreurs = arreter(service)
    assert service.returncode == 0, erreurs
    with closing(sqlite3.connect(Path(commande["env"]["PORTAIL_DOSSIER"]) / "portail.sqlite")) as base:
        assert base.execute("SELECT count(*) FROM frequentation").fetchone()[0] > 0
