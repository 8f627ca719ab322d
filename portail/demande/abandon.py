"""Abandonner sa demande (CCH, art. R441-2-8 b), avec le temps de revenir sur ce choix : voir `reactivation.py`."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from portail.demande import avis, radiation
from portail.demande.catalogue_evenements import liste
from portail.demande.delais import ABANDON, reprise_possible_jusqu_au
from portail.demande.modeles import Demande, Evenement, GenreEvenement
from portail.horloge import a_paris


class AbandonImpossible(Exception):
    """La demande n'a jamais été déposée, ou n'est déjà plus active."""


def motifs() -> dict[str, str]:
    """Les raisons proposées : {code: libellé}."""
    return liste(GenreEvenement.ABANDON.fiche.liste)


def abandonner(session: Session, demande: Demande, motif: str, instant: datetime) -> None:
    """La demande, verrouillée, n'est plus active. Un courriel le dit, et jusqu'à quand revenir.

    Lève `AbandonImpossible`, `KeyError` si la raison n'est pas dans la liste.
    """
    motifs()[motif]
    if demande.deposee_le is None or demande.radiee_le is not None:
        raise AbandonImpossible(f"La demande {demande.id} ne s’abandonne pas.")
    evenement = Evenement(demande_id=demande.id, genre=GenreEvenement.ABANDON, survenu_le=instant, valeur=motif)
    session.add(evenement)
    session.flush()
    radiation.radier(session, demande, ABANDON, instant, prevenir=False)
    jusqu_au = reprise_possible_jusqu_au(demande, a_paris(instant).date())
    cle, sujet = f"abandon-{evenement.id}", "Vous avez abandonné votre demande"
    avis.prevenir(session, demande, cle, sujet, "abandon", jusqu_au=jusqu_au)
