"""Le Makefile et ses scripts : l'aide dit tout, les phrases d'échec disent quoi faire."""

from __future__ import annotations

import os
import re
import subprocess
from pathlib import Path

import pytest

from portail.config import RACINE

MAKEFILE = (RACINE / "Makefile").read_text()
CIBLES = set(re.findall(r"^([a-z]+):", MAKEFILE, re.M))


def lancer(*commande: str | Path, **environ: str) -> subprocess.CompletedProcess[str]:
    sans_make = {nom: valeur for nom, valeur in os.environ.items() if not nom.startswith(("MAKE", "MFLAGS"))}
    return subprocess.run(
        commande, cwd=RACINE, env={**sans_make, **environ}, capture_output=True, text=True, timeout=60
    )


@pytest.mark.parametrize("commande", [["make"], ["make", "help"]])
def test_l_aide_liste_chaque_cible_avec_une_phrase(commande):
    lignes = re.findall(r"^  make ([a-z]+) +(\S.*)$", lancer(*commande).stdout, re.M)
    assert dict(lignes).keys() == CIBLES
    assert len(lignes) == len(CIBLES)


def test_les_cibles_attendues_existent_et_ne_sont_pas_des_fichiers():
    assert {"run", "test", "bench", "lint", "types", "verrous", "clean"} <= CIBLES
    declarees = set(re.search(r"^\.PHONY: (.*)$", MAKEFILE, re.M)[1].split())
    assert declarees == CIBLES


def test_run_ne_demande_ni_npm_ni_apt():
    plan = lancer("make", "--dry-run", "--always-make", "run").stdout
    assert "-m portail servir" in plan
    assert "--require-hashes -r requirements.lock" in plan
    assert not re.search(r"npm|apt|moyens_de_test|requirements-test", plan)


def test_clean_ne_touche_pas_aux_donnees():
    assert "instance" not in lancer("make", "--dry-run", "clean").stdout


def test_un_python_trop_ancien_est_nomme(tmp_path):
    ancien = programme(tmp_path, 'case "$1" in --version) echo Python 3.9.2 ;; *) exit 1 ;; esac')
    essai = lancer(copie_des_outils(tmp_path) / "venv.sh", PYTHON=str(ancien))
    assert essai.returncode == 1
    assert "Il faut Python 3.11 ou plus récent (ici : Python 3.9.2)" in essai.stderr


def test_un_python_sans_venv_dit_quel_paquet_installer(tmp_path):
    incomplet = programme(tmp_path, 'case "$2" in *ensurepip*) exit 1 ;; *) exit 0 ;; esac')
    outils = copie_des_outils(tmp_path)
    (outils / "dire.sh").write_text((outils / "dire.sh").read_text() + "peut_installer() { false; }\n")
    essai = lancer(outils / "venv.sh", PYTHON=str(incomplet))
    assert essai.returncode == 1
    assert "apt install python3-venv" in essai.stderr


def test_sans_droit_d_installer_les_manques_sont_dits_ou_refuses_en_integration_continue(tmp_path):
    outils = copie_des_outils(tmp_path)
    (outils / "dire.sh").write_text((outils / "dire.sh").read_text() + "peut_installer() { false; }\n")
    script = outils / "moyens_de_test.sh"
    texte = script.read_text()
    script.write_text(re.sub(r"^a_(qpdf|npm)\(\).*$", r"a_\1() { false; }", texte, flags=re.M))
    libre = lancer(script, CI="")
    assert libre.returncode == 0
    assert (
        "Absent : qpdf. Seront sautés : le contrôle des PDF par qpdf. Pour les avoir : apt install qpdf" in libre.stdout
    )
    exigeant = lancer(script, CI="true")
    assert exigeant.returncode == 1
    assert "rien ne peut être sauté" in exigeant.stderr


def programme(dossier: Path, corps: str) -> Path:
    chemin = dossier / "python-factice"
    chemin.write_text(f"#!/bin/sh\n{corps}\n")
    chemin.chmod(0o755)
    return chemin


def copie_des_outils(dossier: Path) -> Path:
    """Les scripts dans un dossier vide : ils se placent à côté d'eux-mêmes et ne touchent pas au vrai .venv."""
    outils = dossier / "outils"
    outils.mkdir()
    for script in (RACINE / "outils").glob("*.sh"):
        copie = outils / script.name
        copie.write_bytes(script.read_bytes())
        copie.chmod(0o755)
    return outils
