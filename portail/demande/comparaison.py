"""Ce qui a changé d'une déclaration à la suivante, réponse par réponse, dans les mots du récapitulatif."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from portail.demande.parcours import Rubrique

SANS_REPONSE = "pas de réponse"
ANNEXE = "Annexe «\u00a0handicap\u00a0»"
ANNEE = re.compile(r"\b20\d\d\b")
N1_OU_N2 = re.compile(r"_n[12]$")

CleDeReponse = tuple[str, str, str, str]  # étape, section, ligne, champ


@dataclass(frozen=True)
class Comparaison:
    """`avant` : {(étape, section, ligne, champ): l'ancienne réponse} pour ce qui a changé, vide si la question ne se
    posait pas ; `retirees` : ce qui n'y est plus (une personne, une commune), nommé."""

    avant: dict[CleDeReponse, str]
    retirees: tuple[str, ...]

    @property
    def nombre(self) -> int:
        return len(self.avant) + len(self.retirees)


RIEN = Comparaison({}, ())


def comparer(anciennes: Iterable[Rubrique], nouvelles: Iterable[Rubrique]) -> Comparaison:
    """Chaque récapitulatif est fait au jour de sa déclaration.

    Un revenu se compare à celui de la même année, où qu'il fût : celui de 2025, hier N-1, est aujourd'hui N-2. Un
    intitulé qui change autrement n'est pas une différence.
    """
    anciennes = list(anciennes)
    connues = {_meme_question(cle, libelle): reponse for cle, libelle, reponse in _reponses(anciennes)}
    nouvelles = list(nouvelles)
    changees: dict[CleDeReponse, str] = {}
    for cle, libelle, reponse in _reponses(nouvelles):
        ancienne = connues.get(_meme_question(cle, libelle))
        if ancienne is None:
            if reponse:
                changees[cle] = ""
        elif ancienne != reponse:
            changees[cle] = ancienne or SANS_REPONSE
    lignes = {rubrique.cle for rubrique in nouvelles}
    disparues = (r for r in anciennes if r.cle not in lignes and any(reponse for _, reponse in r.reponses))
    restent = {rubrique.ligne for rubrique in nouvelles if rubrique.de_qui}
    retirees: list[str] = []
    for rubrique in disparues:
        titre = _nommer(rubrique, restent)
        # « Personne à charge : Léo » dit aussi les ressources de Léo.
        if not any(dit.endswith(titre) for dit in retirees):
            retirees.append(titre)
    return Comparaison(changees, tuple(retirees))


def _nommer(rubrique: Rubrique, restent: set[str]) -> str:
    """« Personne à charge : Léo » ; d'une commune ou d'un motif, lequel ; de qui reste, ce qui ne s'en demande plus :
    « Revenu fiscal (Tom) », marié depuis et sur l'avis du demandeur."""
    titre = rubrique.titre or rubrique.etape.titre
    if rubrique.confidentielle:  # de qui, c'est sa santé
        return ANNEXE
    if rubrique.ligne and not rubrique.de_qui:
        return next(reponse for _, reponse in rubrique.reponses if reponse)
    return f"{rubrique.etape.titre} ({titre})" if rubrique.ligne in restent else titre


def _meme_question(cle: CleDeReponse, libelle: str) -> CleDeReponse:
    """Ce qui désigne une question d'une déclaration à la suivante : son champ, et l'année de son revenu, qui finit
    l'intitulé (« Mohamed (né en 2001) a l'avis d'impôt 2026 (revenus 2025) ? »)."""
    champ = N1_OU_N2.sub("", cle[3])
    return cle if champ == cle[3] else (*cle[:3], f"{champ} {ANNEE.findall(libelle)[-1]}")


def _reponses(rubriques: Iterable[Rubrique]) -> Iterable[tuple[CleDeReponse, str, str]]:
    """(clé, intitulé, réponse), dans l'ordre."""
    for rubrique in rubriques:
        for champ, (libelle, reponse) in zip(rubrique.champs, rubrique.reponses, strict=True):
            yield (*rubrique.cle, champ), libelle, reponse
