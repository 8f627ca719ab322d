"""Renouveler une demande en un geste : rien n'a changé, sauf l'année des revenus (CCH, art. R441-2-7).

Ce que l'on confirme est une déclaration de plus, copiée de la précédente : le numéro et la date du premier dépôt
restent, la validité repart de ce jour.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from portail.choix import OuiNon
from portail.demande import avis
from portail.demande.copie import copier
from portail.demande.cycle_de_vie import Etat, brouillon, etat
from portail.demande.depot import COURRIELS, poser
from portail.demande.modeles import Declaration, Demande, Evenement, GenreEvenement
from portail.horloge import a_paris

PAS_ENCORE = "Cette demande ne se renouvelle pas aujourd’hui."
CHANGEE = "La demande a changé pendant que vous lisiez cette page. Relisez-la avant de renouveler."
MISE_A_JOUR_OUVERTE = "Une mise à jour est commencée\u00a0: soumettez-la, ou effacez-la, avant de renouveler ainsi."


class RenouvellementImpossible(Exception):
    """`str()` se montre. Rien n'a été écrit."""


class DemandeChangee(RenouvellementImpossible):
    """La déclaration affichée n'est plus celle qui compte."""


@dataclass(frozen=True)
class RevenuDeclare:
    """Le revenu fiscal de référence N-2 (euros par an), ou pourquoi il n'y en a pas."""

    montant: int | None
    explication: str | None


def verifier(demande: Demande, vue: int, instant: datetime) -> None:
    """Lève `RenouvellementImpossible`, ou `DemandeChangee` si `vue` n'est plus la déclaration qui compte."""
    if etat(demande, a_paris(instant).date()) is not Etat.A_RENOUVELER:
        raise RenouvellementImpossible(PAS_ENCORE)
    if demande.declaration_deposee_id != vue:
        raise DemandeChangee(CHANGEE)


def renouveler(
    session: Session,
    demande: Demande,
    vue: int,
    revenus: Mapping[str, RevenuDeclare],
    instant: datetime,
    *,
    guichet_id: int | None = None,
    auteur: str | None = None,
) -> Evenement:
    """La demande, verrouillée, est valable un an de plus. `revenus` : par clé de personne, un par avis d'impôt.

    `auteur` : l'agent qui le fait pour la personne. Lève `RenouvellementImpossible`.
    """
    verifier(demande, vue, instant)
    if auteur is None and brouillon(demande) is not None:
        raise RenouvellementImpossible(MISE_A_JOUR_OUVERTE)
    nouvelle = copier(session.get_one(Declaration, vue), instant)
    for personne in nouvelle.personnes:
        if personne.cle in revenus:
            _poser_le_revenu(personne.revenu, revenus[personne.cle])
    demande.declarations.append(nouvelle)
    poser(session, demande, nouvelle, instant, GenreEvenement.RENOUVELLEMENT)
    evenement = Evenement(
        demande_id=demande.id,
        genre=GenreEvenement.RENOUVELLEMENT,
        survenu_le=instant,
        guichet_id=guichet_id,
        auteur=auteur,
    )
    session.add(evenement)
    session.flush()
    sujet, gabarit = COURRIELS[GenreEvenement.RENOUVELLEMENT]
    avis.prevenir(session, demande, f"renouvellement-{evenement.id}", sujet, gabarit, deposee_le=instant)
    return evenement


def _poser_le_revenu(revenu, declare: RevenuDeclare) -> None:
    a_un_avis = declare.montant is not None
    revenu.a_un_avis_n2 = OuiNon.OUI if a_un_avis else OuiNon.NON
    revenu.rfr_n2 = declare.montant
    revenu.sans_avis_explication = None if a_un_avis else declare.explication
