"""Redire à un agent ce que le formulaire dit à la personne : « vous » devient « elle », la personne.

Les intitulés ne sont écrits qu'une fois, dans les étapes ; ici, seulement des règles de langue. Un test passe tout en
revue : un intitulé nouveau qui garderait un « vous » le fait échouer. Ce que la personne écrit n'y passe jamais.
"""

from __future__ import annotations

import inspect
import re
from collections.abc import Callable
from functools import cache

from portail.choix import Choix
from portail.demande import listes

VERBES = {
    "acceptez": "accepte", "attendez": "attend", "avez": "a", "faites": "fait", "habitez": "habite", "êtes": "est",
    "possédez": "possède", "recevez": "reçoit", "reprenez": "reprend", "souhaitez": "souhaite", "versez": "verse",
    "vivez": "vit", "voulez": "veut",
}  # fmt: skip
FEMININS = {"situation", "demande", "sœur"}  # les noms qui suivent « votre », et que « son » ne précède pas
TOUT_FAITS = {
    "Vous": "Demandeur",
    "Vous joindre": "Joindre la personne",
    "Qui vous aide": "Qui aide la personne",
}
Regle = tuple[re.Pattern[str], str | Callable[[re.Match[str]], str]]


def a_l_agent(texte: str) -> str:
    """Un titre, une question ou une réponse toute faite, à la troisième personne."""
    if texte in TOUT_FAITS:
        return TOUT_FAITS[texte]
    for motif, remplacement in REGLES:
        texte = motif.sub(remplacement, texte)
    return texte


def reponse_a_l_agent(texte: str) -> str:
    """Une réponse : changée si c'est un choix du formulaire, laissée telle quelle si la personne l'a écrite."""
    return a_l_agent(texte) if texte in _choix_a_redire() else texte


def appel_a_l_agent(appel: str) -> str:
    """Comment un agent nomme qui la demande appelle « vous »."""
    return "demandeur" if appel == "vous" else appel


@cache
def _choix_a_redire() -> frozenset[str]:
    classes = (classe for _, classe in inspect.getmembers(listes, inspect.isclass) if issubclass(classe, Choix))
    libelles = {choix.libelle for classe in classes for choix in classe}
    return frozenset({"Vous", *(libelle for libelle in libelles if a_l_agent(libelle) != libelle)})


def _inversion(trouve: re.Match[str]) -> str:
    """« Avez-vous » → « A-t-elle », « vivez-vous » → « vit-elle »."""
    verbe = VERBES.get(trouve[1].lower())
    if verbe is None:
        return trouve[0]
    liaison = "" if verbe[-1] in "td" else "t-"
    return f"{_comme(trouve[1], verbe)}-{liaison}elle"


def _sujet(trouve: re.Match[str]) -> str:
    """« vous êtes » → « elle est »."""
    verbe = VERBES.get(trouve[2].lower())
    return trouve[0] if verbe is None else f"{_comme(trouve[1], 'elle')} {verbe}"


def _possessif(trouve: re.Match[str]) -> str:
    if trouve[1].lower() == "vos":
        return f"{_comme(trouve[1], 'ses')} {trouve[2]}"
    return f"{_comme(trouve[1], 'sa' if trouve[2] in FEMININS else 'son')} {trouve[2]}"


def _comme(modele: str, mot: str) -> str:
    return mot[0].upper() + mot[1:] if modele[0].isupper() else mot


REGLES: tuple[Regle, ...] = (
    (re.compile(r"^Vous et "), "Demandeur et "),
    (re.compile(r": vous$"), ": demandeur"),
    (re.compile(r"\b(\w+)-vous\b"), _inversion),
    (re.compile(r"\b(vous) (\w+)\b", re.IGNORECASE), _sujet),
    (re.compile(r"\bvous compris\b"), "elle comprise"),
    (re.compile(r"\bque vous\b"), "qu’elle"),
    (re.compile(r"\b(avec|chez) vous\b"), r"\1 elle"),
    (re.compile(r"\b(votre|vos) (\w+)", re.IGNORECASE), _possessif),
)
