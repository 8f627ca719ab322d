"""Presser un bouton d'une page qui en a plusieurs, chacun dans son formulaire."""

from __future__ import annotations

from tests.navigateur import Navigateur, mots


def presser(nav: Navigateur, texte: str, /, **reponses: str) -> Navigateur:
    """Remplit le formulaire du bouton dont le texte commence ainsi, puis l'envoie."""
    boutons = [b for b in nav.page.select("main button") if mots(b).startswith(texte)]
    assert boutons, f"pas de bouton « {texte} » sur {nav.adresse} : {[mots(b) for b in nav.page.select('main button')]}"
    formulaire = boutons[0].find_parent("form")
    valeurs = nav.saisie(formulaire)
    for nom, valeur in reponses.items():
        valeurs.setlist(nom, [valeur])
    if boutons[0].get("name"):
        valeurs.add(boutons[0]["name"], boutons[0].get("value", ""))
    return nav.poster(formulaire.get("action") or nav.adresse, valeurs)
