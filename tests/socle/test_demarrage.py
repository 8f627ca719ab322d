"""Ce qui ne sert pas à la première page ne se charge pas au démarrage : temps et mémoire de chaque processus."""

from __future__ import annotations

import subprocess
import sys

LOURDES = (
    "reportlab", "pikepdf", "pillow_heif", "alembic", "webauthn", "cbor2", "zxingcpp", "pypdfium2", "tddoc", "obstore",
    "authlib", "joserfc", "portail.demonstration.recit",
)  # fmt: skip
PROGRAMME = f"""
import sys
import portail.assemblage, portail.modeles
from portail import config, create_app
create_app(config.lire({{"PORTAIL_MODE": "local", "PORTAIL_DOSSIER": sys.argv[1]}}))
print([nom for nom in {LOURDES!r} if nom in sys.modules])
"""


def test_les_bibliotheques_lourdes_attendent_qu_on_en_ait_besoin(tmp_path) -> None:
    sortie = subprocess.run(
        [sys.executable, "-c", PROGRAMME, str(tmp_path)], capture_output=True, text=True, check=True
    )
    assert sortie.stdout.strip() == "[]"
