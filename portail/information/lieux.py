"""Une commune tapée dans une case de recherche : trouvée, à choisir, ou inconnue."""

from __future__ import annotations

from dataclasses import dataclass

from portail.champs.base import sans_blancs_exotiques
from portail.referentiels import recherche
from portail.referentiels.lieux import Lieu


@dataclass(frozen=True, slots=True)
class Recherche:
    """`commune` si la saisie en désigne une sans doute ; sinon les `candidates`, peut-être aucune.

    `a_vide` : le bouton a été pressé sans rien écrire.
    """

    saisie: str
    commune: Lieu | None
    candidates: list[Lieu]
    a_vide: bool = False

    @property
    def erreur(self) -> str:
        """Ce qui ne va pas, à montrer au-dessus de la case ; vide si rien."""
        if self.a_vide:
            return "Écrivez le nom d’une commune ou son code postal."
        if not self.saisie or self.commune is not None or self.candidates:
            return ""
        return f"Nous ne trouvons pas «\u00a0{self.saisie}\u00a0». Essayez le code postal."

    @property
    def compte_rendu(self) -> str:
        """« aucune commune pour « zzzz » », dans le titre de la page : la seule chose dite quand elle revient."""
        if self.a_vide:
            return "la case est vide"
        if self.commune is not None:
            return self.commune.libelle
        combien = "plusieurs communes" if self.candidates else "aucune commune"
        return f"{combien} pour «\u00a0{self.saisie}\u00a0»" if self.saisie else ""


def chercher_une_commune(saisie: str | None) -> Recherche:
    """Un code Insee, un code postal ou un nom approché. None : la page s'ouvre, rien n'a été demandé."""
    demande, saisie = saisie is not None, sans_blancs_exotiques((saisie or "")[:100])
    if not saisie:
        return Recherche("", None, [], a_vide=demande)
    trouve = recherche.resoudre(saisie)
    if isinstance(trouve, list):
        return Recherche(saisie, None, trouve)
    return Recherche(saisie, trouve, [])
