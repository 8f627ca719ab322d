"""Ce qu'un agent vient de faire d'une demande : le dossier où son geste le ramène le dit, là où cela se voit."""

from __future__ import annotations

from dataclasses import dataclass

from portail.demande.modeles import Demande
from portail.regles.numero_unique import lisible

EN_TETE, EVENEMENTS, VIE = "tete", "evenements", "vie"
FAITS = {
    "enregistree": (EN_TETE, "La demande est enregistrée. Son numéro unique\u00a0: {numero}."),
    "renvoyee": (EN_TETE, "La demande est renvoyée pour correction."),
    "identite": (EN_TETE, "L’identité est rectifiée."),
    "renouvelee": (EN_TETE, "La demande est renouvelée."),
    "reactivee": (EN_TETE, "La demande est de nouveau active."),
    "evenement": (EVENEMENTS, "L’évènement est ajouté."),
    "message": (VIE, "Le message est envoyé."),
    "transferee": (VIE, "La demande est transférée."),
    "avertie": (VIE, "L’avertissement est envoyé."),
    "levee": (VIE, "L’avertissement est levé."),
    "radiee": (VIE, "La demande est radiée."),
}
PIECE = "piece-"


@dataclass(frozen=True)
class Fait:
    """`lieu` : la partie du dossier qui le dit. Une pièce dit elle-même, sans `phrase`, ce qui en est décidé."""

    lieu: str = ""
    phrase: str = ""


def lire(code: str, demande: Demande) -> Fait:
    """Ce que dit l'adresse du dossier ; rien d'un code inconnu, ni d'un numéro qui n'est pas donné."""
    if code.startswith(PIECE):
        return Fait(code)
    lieu, phrase = FAITS.get(code, ("", ""))
    if "{numero}" not in phrase:
        return Fait(lieu, phrase)
    return (
        Fait(lieu, phrase.format(numero=lisible(demande.numero_unique).replace(" ", "\u00a0")))
        if demande.numero_unique
        else Fait()
    )
