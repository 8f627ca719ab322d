"""Les heures où un guichet répond en direct. Écrites comme l'annuaire : « lundi-vendredi 09:00-12:00, 14:00-17:00 »."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime, time, timedelta

from portail.typographie import insecables

JOURS = ("lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi", "dimanche")
PLAGE = re.compile(r"([01]\d|2[0-3]):([0-5]\d)-([01]\d|2[0-3]):([0-5]\d)")
EXEMPLE = "lundi-vendredi 09:00-12:00, 14:00-17:00 ; samedi 09:00-12:00"


class HeuresIllisibles(ValueError):
    """`str()` se montre."""

    def __init__(self) -> None:
        super().__init__(f"Ces heures ne se lisent pas. Exemple\u00a0: {insecables(EXEMPLE)}.")


@dataclass(frozen=True, slots=True)
class Plage:
    """Un jour de la semaine (0 : lundi), de `debut` à `fin`, heure de Paris."""

    jour: int
    debut: time
    fin: time


def lire(texte: str) -> tuple[Plage, ...]:
    """Les plages, dans l'ordre de la semaine. Lève `HeuresIllisibles`."""
    plages = [plage for morceau in texte.split(";") if morceau.strip() for plage in _morceau(morceau.strip().lower())]
    return tuple(sorted(plages, key=lambda plage: (plage.jour, plage.debut)))


def _morceau(texte: str) -> list[Plage]:
    jours, _, heures = texte.partition(" ")
    premier, _, dernier = jours.partition("-")
    if premier not in JOURS or (dernier or premier) not in JOURS:
        raise HeuresIllisibles
    du, au = JOURS.index(premier), JOURS.index(dernier or premier)
    bornes = [PLAGE.fullmatch(plage.strip()) for plage in heures.split(",")]
    if du > au or not all(bornes):
        raise HeuresIllisibles
    lues = [(time(int(b[1]), int(b[2])), time(int(b[3]), int(b[4]))) for b in bornes if b]
    if any(debut >= fin for debut, fin in lues):
        raise HeuresIllisibles
    return [Plage(jour, debut, fin) for jour in range(du, au + 1) for debut, fin in lues]


def est_ouvert(plages: tuple[Plage, ...], local: datetime) -> bool:
    """`local` : l'instant, vu de Paris."""
    return any(p.jour == local.weekday() and p.debut <= local.time() < p.fin for p in plages)


def reprend(plages: tuple[Plage, ...], local: datetime) -> str:
    """Quand quelqu'un sera là : « à 14 h », « demain à 9 h », « lundi à 9 h » ; vide s'il n'y a pas de plage."""
    for ecart in range(8):
        jour = (local + timedelta(days=ecart)).weekday()
        for plage in plages:
            if plage.jour == jour and (ecart or plage.debut > local.time()):
                return f"{_quand(ecart, jour)}à {_heure(plage.debut)}"
    return ""


def _quand(ecart: int, jour: int) -> str:
    return "" if ecart == 0 else "demain " if ecart == 1 else f"{JOURS[jour]} "


def _heure(heure: time) -> str:
    return f"{heure.hour}\u00a0h" + (f"\u00a0{heure.minute:02d}" if heure.minute else "")
