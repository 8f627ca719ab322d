"""L'accueil, ouvert pour la première fois sur un lien EDGE : quand Chromium peint, et ce qui a voyagé.

    make bench ARGS=accueil

Aller-retour de 500 ms, 50 kbit/s, connexion comprise (tests/mesures/lien.py). À tenir (issue 5) : peint en 5,1 s.
"""

from __future__ import annotations

import tempfile
from pathlib import Path
from statistics import median

from playwright.sync_api import sync_playwright

from portail import create_app
from tests.base_modele import modele_sqlite
from tests.conftest import config_de_test
from tests.mesures.debit import _port
from tests.mesures.lien import lien_lent
from tests.navigateur_reel import ARGUMENTS, trouver_chromium
from tests.serveur import servir

ALLER_RETOUR, DEBIT, LIMITE, TOURS = 0.5, 50_000, 5.1, 3
PEINT = "() => performance.getEntriesByName('first-contentful-paint')[0]?.startTime"


def principal() -> bool:
    """Imprime chaque tour et la médiane. Rend vrai si elle tient."""
    with tempfile.TemporaryDirectory() as brut:
        base = Path(brut) / "portail.sqlite"
        base.write_bytes(modele_sqlite().read_bytes())
        app = create_app(config_de_test(Path(brut), f"sqlite:///{base}"), TESTING=True)
        with servir(lambda _url: app) as serveur:
            app.test_client().get("/", base_url="http://127.0.0.1")  # le serveur, lui, tourne depuis longtemps
            with sync_playwright() as outil:
                navigateur = outil.chromium.launch(executable_path=trouver_chromium(), args=ARGUMENTS)
                temps = [_une_fois(navigateur, _port(serveur)) for _ in range(TOURS)]
                navigateur.close()
    tient = median(temps) <= LIMITE
    print(f"accueil à froid, médiane : {median(temps):.2f} s (limite {LIMITE} s)  {'tient' if tient else 'DÉPASSE'}")
    return tient


def _une_fois(navigateur, port: int) -> float:
    """Secondes jusqu'à la première peinture de contenu, cache vide."""
    with lien_lent(port, aller_retour=ALLER_RETOUR, debit=DEBIT) as (adresse, lien):
        contexte = navigateur.new_context()
        page = contexte.new_page()
        page.goto(adresse, timeout=60_000)
        page.wait_for_function(PEINT, timeout=60_000)
        peint, tout = page.evaluate(PEINT) / 1000, page.evaluate("() => performance.now()") / 1000
        contexte.close()
    print(f"  peint à {peint:.2f} s, tout est là à {tout:.2f} s, {lien.descend.octets} octets reçus")
    return peint


if __name__ == "__main__":
    raise SystemExit(0 if principal() else 1)
