"""Le navigateur de poche : remplit le vrai formulaire de la page, l'envoie, applique les fragments comme htmx.

Deux modes : avec JavaScript (`htmx=True`), les réponses sont des fragments appliqués à la page gardée ;
sans, chaque envoi rend une page entière. Chaque page reçue passe aux contrôles de `pages.py`.
"""

from __future__ import annotations

import copy

from bs4 import BeautifulSoup, Tag
from flask.testing import FlaskClient
from werkzeug.datastructures import MultiDict

from tests.pages import controler

HTMX = {"HX-Request": "true"}
MOBILES = ("csrf_token", "page", "cle")  # cases cachées qui changent à chaque page


class Navigateur:
    def __init__(self, client: FlaskClient, *, htmx: bool = False) -> None:
        self.client = client
        self.htmx = htmx
        self.base = client.application.extensions["portail"].url
        self.page = BeautifulSoup("", "html.parser")
        self.adresse = ""
        self.statut = 0

    # --- aller quelque part ---------------------------------------------------------------------

    def ouvrir(self, adresse: str) -> Navigateur:
        reponse = self.client.get(adresse, follow_redirects=True, base_url=self.base)
        return self._recevoir(reponse)

    def suivre(self, texte: str) -> Navigateur:
        """Suit le lien qui porte ce texte."""
        return self.ouvrir(self.lien(texte)["href"])

    def lien(self, texte: str) -> Tag:
        liens = [a for a in self.page.find_all("a", href=True) if texte in mots(a)]
        assert liens, f"aucun lien « {texte} » sur {self.adresse}"
        return liens[0]

    # --- remplir et envoyer -----------------------------------------------------------------------

    def formulaire(self, contenant: str = "") -> Tag:
        formulaires = [f for f in self.page.select("main form") if not contenant or f.find(attrs={"name": contenant})]
        assert formulaires, f"pas de formulaire sur {self.adresse}"
        return formulaires[0]

    def saisie(self, formulaire: Tag) -> MultiDict:
        """Ce qu'un navigateur enverrait de ce formulaire, sans bouton."""
        valeurs: MultiDict = MultiDict()
        for case in formulaire.find_all(["input", "select", "textarea"]):
            nom = case.get("name")
            if not nom or case.get("type") in {"file", "submit"}:
                continue
            if case.name == "select":
                choisie = case.find("option", selected=True) or case.find("option")
                valeurs.add(nom, choisie.get("value", "") if choisie else "")
            elif case.name == "textarea":
                valeurs.add(nom, case.get_text().removeprefix("\n"))
            elif case.get("type") in {"checkbox", "radio"}:
                if case.has_attr("checked"):
                    valeurs.add(nom, case.get("value", "on"))
            else:
                valeurs.add(nom, case.get("value", ""))
        return valeurs

    def envoyer(self, reponses: dict | None = None, bouton: str = "", **autres) -> Navigateur:
        """Remplit puis envoie le formulaire principal. `bouton` : le texte du bouton ; vide : enregistrement automatique."""
        formulaire = self.formulaire()
        valeurs = self.saisie(formulaire)
        for nom, valeur in {**(reponses or {}), **autres}.items():
            assert self._existe(formulaire, nom), f"pas de case « {nom} » sur {self.adresse}"
            valeurs.setlist(nom, valeur if isinstance(valeur, list) else [valeur])
        if bouton:
            actionne = self.bouton(bouton, formulaire)
            if actionne.get("name"):
                valeurs.add(actionne["name"], actionne.get("value", ""))
        adresse = formulaire.get("action") or self.adresse
        return self.poster(adresse, valeurs, htmx=self.htmx and formulaire.has_attr("data-hx-post"))

    def poster(self, adresse: str, valeurs, *, htmx: bool | None = None) -> Navigateur:
        entetes = HTMX if (self.htmx if htmx is None else htmx) else {}
        reponse = self.client.post(adresse, data=valeurs, headers=entetes, follow_redirects=True, base_url=self.base)
        return self._recevoir(reponse, fragment=bool(entetes))

    def bouton(self, texte: str, dans: Tag | None = None) -> Tag:
        boutons = [b for b in (dans or self.page).find_all("button") if texte in mots(b)]
        assert boutons, f"aucun bouton « {texte} » sur {self.adresse}"
        return boutons[0]

    @staticmethod
    def _existe(formulaire: Tag, nom: str) -> bool:
        return formulaire.find(attrs={"name": nom}) is not None

    # --- recevoir -----------------------------------------------------------------------------------

    def _recevoir(self, reponse, *, fragment: bool = False) -> Navigateur:
        self.reponse, self.statut = reponse, reponse.status_code
        self.adresse = reponse.request.full_path.rstrip("?") if reponse.request else self.adresse
        html = reponse.get_data(as_text=True)
        if "HX-Redirect" in reponse.headers:
            return self.ouvrir(reponse.headers["HX-Redirect"])
        if fragment and not html.lstrip().lower().startswith("<!doctype"):
            self._appliquer(html)
        elif reponse.mimetype == "text/html":
            controler(html, self.adresse, reponse.status_code)
            self.page = BeautifulSoup(html, "html.parser")
        return self

    def _appliquer(self, html: str) -> None:
        """Comme htmx : les éléments hors bande remplacent ceux de même id, le reste va dans #annonce."""
        recu = BeautifulSoup(html, "html.parser")
        for element in recu.select("[data-hx-swap-oob]"):
            ordre = element["data-hx-swap-oob"]
            del element["data-hx-swap-oob"]
            element.extract()
            if ordre.startswith("innerHTML:"):
                cible = self.page.select_one(ordre.removeprefix("innerHTML:"))
                cible.clear()
                cible.append(element.get_text())
                continue
            if ordre.startswith("outerHTML:"):
                for cible in self.page.select(ordre.removeprefix("outerHTML:")):
                    cible.replace_with(copy.copy(element))
                continue
            cible = self.page.find(id=element["id"])
            if cible is not None:
                cible.replace_with(element)
        if (titre := recu.find("title")) is not None:
            self.page.title.string = titre.get_text()
            titre.extract()
        texte = recu.get_text(strip=True)
        if texte:
            self.page.find(id="annonce").string = texte

    # --- regarder -----------------------------------------------------------------------------------

    @property
    def h1(self) -> str:
        return mots(self.page.find("h1"))

    def texte(self) -> str:
        return mots(self.page.find("main"))

    def erreurs(self) -> list[str]:
        return [mots(p).removeprefix("Erreur : ") for p in self.page.select("p.erreur")]

    def volet(self, slug: str) -> str:
        return mots(self.page.find(id=f"v-{slug}"))

    def est_a_jour(self) -> bool:
        """La page telle que les fragments l'ont faite est celle qu'un rechargement montrerait."""
        recharge = BeautifulSoup(
            self.client.get(self.adresse_de_la_page(), base_url=self.base).get_data(as_text=True), "html.parser"
        )
        ici, la = _normaliser(self.page), _normaliser(recharge)
        assert ici == la, "\n".join(_differences(ici, la))
        return True

    def adresse_de_la_page(self) -> str:
        formulaire = self.page.find(id="formulaire")
        return formulaire["action"] if formulaire else self.adresse


def mots(element: Tag | None) -> str:
    """Le texte d'un élément, espaces simples (insécables comprises)."""
    if element is None:
        return ""
    return " ".join(element.get_text(" ").replace("\u00a0", " ").replace("\u202f", " ").split()).replace(" )", ")")


def _normaliser(page: BeautifulSoup) -> list[str]:
    """La page sans ce qui change d'un rendu à l'autre : jetons, page, focus, annonces, valeurs tapées non rendues."""
    copie = BeautifulSoup(str(page), "html.parser")
    for nom in MOBILES:
        for case in copie.find_all(attrs={"name": nom}):
            case["value"] = "…"
    for element in copie.find_all(attrs={"autofocus": True}):
        del element["autofocus"]
    for region in ("annonce", "alerte"):
        copie.find(id=region).clear()
    return [ligne.strip() for ligne in copie.find("main").prettify().splitlines() if ligne.strip()]


def _differences(ici: list[str], la: list[str]) -> list[str]:
    import difflib

    return list(difflib.unified_diff(ici, la, "fragments", "rechargement", lineterm="", n=2))[:60]
