"""Les dates de la vie d'une demande : validité, renouvellement, grâce, réactivation (CCH, art. R441-2-7 et R441-2-8).

Toutes se comptent du jour de la présentation, ou du dernier renouvellement. Les durées viennent des données
(`parametres.csv`), le jour de l'appelant : rien n'est lu ici, ni chiffre, ni heure.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from portail.regles.validite import ajouter_mois

QUANTIEMES_CONFONDUS = 3  # du 28 au 31 : les jours qu'un mois court ramène au même


@dataclass(frozen=True)
class Durees:
    """Les durées en vigueur un jour donné.

    `validite`, `ouverture` (avant l'échéance), `grace` et `reactivation` (après l'échéance) : mois. `avertissement`
    (avant de radier qui ne répond pas) et `retour` (après cette radiation) : mois. `preavis` et `annulation` (pour
    revenir sur un abandon) : jours.
    """

    validite: int
    ouverture: int
    grace: int
    reactivation: int
    preavis: int
    avertissement: int
    retour: int
    annulation: int


def echeance(presentee_le: date, durees: Durees) -> date:
    """Le dernier jour de validité."""
    return ajouter_mois(presentee_le, durees.validite)


def ouverture(presentee_le: date, durees: Durees) -> date:
    """Le premier jour où l'on peut renouveler."""
    return ajouter_mois(echeance(presentee_le, durees), -durees.ouverture)


def fin_de_grace(presentee_le: date, durees: Durees) -> date:
    """Le dernier jour où l'on peut encore renouveler, l'échéance passée.

    Compté du départ et non de l'échéance : présentée un 29 février, la demande garde ses treize mois entiers.
    """
    return ajouter_mois(presentee_le, durees.validite + durees.grace)


def fin_de_reactivation(presentee_le: date, durees: Durees) -> date:
    """Le dernier jour où une demande radiée faute de renouvellement peut redevenir active."""
    return ajouter_mois(presentee_le, durees.validite + durees.reactivation)


def est_renouvelable(presentee_le: date, jour: date, durees: Durees) -> bool:
    """La période est ouverte. Elle ne se referme pas d'elle-même : c'est la radiation qui la ferme."""
    return jour >= ouverture(presentee_le, durees)


def radiation_d_office(presentee_le: date, prevenue_le: date | None, durees: Durees) -> date | None:
    """Le premier jour où une demande non renouvelée peut être radiée. None tant que la personne n'est pas prévenue.

    La loi veut un préavis (R441-2-7) : après une panne, il court du jour où il est vraiment parti.
    """
    if prevenue_le is None:
        return None
    apres_la_grace = fin_de_grace(presentee_le, durees) + timedelta(days=1)
    return max(apres_la_grace, prevenue_le + timedelta(days=durees.preavis))


def dernier_depart(cible: date, mois: int) -> date:
    """Le dernier jour d'où, `mois` mois plus tard, on n'a pas dépassé `cible` : l'inverse d'`ajouter_mois`."""
    depart = ajouter_mois(cible, -mois) + timedelta(days=QUANTIEMES_CONFONDUS)
    while ajouter_mois(depart, mois) > cible:
        depart -= timedelta(days=1)
    return depart


def rappel_du(ecart: int, rappels: Iterable[int]) -> int | None:
    """Le rappel à envoyer : le plus récent de ceux qui sont dus, jamais les précédents avec lui.

    `ecart` : jours depuis l'échéance (négatif avant). `rappels` : les écarts prévus (-60, -30…). None avant le premier.
    """
    return max((prevu for prevu in rappels if prevu <= ecart), default=None)
