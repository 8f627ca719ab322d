"""Deux lignes d'une même section qui disent la même chose : laquelle refuser.

Les lignes se comparent telles qu'elles seront une fois enregistrées. Échanger deux lignes en un envoi n'est pas
les répéter : comparer chacune à ce que la base gardait de l'autre les refuserait toutes les deux.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from portail.champs.base import est_vide
from portail.demande.formulaire import FormulaireEtape

Cle = Callable[[Any], Any]


def en_double(form: FormulaireEtape, nom: str, cle: Cle = lambda valeur: valeur, admise: Cle = lambda _: True) -> bool:
    """La réponse `nom` de ce formulaire répète-t-elle celle d'une autre ligne ?

    `cle` : ce qui fait que deux valeurs sont la même. `admise` : une valeur refusée pour autre chose ne compte pas,
    la ligne garde celle de la base.
    """
    gardees = [getattr(ligne.cible, nom) for ligne in form.lignes]
    tapees = [_tapee(ligne, nom, gardee, admise) for ligne, gardee in zip(form.lignes, gardees, strict=True)]
    refusees = refuser([_cle(valeur, cle) for valeur in gardees], [_cle(valeur, cle) for valeur in tapees])
    return form.lignes.index(form) in refusees


def refuser(gardees: Sequence[Any], tapees: Sequence[Any]) -> set[int]:
    """Les rangs à refuser pour qu'aucune valeur ne paraisse deux fois (None ne répète rien).

    Entre deux lignes, celle qui n'a pas changé reste ; sinon la première. Une ligne refusée garde sa valeur
    d'avant, qui peut à son tour faire refuser une autre ligne.
    """
    refusees: set[int] = set()
    while (rang := _de_trop(gardees, tapees, refusees)) is not None:
        refusees.add(rang)
    return refusees


def _de_trop(gardees: Sequence[Any], tapees: Sequence[Any], refusees: set[int]) -> int | None:
    finales = [gardees[rang] if rang in refusees else tapee for rang, tapee in enumerate(tapees)]
    repetees = [
        rang
        for rang, valeur in enumerate(finales)
        if rang not in refusees and valeur is not None and finales.count(valeur) > 1
    ]
    return max(repetees, key=lambda rang: (gardees[rang] != tapees[rang], rang), default=None)


def _tapee(ligne: FormulaireEtape, nom: str, gardee: Any, admise: Cle) -> Any:
    champ = ligne[nom]
    if not champ.soumis or champ.process_errors:
        return gardee
    return champ.data if est_vide(champ.data) or admise(champ.data) else gardee


def _cle(valeur: Any, cle: Cle) -> Any:
    return None if est_vide(valeur) else cle(valeur)
