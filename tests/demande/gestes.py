"""Le navigateur de poche, avec des doigts : ce qu'on tape reste dans la page, comme dans un vrai navigateur."""

from __future__ import annotations

from bs4 import BeautifulSoup, Tag
from flask.testing import FlaskClient
from werkzeug.datastructures import MultiDict

from tests.navigateur import MOBILES, Navigateur, _differences

PARTIES = ("-jour", "-mois", "-annee")


class NavigateurQuiTape(Navigateur):
    def __init__(self, client: FlaskClient, *, htmx: bool = False) -> None:
        super().__init__(client, htmx=htmx)
        self.tapees: set[str] = set()

    def formulaire(self, contenant: str = "") -> Tag:
        """Celui de l'étape quand la page en montre une."""
        return self.page.find("form", id="formulaire") or super().formulaire(contenant)

    def taper(self, nom: str, valeur: str | list[str]) -> None:
        """Écrit, coche ou choisit, sans rien envoyer."""
        cases = self.formulaire().find_all(attrs={"name": nom})
        assert cases, f"pas de case « {nom} » sur {self.adresse}"
        self.tapees.add(nom)
        valeurs = valeur if isinstance(valeur, list) else [valeur]
        for case in cases:
            if case.name == "select":
                for option in case.find_all("option"):
                    option.attrs.pop("selected", None)
                    if option["value"] in valeurs:
                        option["selected"] = ""
            elif case.name == "textarea":
                case.string = valeurs[0]
            elif case.get("type") in {"radio", "checkbox"}:
                case.attrs.pop("checked", None)
                if case["value"] in valeurs:
                    case["checked"] = ""
            elif case.get("type") != "hidden":
                case["value"] = valeurs[0]

    def repondre(self, **reponses: str | list[str]) -> NavigateurQuiTape:
        """Une réponse : tapée, puis enregistrée toute seule (avec htmx) ou avec la page (sans)."""
        for nom, valeur in reponses.items():
            self.taper(nom, valeur)
        return self.envoyer()

    def envoyer(self, reponses: dict | None = None, bouton: str = "", **autres) -> NavigateurQuiTape:
        for nom, valeur in {**(reponses or {}), **autres}.items():
            self.taper(nom, valeur)
        super().envoyer(bouton=bouton)
        return self

    def presser(self, action: str) -> NavigateurQuiTape:
        """Presse le bouton qui porte cette valeur : « retirer:a-charge:12 »."""
        formulaire = self.formulaire()
        assert formulaire.find("button", value=action), f"pas de bouton « {action} »"
        return self._poster(formulaire, action)

    def forger(self, action: str, **autres: str) -> NavigateurQuiTape:
        """Le même envoi, avec un bouton et des cases que la page ne montre pas."""
        return self._poster(self.formulaire(), action, autres)

    def _poster(self, formulaire: Tag, action: str, autres: dict[str, str] | None = None) -> NavigateurQuiTape:
        valeurs: MultiDict = self.saisie(formulaire)
        for nom, valeur in (autres or {}).items():
            valeurs.add(nom, valeur)
        if action:
            valeurs.add("action", action)
        self.poster(formulaire["action"], valeurs)
        return self

    def boutons(self, prefixe: str) -> list[str]:
        """Les actions proposées qui commencent ainsi : ["retirer:motif:3", …]."""
        trouves = self.formulaire().find_all("button", value=True)
        return [bouton["value"] for bouton in trouves if bouton["value"].startswith(prefixe)]

    def valeur(self, nom: str) -> str:
        """Ce que la page montre dans cette case (le code coché, l'option choisie)."""
        return self.saisie(self.formulaire()).get(nom, "")

    def est_a_jour(self) -> bool:
        """La page faite de fragments est celle qu'un rechargement montrerait.

        Seule différence permise : ce qu'on a tapé n'est pas réécrit sous les doigts (« 18 400 € » ne devient « 18 400 »
        qu'au rechargement), et une date collée dans la case du jour ne se partage en trois qu'alors.
        """
        brut = self.client.get(self.adresse_de_la_page(), base_url=self.base).get_data(as_text=True)
        recharge = BeautifulSoup(brut, "html.parser")
        libres = set(MOBILES)
        cases_ici, cases_la = _par_nom(self.page), _par_nom(recharge)
        for nom in self.tapees:
            for ici, la in zip(_cases(cases_ici, nom), _cases(cases_la, nom), strict=False):
                if ici.get("type") in {"radio", "checkbox"} or ici.name == "select":
                    continue
                if not nom.endswith(PARTIES):
                    assert bool(ici.get("value")) == bool(la.get("value")), f"« {nom} » a changé de valeur"
                libres |= {ici["name"], la["name"]}
        ici, la = _lignes(self.page, libres), _lignes(recharge, libres)
        assert ici == la, "\n".join(_differences(ici, la))
        return True


def _lignes(page: BeautifulSoup, libres: set[str]) -> list[str]:
    """La page, élément par élément, sans ce qui change d'un rendu à l'autre (focus, valeur des cases `libres`)."""
    lignes = []
    for element in page.find("main").descendants:
        if isinstance(element, Tag):
            libre = element.get("name") in libres
            attributs = {
                nom: valeur
                for nom, valeur in element.attrs.items()
                if nom != "autofocus" and not (libre and nom == "value")
            }
            lignes.append(f"<{element.name} {sorted(attributs.items())}>")
        elif (texte := element.strip()) and not (
            element.parent.name == "textarea" and element.parent["name"] in libres
        ):
            lignes.append(texte)
    return lignes


def _par_nom(page: BeautifulSoup) -> dict[str, list[Tag]]:
    cases: dict[str, list[Tag]] = {}
    for case in page.find_all(["input", "select", "textarea"]):
        cases.setdefault(case.get("name", ""), []).append(case)
    return cases


def _cases(cases: dict[str, list[Tag]], nom: str) -> list[Tag]:
    """Les cases de ce nom ; pour une partie de date, les trois."""
    debut = next((nom.removesuffix(fin) for fin in PARTIES if nom.endswith(fin)), None)
    noms = [debut + fin for fin in PARTIES] if debut is not None else [nom]
    return [case for autre in noms for case in cases.get(autre, [])]
