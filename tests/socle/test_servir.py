"""`portail servir`, en vrai processus : ce que l'exploitant lit sur la sortie d'erreur."""

from __future__ import annotations

import json
import os
import shutil
import socket
import subprocess
import sys
import urllib.error
import urllib.request
from pathlib import Path
from typing import Any

import pytest

from portail.config import RACINE
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


def port_libre() -> int:
    with socket.create_server(("127.0.0.1", 0)) as prise:
        return prise.getsockname()[1]


@pytest.mark.menace("T17")
@pytest.mark.asvs("16.2.4")
def test_un_fait_de_surete_s_ecrit_une_fois_et_en_json(commande: dict[str, Any]) -> None:
    port = port_libre()
    commande["args"] += ["--port", str(port)]
    with subprocess.Popen(**commande) as service:
        try:
            assert service.stdout is not None
            assert any("Le portail est ouvert" in ligne for ligne in service.stdout)
            with pytest.raises(urllib.error.HTTPError, match="400"):
                urllib.request.urlopen(f"http://127.0.0.1:{port}/compte/connexion", b"courriel=x", timeout=20)
        finally:
            service.terminate()
        _, erreurs = service.communicate(timeout=20)
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
