"""Les gestes d'une personne devant l'écran : tout se trouve par son rôle et son nom, comme avec un lecteur d'écran."""

from __future__ import annotations

import re

from playwright.sync_api import Locator, Page, expect

from tests.ecrans.conftest import PortailServi
from tests.fabriques import MOT_DE_PASSE

FACULTATIF = r"(?: \(facultatif\))?$"


def nom_exact(texte: str) -> re.Pattern[str]:
    """Le nom accessible, insécables ou non, avec ou sans « (facultatif) »."""
    return re.compile("^" + re.escape(texte).replace(r"\ ", r"\s") + FACULTATIF)


def creer_un_compte(page: Page, portail: PortailServi, adresse: str, identite: dict[str, str]) -> None:
    page.goto(portail.url)
    page.get_by_role("link", name="Je crée un compte").first.click()
    page.get_by_role("textbox", name="Adresse mail").fill(adresse)
    for question, reponse in identite.items():
        page.get_by_role("textbox", name=nom_exact(question)).fill(reponse)
    page.get_by_role("textbox", name=nom_exact("Mot de passe")).fill(MOT_DE_PASSE)
    page.get_by_role("textbox", name=nom_exact("Confirmer le mot de passe")).fill(MOT_DE_PASSE)
    page.get_by_role("button", name="Créer mon compte").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Ouvrez votre boîte mail")
    page.goto(portail.lien_recu(adresse))
    page.get_by_role("button", name="Confirmer mon adresse mail").click()
    se_connecter(page, adresse)


def se_connecter(page: Page, adresse: str) -> None:
    page.get_by_role("textbox", name="Identifiant (adresse mail)").fill(adresse)
    page.get_by_role("textbox", name="Mot de passe").fill(MOT_DE_PASSE)
    page.get_by_role("button", name="Me connecter").click()
    page.wait_for_url("**/demandes**")


def commencer(page: Page, commune: str) -> None:
    page.get_by_role("link", name="Je crée une nouvelle demande").click()
    page.get_by_role("textbox", name="Code postal ou commune").fill(commune)
    page.get_by_role("button", name="Commencer ma demande").click()
    titre(page, "Informations générales")


def titre(page: Page, attendu: str | re.Pattern[str]) -> None:
    """Attend la page qui porte ce titre : après un clic, celle d'avant reste un instant."""
    expect(page.get_by_role("heading", level=1)).to_have_text(attendu)


def question(page: Page, nom: str, groupe: str = "") -> Locator:
    """La case (ou le groupe de cases) qui porte ce nom."""
    contenant = page.get_by_role("group", name=nom_exact(groupe)) if groupe else page.locator("#etape")
    trouvees = [
        contenant.get_by_role(role, name=nom_exact(nom)) for role in ("textbox", "combobox", "radiogroup", "group")
    ]
    return trouvees[0].or_(trouvees[1]).or_(trouvees[2]).or_(trouvees[3])


def est_posee(page: Page, cle: str | tuple[str, str]) -> bool:
    groupe, nom = cle if isinstance(cle, tuple) else ("", cle)
    return question(page, nom, groupe).count() > 0


def repondre(page: Page, cle: str | tuple[str, str], reponse: str | list[str]) -> None:
    groupe, nom = cle if isinstance(cle, tuple) else ("", cle)
    cible = question(page, nom, groupe).first
    role = cible.evaluate("e => e.getAttribute('role') || e.tagName.toLowerCase()")
    if role == "radiogroup":
        cible.get_by_role("radio", name=reponse, exact=True).check()
    elif role == "fieldset" and isinstance(reponse, list):
        for choix in reponse:
            cible.get_by_role("checkbox", name=choix, exact=True).check()
    elif role == "fieldset":
        for partie, texte in zip(("Jour", "Mois", "Année"), reponse.split("/"), strict=True):
            cible.get_by_role("textbox", name=partie).fill(texte)
    elif role == "select":
        cible.select_option(label=reponse)
    else:
        cible.fill(reponse)


def remplir_l_etape(page: Page, attendu: str, reponses: dict, *, javascript: bool) -> None:
    """Répond à tout ce qui est posé, enregistre, revient répondre à ce que ces réponses ont fait apparaître.

    `reponses` : {question: réponse} ; une liste coche plusieurs cases ; une clé (groupe, question) vise une ligne
    répétée : `("Co-demandeur", "Prénom(s)")`.
    """
    a_dire = dict(reponses)
    while True:
        titre(page, attendu)
        avance = False
        for cle in list(a_dire):
            if not javascript and not est_posee(page, cle):
                continue
            if javascript:
                groupe, nom = cle if isinstance(cle, tuple) else ("", cle)
                expect(question(page, nom, groupe).first).to_be_visible()
            repondre(page, cle, a_dire.pop(cle))
            avance = True
            if javascript:
                enregistre(page)
        assert avance or not a_dire, f"questions jamais posées : {list(a_dire)}"
        if not a_dire:
            return
        revenir(page, attendu)


def revenir(page: Page, etape: str) -> None:
    """Sans htmx : enregistre cette étape, et y revient une fois la réponse arrivée ; partir avant couperait l'envoi."""
    with page.expect_navigation():
        poursuivre(page)
    aller(page, etape)


def enregistre(page: Page) -> None:
    """Attend la fin de l'enregistrement automatique en cours (la case quittée l'a lancé)."""
    page.locator("h1").click()
    page.wait_for_function("() => !document.querySelector('.htmx-request')")


def aller(page: Page, etape: str) -> None:
    """Va à une étape par le volet, ou par « Modifier » depuis le récapitulatif."""
    page.wait_for_load_state()
    modifier = page.get_by_role("link", name=f"Modifier {etape}")
    if modifier.count():
        modifier.click()
        titre(page, etape)
        return
    lien = page.get_by_role("navigation", name="Étapes de la demande").get_by_role("link", name=re.compile(f"^{etape}"))
    repli = page.locator("#volet summary")
    if repli.is_visible() and not lien.is_visible():
        repli.click()
    lien.click()
    titre(page, etape)


def poursuivre(page: Page) -> None:
    page.get_by_role("button", name="Poursuivre pour renforcer ma demande").click()


def ouvrir_l_etape(page: Page, portail: PortailServi, demande: int, slug: str) -> None:
    page.goto(f"{portail.url}/demandes/{demande}/etapes/{slug}")
    if "connexion" in page.url:
        se_connecter_ici(page)


def se_connecter_ici(page: Page) -> None:
    page.get_by_role("textbox", name="Identifiant (adresse mail)").fill("ana@exemple.fr")
    page.get_by_role("textbox", name="Mot de passe").fill(MOT_DE_PASSE)
    page.get_by_role("button", name="Me connecter").click()
    page.wait_for_load_state()
