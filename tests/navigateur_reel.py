"""Un vrai Chromium pour les tests : fixtures `chromium`, `ouvrir_page`, `page`, `page_sans_js`, `surveillance`.

Toute erreur de console, toute réponse 5xx, toute ressource absente, toute requête vers une autre origine que celle de
la première page fait échouer le test à sa fin. Un test qui provoque une panne la déclare : `surveillance.tolerer(motif)`.
"""

from __future__ import annotations

import asyncio
import ctypes
import re
import shutil
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from os import environ
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import (
    Browser,
    BrowserContext,
    ConsoleMessage,
    Page,
    Request,
    Response,
    expect,
    sync_playwright,
)

from tests.manques import manque

RESULTATS = Path(__file__).resolve().parent.parent / "resultats"
NOMS = ("chromium", "google-chrome-stable", "google-chrome")
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
BUREAU = (1280, 900)
DELAI_MS = 15_000
CONTEXTES = pytest.StashKey[list[BrowserContext]]()
RESSOURCES = {"stylesheet", "script", "image", "font"}


def trouver_chromium() -> str | None:
    """Le programme de `PORTAIL_CHROMIUM`, sinon celui de la distribution ; jamais un navigateur téléchargé."""
    candidats = [environ.get("PORTAIL_CHROMIUM"), *(shutil.which(nom) for nom in NOMS)]
    # Un navigateur rangé par snap n'a pas accès aux dossiers temporaires.
    return next((chemin for chemin in candidats if chemin and not chemin.startswith("/snap/")), None)


def pilote_utilisable() -> bool:
    """Faux quand le pilote de Playwright ne pourra pas démarrer : un Linux minimal n'a pas libatomic."""
    if sys.platform != "linux":
        return True
    try:
        ctypes.CDLL("libatomic.so.1")
    except OSError:
        return False
    return True


@dataclass
class Surveillance:
    """Les fautes vues dans les pages d'un test, en phrases."""

    fautes: list[str] = field(default_factory=list)
    _toleres: list[str] = field(default_factory=list)

    def tolerer(self, motif: str) -> None:
        """Accepte les fautes, passées et à venir, où l'expression régulière `motif` se trouve."""
        self._toleres.append(motif)

    def restantes(self) -> list[str]:
        return [faute for faute in self.fautes if not any(re.search(motif, faute) for motif in self._toleres)]

    def suivre(self, contexte: BrowserContext) -> None:
        """Écoute toutes les pages d'un contexte, fenêtres ouvertes par la page comprises."""
        origines: list[str] = []

        def requete(demande: Request) -> None:
            adresse = urlsplit(demande.url)
            if adresse.scheme in {"data", "blob", "about"}:
                return
            origine = f"{adresse.scheme}://{adresse.netloc}"
            origines.append(origine)
            if origine != origines[0]:
                self.fautes.append(f"requête hors de l’origine : {demande.method} {demande.url}")

        def reponse(recue: Response) -> None:
            genre = recue.request.resource_type
            if recue.status >= 500 or (recue.status >= 400 and genre in RESSOURCES):
                self.fautes.append(f"réponse {recue.status} ({genre}) : {recue.request.method} {recue.url}")

        def echec(demande: Request) -> None:
            # Une requête abandonnée (page quittée, saisie plus récente) n'est pas une panne.
            if demande.failure and "ERR_ABORTED" not in demande.failure:
                self.fautes.append(f"requête échouée : {demande.method} {demande.url} ({demande.failure})")

        def console(message: ConsoleMessage) -> None:
            # « Failed to load resource » double les réponses et les échecs, jugés plus haut : un 422 est normal.
            if message.type == "error" and not message.text.startswith("Failed to load resource"):
                self.fautes.append(f"console : {message.text}")

        contexte.on("request", requete)
        contexte.on("response", reponse)
        contexte.on("requestfailed", echec)
        contexte.on("console", console)
        contexte.on("weberror", lambda erreur: self.fautes.append(f"script : {erreur.error}"))


@contextmanager
def _boucle_en_cours(boucle: asyncio.AbstractEventLoop | None) -> Iterator[None]:
    """Pendant le bloc, `boucle` (ou aucune) passe pour la boucle asyncio en cours.

    Playwright laisse la sienne marquée « en cours » entre deux appels. Les tests suivants du même ouvrier, qui n'ont
    rien demandé, ne pourraient plus employer asyncio : la marque est retirée hors des tests du navigateur.
    """
    avant = asyncio._get_running_loop()
    asyncio._set_running_loop(boucle)
    try:
        yield
    finally:
        asyncio._set_running_loop(avant)


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """Le navigateur de l'ouvrier. Absent : le test est sauté, ou échoue avec `CI=true`."""
    if (programme := trouver_chromium()) is None:
        manque("Chromium", "apt install chromium")
    if not pilote_utilisable():
        manque("libatomic, dont le pilote de Playwright a besoin", "apt install libatomic1")
    expect.set_options(timeout=DELAI_MS)
    with sync_playwright() as outil:
        navigateur = outil.chromium.launch(executable_path=programme, args=ARGUMENTS)
        with _boucle_en_cours(None):
            yield navigateur
        navigateur.close()


