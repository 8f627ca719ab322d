"""Les horaires de l'annuaire, en mots : « lundi-jeudi 08:45-12:00 » → « Du lundi au jeudi : de 8 h 45 à 12 h »."""

from __future__ import annotations

import re

JOURS = "lundi|mardi|mercredi|jeudi|vendredi|samedi|dimanche"
SUITE_DE_JOURS = re.compile(rf"\b({JOURS})-({JOURS})\b")
PLAGE = re.compile(r"\b(\d{2}):(\d{2})-(\d{2}):(\d{2})\b")
JOURS_PUIS_HEURES = re.compile(rf"(?P<jours>(?:du )?(?:{JOURS})(?:(?:, | et | au )(?:{JOURS}))*)\s+(?P<reste>de \d.*)")
INSECABLE = "\u00a0"


def en_mots(horaires: str) -> list[str]:
    """Une phrase par morceau séparé par « ; ». Ce qui n'est ni jour ni heure est gardé tel quel."""
    return [_morceau(morceau.strip()) for morceau in horaires.split(";") if morceau.strip()]


def _morceau(texte: str) -> str:
    texte = SUITE_DE_JOURS.sub(r"du \1 au \2", texte)
    texte = PLAGE.sub(lambda plage: f"de {_heure(plage[1], plage[2])} à {_heure(plage[3], plage[4])}", texte)
    texte = re.sub(r"(?<=\d), (?=de )|(?<=h), (?=de )", " et ", texte)
    if trouve := JOURS_PUIS_HEURES.fullmatch(texte):
        texte = f"{trouve['jours']}{INSECABLE}: {trouve['reste']}"
    return texte[:1].upper() + texte[1:]


def _heure(heures: str, minutes: str) -> str:
    """« 08 », « 45 » → « 8 h 45 »."""
    return f"{int(heures)}{INSECABLE}h" + (f"{INSECABLE}{minutes}" if minutes != "00" else "")
