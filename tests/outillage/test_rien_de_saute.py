"""Avec CI=true, une suite où un test est sauté échoue et dit lequel ; sans, elle passe."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from portail.config import RACINE

SAUTE = "import pytest\ndef test_la():\n    pass\ndef test_saute():\n    pytest.skip('pas ici')\n"
MODULE_SAUTE = "import pytest\npytest.skip('pas ici', allow_module_level=True)\n"
ATTENDU = "import pytest\n@pytest.mark.xfail(reason='connu')\ndef test_connu():\n    assert False\n"
PASSE = "def test_la():\n    pass\n"


def suite(dossier: Path, *textes: str, ci: str, arguments: tuple[str, ...] = ()) -> subprocess.CompletedProcess[str]:
    for numero, texte in enumerate(textes):
        (dossier / f"test_{numero}.py").write_text(texte)
    (dossier / "pytest.ini").write_text("[pytest]\n")
    environ = {nom: valeur for nom, valeur in os.environ.items() if not nom.startswith("PYTEST_")}
    return subprocess.run(
        [sys.executable, "-m", "pytest", "-p", "tests.rien_de_saute", "-p", "no:cacheprovider", *arguments, dossier],
        cwd=RACINE,
        env={**environ, "CI": ci, "PYTHONPATH": str(RACINE)},
        capture_output=True,
        text=True,
        timeout=60,
    )


@pytest.mark.parametrize("arguments", [(), ("-n", "2")])
@pytest.mark.parametrize("texte", [SAUTE, MODULE_SAUTE])
def test_un_test_saute_fait_echouer_l_integration_continue(tmp_path, texte, arguments):
    essai = suite(tmp_path, PASSE, texte, ci="true", arguments=arguments)
    assert essai.returncode == 1
    assert "rien ne peut être sauté" in essai.stdout
    assert "test_1.py" in essai.stdout.split("rien ne peut être sauté")[1]


def test_ailleurs_un_test_peut_etre_saute(tmp_path):
    assert suite(tmp_path, SAUTE, ci="").returncode == 0


def test_un_echec_attendu_n_est_pas_un_test_saute(tmp_path):
    assert suite(tmp_path, ATTENDU, ci="true").returncode == 0


def test_une_suite_vide_reste_un_echec(tmp_path):
    assert suite(tmp_path, ci="true").returncode == pytest.ExitCode.NO_TESTS_COLLECTED