@pytest.fixture
def surveillance() -> Iterator[Surveillance]:
    """Les fautes vues pendant le test ; il échoue à sa fin s'il en reste."""
    suivi = Surveillance()
    yield suivi
    restantes = suivi.restantes()
    if restantes:
        pytest.fail("\n".join(["fautes vues dans le navigateur :", *restantes]), pytrace=False)


@pytest.fixture
def ouvrir_page(
    chromium: Browser, surveillance: Surveillance, request: pytest.FixtureRequest
) -> Iterator[Callable[..., Page]]:
    """`ouvrir_page(taille=(320, 640), **options)` : une page dans un contexte neuf, français, sans mémoire.

    `options` vont à `Browser.new_context` (`java_script_enabled`, `reduced_motion`, `forced_colors`…).
    Les pages se ferment avant tout le reste, quel que soit l'ordre des fixtures : une page encore ouverte quand son
    serveur s'arrête, son icône en route, verrait une connexion refusée qui n'est la faute de personne.
    """
    contextes = request.node.stash.setdefault(CONTEXTES, [])

    def ouvrir(taille: tuple[int, int] = BUREAU, **options) -> Page:
        contexte = chromium.new_context(
            locale="fr-FR",
            timezone_id="Europe/Paris",
            viewport={"width": taille[0], "height": taille[1]},
            **options,
        )
        contextes.append(contexte)
        contexte.set_default_timeout(DELAI_MS)
        surveillance.suivre(contexte)
        return contexte.new_page()

    with _boucle_en_cours(chromium._loop):
        yield ouvrir


def fermer_les_pages(contextes: list[BrowserContext]) -> None:
    while contextes:
        contextes.pop().close()


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_teardown(item: pytest.Item) -> None:
    """Ferme les pages du test avant la fin de sa première fixture."""
    fermer_les_pages(item.stash.get(CONTEXTES, []))


@pytest.fixture
def page(ouvrir_page: Callable[..., Page], request: pytest.FixtureRequest) -> Page:
    """Une page avec JavaScript. Paramètre indirect facultatif : sa taille, par exemple `(320, 640)`."""
    return ouvrir_page(getattr(request, "param", BUREAU))


@pytest.fixture
def page_sans_js(ouvrir_page: Callable[..., Page], request: pytest.FixtureRequest) -> Page:
    """Une page sans JavaScript. Même paramètre que `page`."""
    return ouvrir_page(getattr(request, "param", BUREAU), java_script_enabled=False)


def reseau_lent(page: Page, latence_ms: float, kbps_bas: float, kbps_haut: float) -> None:
    """Ralentit la page jusqu'à sa fermeture : aller-retour en ms, débits reçu et envoyé en kbit/s.

    EDGE : `reseau_lent(page, 500, 50, 30)` ; GPRS : `reseau_lent(page, 900, 20, 10)`. L'établissement de la connexion
    et les pertes ne sont pas simulés : un vrai réseau est plus lent encore pour la première requête.
    """
    cdp = page.context.new_cdp_session(page)
    cdp.send("Network.enable")
    conditions = {"offline": False, "latency": latence_ms}
    debits = {"downloadThroughput": kbps_bas * 1000 / 8, "uploadThroughput": kbps_haut * 1000 / 8}
    cdp.send("Network.emulateNetworkConditions", {**conditions, **debits})


@dataclass
class Trafic:
    """Ce qu'une page a reçu : octets sur le fil (en-têtes compris, compressés) et nombre de réponses."""

    octets: int = 0
    reponses: int = 0


@contextmanager
def trafic(page: Page) -> Iterator[Trafic]:
    """Compte ce que la page reçoit pendant le bloc."""
    compte = Trafic()

    def recu(evenement: dict) -> None:
        compte.octets += int(evenement["encodedDataLength"])
        compte.reponses += 1

    cdp = page.context.new_cdp_session(page)
    cdp.send("Network.enable")
    cdp.on("Network.loadingFinished", recu)
    yield compte
    cdp.send("Network.disable")  # les événements déjà partis arrivent avant cette réponse
    cdp.detach()


def photographier(page: Page, nom: str) -> Path:
    """Photographie la page entière dans `resultats/<nom>.png` et rend le chemin."""
    chemin = RESULTATS / f"{nom}.png"
    page.screenshot(path=chemin, full_page=True)
    return chemin
