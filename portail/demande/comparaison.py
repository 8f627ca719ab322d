"""Ce qui a changé d'une déclaration à la suivante, réponse par réponse, dans les mots du récapitulatif."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from portail.demande.parcours import Rubrique

SANS_REPONSE = "pas de réponse"
ANNEE = re.compile(r"\b20\d\d\b")

CleDeLigne = tuple[str, str, str]  # étape, section, ligne
CleDeReponse = tuple[str, str, str, str]  # … champ


@dataclass(frozen=True)
class Comparaison:
    """`avant` : {(étape, section, ligne, champ): l'ancienne réponse} pour ce qui a changé, vide si la question ne se
    posait pas ; `retirees` : les titres des lignes (une personne, une commune) qui n'y sont plus."""

    avant: dict[CleDeReponse, str]
    retirees: tuple[str, ...]

    @property
    def nombre(self) -> int:
        return len(self.avant) + len(self.retirees)


RIEN = Comparaison({}, ())


def comparer(anciennes: Iterable[Rubrique], nouvelles: Iterable[Rubrique]) -> Comparaison:
    """Chaque récapitulatif est fait au jour de sa déclaration.

    Une question qui porte une année se compare à celle qui portait la même, où qu'elle fût : le revenu 2025, hier N-1,
    est aujourd'hui N-2. Un intitulé qui change autrement n'est pas une différence.
    """
    anciennes = list(anciennes)
    par_champ = {cle: reponse for cle, _, reponse in _reponses(anciennes)}
    par_intitule = {(cle[:3], libelle): reponse for cle, libelle, reponse in _reponses(anciennes)}
    nouvelles = list(nouvelles)
    changees: dict[CleDeReponse, str] = {}
    for cle, libelle, reponse in _reponses(nouvelles):
        ancienne = par_intitule.get((cle[:3], libelle)) if ANNEE.search(libelle) else par_champ.get(cle)
        if ancienne is None:
            if reponse:
                changees[cle] = ""
        elif ancienne != reponse:
            changees[cle] = ancienne or SANS_REPONSE
    lignes = {rubrique.cle for rubrique in nouvelles}
    disparues = (r for r in anciennes if r.cle not in lignes and any(reponse for _, reponse in r.reponses))
    return Comparaison(changees, tuple(dict.fromkeys(rubrique.titre or rubrique.etape.titre for rubrique in disparues)))


def _reponses(rubriques: Iterable[Rubrique]) -> Iterable[tuple[CleDeReponse, str, str]]:
    """(clé, intitulé, réponse), dans l'ordre."""
    for rubrique in rubriques:
        for champ, (libelle, reponse) in zip(rubrique.champs, rubrique.reponses, strict=True):
            yield (*rubrique.cle, champ), libelle, reponse
