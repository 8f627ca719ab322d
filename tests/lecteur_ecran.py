"""Un lecteur d'écran simulé dans Chromium (`@guidepup/virtual-screen-reader`) : ce qui serait dit, en texte.

Les rôles sont dits en anglais (« heading, Motifs, level 1 »), les noms dans la langue de la page. C'est le modèle
d'accessibilité de la norme, pas un lecteur du commerce : il montre un silence ou un nom manquant, il ne prouve pas
le confort d'écoute.
"""

from __future__ import annotations

from playwright.sync_api import Page

from tests.verificateurs import fichier_npm

MODULE = "/lecteur-d-ecran-de-test.js"
LIMITE = 2000
REGIONS = ("polite: ", "assertive: ")

DEMARRER = """async (module) => {
  const { virtual } = await import(module);
  await virtual.start({ container: document.body });
}"""
LIRE = """async ([module, limite]) => {
  const { virtual } = await import(module);
  for (let n = 0; n < limite && await virtual.lastSpokenPhrase() !== "end of document"; n += 1) await virtual.next();
  return virtual.spokenPhraseLog();
}"""
DITES = "async (module) => (await import(module)).virtual.spokenPhraseLog()"


class LecteurEcran:
    """Écoute une page ouverte, de sa première phrase jusqu'à ce qu'on la quitte. La CSP de la page est gardée."""

    def __init__(self, page: Page) -> None:
        source = fichier_npm("@guidepup/virtual-screen-reader/lib/esm/index.browser.js")
        page.route(f"**{MODULE}", lambda route: route.fulfill(path=source, content_type="text/javascript"))
        page.evaluate(DEMARRER, MODULE)
        self.page = page

    def tout_lire(self) -> list[str]:
        """Avance jusqu'à la fin du document et rend toutes les phrases dites depuis le début."""
        return self.page.evaluate(LIRE, [MODULE, LIMITE])

    def annonces(self) -> list[str]:
        """Les annonces des régions vives, dans l'ordre : « polite: … » (status) ou « assertive: … » (alert)."""
        return [phrase for phrase in self.page.evaluate(DITES, MODULE) if phrase.startswith(REGIONS)]

    def attendre_une_annonce(self, texte: str, delai_ms: int = 5000) -> str:
        """L'annonce qui contient `texte`, attendue au plus `delai_ms`."""
        contient = f"async ([module, texte]) => ({DITES})(module).then((dites) => dites.some((d) => d.includes(texte)))"
        self.page.wait_for_function(contient, arg=[MODULE, texte], timeout=delai_ms)
        return next(annonce for annonce in self.annonces() if texte in annonce)
