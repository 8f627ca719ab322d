"""Ce qui a changé d'une déclaration à la suivante, réponse par réponse, dans les mots du récapitulatif."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from portail.demande.parcours import Rubrique

SANS_REPONSE = "pas de réponse"


@dataclass(frozen=True)
class Comparaison:
    """`avant` : {(étape, section, ligne, champ): l'ancienne réponse} pour ce qui a changé, vide si la question ne se
    posait pas ; `retirees` : les titres des lignes (une personne, une commune) qui n'y sont plus."""

    avant: dict[tuple[str, str, str, str], str]
    retirees: tuple[str, ...]

    @property
    def nombre(self) -> int:
        return len(self.avant) + len(self.retirees)


RIEN = Comparaison({}, ())


def comparer(anciennes: Iterable[Rubrique], nouvelles: Iterable[Rubrique]) -> Comparaison:
    """Les deux récapitulatifs, faits au même jour : un intitulé qui change d'année n'est pas une différence."""
    anciennes = list(anciennes)
    reponses = dict(_reponses(anciennes))
    changees: dict[tuple[str, str, str, str], str] = {}
    lignes = set()
    for rubrique in nouvelles:
        lignes.add(rubrique.cle)
        for champ, (_, reponse) in zip(rubrique.champs, rubrique.reponses, strict=True):
            cle = (*rubrique.cle, champ)
            if cle not in reponses:
                if reponse:
                    changees[cle] = ""
            elif reponses[cle] != reponse:
                changees[cle] = reponses[cle] or SANS_REPONSE
    disparues = (r for r in anciennes if r.cle not in lignes and any(reponse for _, reponse in r.reponses))
    return Comparaison(changees, tuple(dict.fromkeys(rubrique.titre or rubrique.etape.titre for rubrique in disparues)))


def _reponses(rubriques: list[Rubrique]) -> Iterable[tuple[tuple[str, str, str, str], str]]:
    for rubrique in rubriques:
        for champ, (_, reponse) in zip(rubrique.champs, rubrique.reponses, strict=True):
            yield (*rubrique.cle, champ), reponse
