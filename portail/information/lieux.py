"""Une commune tapée dans une case de recherche : trouvée, à choisir, ou inconnue."""

from __future__ import annotations

from dataclasses import dataclass

from portail.champs.base import sans_blancs_exotiques
from portail.referentiels import recherche
from portail.referentiels.lieux import Lieu


@dataclass(frozen=True, slots=True)
class Recherche:
    """`commune` si la saisie en désigne une sans doute ; sinon les `candidates`, peut-être aucune."""

    saisie: str
    commune: Lieu | None
    candidates: list[Lieu]

    @property
    def a_echoue(self) -> bool:
        return bool(self.saisie) and self.commune is None and not self.candidates

    @property
    def compte_rendu(self) -> str:
        """« aucune commune pour « zzzz » », dans le titre de la page : la seule chose dite quand elle revient."""
        if self.commune is not None:
            return self.commune.libelle
        combien = "plusieurs communes" if self.candidates else "aucune commune"
        return f"{combien} pour «\u00a0{self.saisie}\u00a0»" if self.saisie else ""


def chercher_une_commune(saisie: str) -> Recherche:
    """Un code Insee, un code postal ou un nom approché."""
    saisie = sans_blancs_exotiques(saisie[:100])
    if not saisie:
        return Recherche("", None, [])
    trouve = recherche.resoudre(saisie)
    if isinstance(trouve, list):
        return Recherche(saisie, None, trouve)
    return Recherche(saisie, trouve, [])
