"""Le fichier d'agenda : RFC 5545, à la lettre."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portail.agenda import RendezVous, ecrire

INSTANT = datetime(2026, 11, 24, 10, 0, tzinfo=UTC)


def rendez_vous(**valeurs: object) -> RendezVous:
    lui: dict[str, object] = {
        "uid": "evenement-7@portail.test", "jour": date(2028, 2, 29), "titre": "Visite d’un logement",
        "explication": "Une visite est prévue.", "adresse": "https://portail.test/demandes/1/evenements",
        "etabli_le": INSTANT,
    }  # fmt: skip
    return RendezVous(**{**lui, **valeurs})  # type: ignore[arg-type]


def deplie(octets: bytes) -> list[str]:
    assert octets.endswith(b"\r\n")
    lignes = octets[:-2].split(b"\r\n")
    assert all(len(ligne) <= 75 for ligne in lignes)
    assert not any(b"\r" in ligne or b"\n" in ligne for ligne in lignes)
    for ligne in lignes:
        ligne.decode()  # jamais coupée dans un caractère
    return octets.replace(b"\r\n ", b"").decode()[:-2].split("\r\n")


def test_une_journee_entiere_et_son_rappel():
    assert deplie(ecrire([rendez_vous(rappel=7)])) == [
        "BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//Portail de la demande de logement//FR", "CALSCALE:GREGORIAN",
        "METHOD:PUBLISH", "BEGIN:VEVENT", "UID:evenement-7@portail.test", "DTSTAMP:20261124T100000Z",
        "DTSTART;VALUE=DATE:20280229", "DTEND;VALUE=DATE:20280301", "SUMMARY:Visite d’un logement",
        "DESCRIPTION:Une visite est prévue.", "URL:https://portail.test/demandes/1/evenements", "TRANSP:TRANSPARENT",
        "CLASS:PRIVATE", "BEGIN:VALARM", "ACTION:DISPLAY", "DESCRIPTION:Visite d’un logement", "TRIGGER:-P7D",
        "END:VALARM", "END:VEVENT", "END:VCALENDAR",
    ]  # fmt: skip


def test_rien_a_dire_n_est_pas_un_agenda():
    with pytest.raises(ValueError, match="au moins un rendez-vous"):
        ecrire([])


@given(st.text(max_size=300))
def test_aucun_texte_ne_casse_le_fichier(texte):
    lignes = deplie(ecrire([rendez_vous(titre=texte)]))
    titre = next(ligne for ligne in lignes if ligne.startswith("SUMMARY:")).removeprefix("SUMMARY:")
    lu = titre.replace("\\\\", "\0").replace("\\n", "\n").replace("\\;", ";").replace("\\,", ",").replace("\0", "\\")
    assert lu == "".join(s for s in texte if s == "\n" or (ord(s) >= 0x20 and ord(s) != 0x7F))
    assert len(lignes) == 17
