"""Abandonner sa demande (CCH, art. R441-2-8 b), avec le temps de revenir sur ce choix : voir `reactivation.py`."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from portail import courriel
from portail.compte.modeles import Compte
from portail.demande import radiation
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
    compte = session.get(Compte, demande.compte_id) if demande.compte_id is not None else None
    if compte is not None:
        courriel.mettre_en_boite(
            session,
            f"abandon-{evenement.id}",
            compte.courriel,
            "Vous avez abandonné votre demande",
            "abandon",
            lien=f"{courriel.config_url()}/demandes",
            jusqu_au=reprise_possible_jusqu_au(demande, a_paris(instant).date()),
        )
