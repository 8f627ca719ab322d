"""Le temps que prend la démonstration à se peupler, référentiels déjà importés."""

from __future__ import annotations

import tempfile
import time
from pathlib import Path

from portail.demonstration import peuplement
from portail.referentiels import recherche
from tests.demonstration.conftest import demonstration

SECONDES_MAXIMALES = 20.0


def principal() -> bool:
    """Sur un vrai disque, chaque fichier écrit pour de bon. Rend vrai si la limite tient."""
    with tempfile.TemporaryDirectory() as brut, demonstration(Path(brut)):
        recherche.lieu("75056")
        debut = time.monotonic()
        peuplement.peupler(lambda _phrase: None)
        duree = time.monotonic() - debut
    tient = duree <= SECONDES_MAXIMALES
    verdict = "tient" if tient else "DÉPASSE"
    print(f"200 demandes fictives en {duree:.1f} s (au plus {SECONDES_MAXIMALES:.0f}) : {verdict}")
    return tient
