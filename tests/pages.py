"""Les règles que toute page servie respecte, vérifiées à chaque page qu'un test reçoit."""

from __future__ import annotations

import re

from bs4 import BeautifulSoup

INSECABLES = "\u00a0\u202f"
STATUTS_EN_ERREUR = {409, 422, 429}


def controler(html: str, adresse: str, statut: int) -> None:
    page = BeautifulSoup(html, "html.parser")
    manques = [*_structure(page, statut), *_identifiants(page), *_champs(page), *_typographie(page), *_surete(html)]
    assert not manques, f"{adresse} : " + " ; ".join(manques)


def _structure(page: BeautifulSoup, statut: int):
    titres = page.find_all("h1")
    if len(titres) != 1:
        yield f"{len(titres)} h1"
        return
    titre = page.title.get_text()
    h1 = " ".join(titres[0].get_text().split())
    attendu = f"Erreur – {h1}" if statut in STATUTS_EN_ERREUR else h1
    if not " ".join(titre.split()).startswith(attendu):
        yield f"le titre « {titre} » ne commence pas par « {attendu} »"
    if page.html.get("lang") != "fr":
        yield "langue absente"
    for region, role in (("annonce", "status"), ("alerte", "alert")):
        trouvee = page.find(id=region)
        if trouvee is None or trouvee.get("role") != role or trouvee.find_parent("main"):
            yield f"région #{region} absente ou dans main"
        elif trouvee.get_text(strip=True):
            yield f"région #{region} déjà remplie"
    if page.find("a").get_text() != "Aller au contenu":
        yield "le premier lien n’est pas le lien d’évitement"


def _identifiants(page: BeautifulSoup):
    ids = [element["id"] for element in page.find_all(id=True)]
    doubles = {identifiant for identifiant in ids if ids.count(identifiant) > 1}
    if doubles:
        yield f"identifiants répétés : {sorted(doubles)}"
    connus = set(ids)
    for element in page.find_all(True):
        for attribut in ("aria-describedby", "aria-labelledby", "for"):
            for reference in (
                (element.get(attribut) or "").split()
                if isinstance(element.get(attribut), str)
                else element.get(attribut) or []
            ):
                if reference not in connus:
                    yield f"{attribut} vers #{reference}, qui n’existe pas"
        if element.name == "a" and (element.get("href") or "").startswith("#") and element["href"][1:] not in connus:
            yield f"lien vers {element['href']}, qui n’existe pas"


def _champs(page: BeautifulSoup):
    etiquetes = {label.get("for") for label in page.find_all("label")}
    for case in page.find_all(["input", "select", "textarea"]):
        if case.get("type") in {"hidden", "submit"}:
            continue
        if case.get("id") not in etiquetes and case.find_parent("label") is None:
            yield f"case sans étiquette : {case.get('name')}"
        if case.has_attr("placeholder"):
            yield f"placeholder : {case.get('name')}"
        if case.get("type") == "radio" and case.find_parent("fieldset") is None:
            yield f"radio hors fieldset : {case.get('name')}"
    for groupe in page.find_all("fieldset"):
        if not groupe.find("legend") or not groupe.find("legend").get_text(strip=True):
            yield "fieldset sans légende"
    for bouton in page.find_all("button"):
        if not bouton.get_text(strip=True):
            yield "bouton sans nom"


def _typographie(page: BeautifulSoup):
    for texte in page.find("body").find_all(string=True):
        if texte.parent.name in {"script", "style"}:
            continue
        for motif, quoi in (
            (r"\w'\w", "apostrophe droite"),
            (r"(?<![\u00a0\u202f\s]) [:;?!»]", "espace ordinaire avant la ponctuation"),
        ):
            if trouve := re.search(rf".{{0,20}}{motif}.{{0,10}}", texte):
                yield f"{quoi} : « {trouve.group()} »"
        if re.search(r"« |\.\.\.", texte):
            yield f"typographie : « {texte.strip()[:40]} »"


def _surete(html: str):
    for motif, quoi in (
        (r"\sstyle=", "style en ligne"),
        (r"\son[a-z]+=\"", "gestionnaire en ligne"),
        (r"<script(?![^>]*\bsrc=)", "script en ligne"),
        (r"(?:src|href)=\"https?://[^\"]*\.(?:js|css|png|woff2?)", "ressource d’ailleurs"),
        (r"[\s\"'](?<!data-)hx-[a-z-]+=", "hx- sans data-"),
    ):
        if re.search(motif, html):
            yield quoi
