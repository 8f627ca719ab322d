"""Un agenda à importer (RFC 5545) : des journées entières, lignes pliées à 75 octets, fins de ligne CRLF.

Le même rendez-vous garde son identifiant : importé à nouveau, il se met à jour au lieu de se doubler.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

PRODUIT = "-//Portail de la demande de logement//FR"
LARGEUR = 75  # octets, sans la fin de ligne (RFC 5545, § 3.1)
ECHAPPES = str.maketrans({"\\": "\\\\", ";": "\\;", ",": "\\,", "\n": "\\n", "\r": None})


@dataclass(frozen=True)
class RendezVous:
    """Une journée. `uid` : stable, unique au monde. `etabli_le` : quand cette version a été écrite. `rappel` : jours
    d'avance pour prévenir, ou None. Le titre se voit de qui partage l'agenda : rien de personnel."""

    uid: str
    jour: date
    titre: str
    explication: str
    adresse: str
    etabli_le: datetime
    rappel: int | None = None


def ecrire(rendez_vous: Iterable[RendezVous]) -> bytes:
    """Le fichier, en UTF-8. Lève `ValueError` sans rendez-vous : un agenda en contient au moins un."""
    lignes = [ligne for rdv in rendez_vous for ligne in _evenement(rdv)]
    if not lignes:
        raise ValueError("Un agenda contient au moins un rendez-vous.")
    entete = ["BEGIN:VCALENDAR", "VERSION:2.0", f"PRODID:{PRODUIT}", "CALSCALE:GREGORIAN", "METHOD:PUBLISH"]
    return b"".join(_plier(ligne) for ligne in (*entete, *lignes, "END:VCALENDAR"))


def _evenement(rdv: RendezVous) -> Iterator[str]:
    yield "BEGIN:VEVENT"
    yield f"UID:{_texte(rdv.uid)}"
    yield f"DTSTAMP:{rdv.etabli_le.astimezone(UTC):%Y%m%dT%H%M%SZ}"
    yield f"DTSTART;VALUE=DATE:{rdv.jour:%Y%m%d}"
    yield f"DTEND;VALUE=DATE:{rdv.jour + timedelta(days=1):%Y%m%d}"
    yield f"SUMMARY:{_texte(rdv.titre)}"
    yield f"DESCRIPTION:{_texte(rdv.explication)}"
    yield f"URL:{rdv.adresse}"
    yield "TRANSP:TRANSPARENT"
    yield "CLASS:PRIVATE"
    if rdv.rappel is not None:
        yield from ("BEGIN:VALARM", "ACTION:DISPLAY", f"DESCRIPTION:{_texte(rdv.titre)}")
        yield f"TRIGGER:-P{rdv.rappel}D"
        yield "END:VALARM"
    yield "END:VEVENT"


def _texte(valeur: str) -> str:
    """Échappe ce que le format lit, et ôte les caractères de commande."""
    lisible = "".join(signe for signe in valeur if signe == "\n" or (ord(signe) >= 0x20 and ord(signe) != 0x7F))
    return lisible.translate(ECHAPPES)


def _plier(ligne: str) -> bytes:
    """Coupe entre deux caractères, jamais dans un : la suite commence par une espace."""
    morceaux: list[bytes] = [b""]
    for signe in ligne:
        octets = signe.encode()
        if len(morceaux[-1]) + len(octets) > LARGEUR:
            morceaux.append(b" ")
        morceaux[-1] += octets
    return b"\r\n".join(morceaux) + b"\r\n"
