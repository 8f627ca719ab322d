"""La typographie des phrases du portail (jamais de ce que la personne écrit) : espaces insécables, dates, heures."""

from __future__ import annotations

import re
from datetime import datetime
from zoneinfo import ZoneInfo

from portail.regles.calendrier import MOIS, date_en_lettres

PARIS = ZoneInfo("Europe/Paris")
_UNITES = ("mois", "m²", "ans", "jours", *MOIS)
_FINE = re.compile(" (?=[;?!])")
_ORDINAIRE = re.compile(rf"(?<=«) |(?<=n°) | (?=[:»])|(?<=\d) (?=(?:{'|'.join(_UNITES)})\b)|(?<=\b1er) (?=[a-zéû])")


def francais(phrase: str) -> str:
    """La phrase, ses espaces insécables posées : avant « ; ? ! : », dans les guillemets, entre un nombre et son mot."""
    return _ORDINAIRE.sub("\u00a0", _FINE.sub("\u202f", phrase))


def vu_de_paris(instant: datetime) -> datetime:
    """L'instant à l'heure de Paris. Sans fuseau, rendu tel quel : qui fabrique le document le refusera."""
    return instant.astimezone(PARIS) if instant.tzinfo else instant


def date_et_heure(instant: datetime) -> str:
    """« 24 novembre 2026 à 11 h 36 »."""
    return f"{date_en_lettres(instant.date())} à {instant:%H}\u00a0h\u00a0{instant:%M}"
