"""Les délais d'une demande, un jour donné : les règles (`portail/regles/vie.py`) et les durées de la table, réunies.

`donnees/rappels.csv` dit quand écrire à la personne, en jours depuis l'échéance.
"""

from __future__ import annotations

import csv
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache

from portail.demande.catalogue_evenements import DONNEES
from portail.demande.modeles import Demande
from portail.horloge import a_paris
from portail.referentiels.parametres import parametre
from portail.regles import vie
from portail.regles.validite import ajouter_mois
from portail.typographie import insecables

ABANDON, NON_REPONSE, NON_RENOUVELEE = "b", "c", "e"  # codes de la liste fermée (motifs_de_radiation.csv)


@dataclass(frozen=True)
class Rappel:
    """Un rappel prévu. `jours` : depuis l'échéance, négatif avant."""

    jours: int
    sujet: str


@cache
def rappels() -> tuple[Rappel, ...]:
    """Du plus ancien au plus tardif."""
    with (DONNEES / "rappels.csv").open(encoding="utf-8", newline="") as ouvert:
        lus = (Rappel(int(ligne["jours"]), insecables(ligne["sujet"])) for ligne in csv.DictReader(ouvert))
        return tuple(sorted(lus, key=lambda rappel: rappel.jours))


def durees(jour: date) -> vie.Durees:
    """Les durées en vigueur au `jour`."""
    return vie.Durees(
        validite=parametre("VALIDITE_MOIS", jour),
        ouverture=parametre("RENOUVELLEMENT_OUVERT_MOIS", jour),
        grace=parametre("GRACE_MOIS", jour),
        reactivation=parametre("REACTIVATION_MOIS", jour),
        preavis=parametre("PREAVIS_JOURS", jour),
        avertissement=parametre("NON_REPONSE_AVERTISSEMENT_MOIS", jour),
        retour=parametre("NON_REPONSE_REACTIVATION_MOIS", jour),
        annulation=parametre("ANNULATION_ABANDON_JOURS", jour),
    )


def reprise_possible_jusqu_au(demande: Demande, jour: date) -> date | None:
    """Le dernier jour où cette demande radiée peut redevenir active, avec son numéro et son ancienneté.

    None : elle n'est pas radiée, ou ce motif ne le permet pas. La date peut être passée.
    """
    if demande.radiee_le is None:
        return None
    return reprise_apres_radiation(demande, demande.motif_radiation, jour, a_paris(demande.radiee_le).date())


def reprise_apres_radiation(
    demande: Demande, motif: str | None, jour: date, radiee_le: date | None = None
) -> date | None:
    """Le dernier jour où une demande radiée pour ce motif (ce `jour`, sauf dit) redevient active. None : jamais."""
    regles, depart = durees(jour), radiee_le or jour
    if motif == ABANDON:
        return depart + timedelta(days=regles.annulation)
    if motif == NON_REPONSE:
        return ajouter_mois(depart, regles.retour)
    if motif == NON_RENOUVELEE and demande.presentee_le is not None:
        return vie.fin_de_reactivation(demande.presentee_le, regles)
    return None


def radiable_apres_avertissement_le(demande: Demande, jour: date) -> date | None:
    """Le premier jour où la radiation annoncée peut être prononcée. None sans avertissement."""
    if demande.avertie_le is None:
        return None
    return ajouter_mois(a_paris(demande.avertie_le).date(), durees(jour).avertissement)
