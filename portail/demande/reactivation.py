"""Rendre active une demande radiée, dans le délai que son motif permet : même numéro, même ancienneté."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from portail.demande import avis
from portail.demande.creation import demande_active
from portail.demande.delais import durees, reprise_possible_jusqu_au
from portail.demande.modeles import Demande, Evenement, GenreEvenement
from portail.horloge import a_paris
from portail.regles import vie

PAS_RADIEE = "Cette demande est active\u00a0: il n’y a rien à faire."
PAS_CE_MOTIF = "Une demande radiée pour ce motif ne peut pas redevenir active."
TROP_TARD = "Le délai pour rendre cette demande active est passé."
AUTRE_ACTIVE = "Il y a déjà une autre demande active dans ce territoire\u00a0: il ne peut y en avoir qu’une."


class ReactivationImpossible(Exception):
    """`str()` se montre. Rien n'a été écrit."""


def verifier(session: Session, demande: Demande, instant: datetime) -> None:
    """Lève `ReactivationImpossible`, avec la raison."""
    if demande.radiee_le is None:
        raise ReactivationImpossible(PAS_RADIEE)
    jour = a_paris(instant).date()
    limite = reprise_possible_jusqu_au(demande, jour)
    if limite is None:
        raise ReactivationImpossible(PAS_CE_MOTIF)
    if jour > limite:
        raise ReactivationImpossible(TROP_TARD)
    if demande.compte_id is not None and demande_active(session, demande.compte_id, demande.territoire) is not None:
        raise ReactivationImpossible(AUTRE_ACTIVE)


def reactiver(
    session: Session,
    demande: Demande,
    instant: datetime,
    *,
    guichet_id: int | None = None,
    auteur: str | None = None,
    precision: str | None = None,
) -> Evenement:
    """La demande, verrouillée, redevient active ; si sa validité était passée, elle repart de ce jour.

    Lève `ReactivationImpossible`.
    """
    verifier(session, demande, instant)
    jour = a_paris(instant).date()
    demande.radiee_le = demande.motif_radiation = None
    demande.avertie_le = demande.motif_avertissement = None
    genres = [GenreEvenement.REACTIVATION]
    if demande.enregistree_le and demande.presentee_le and jour > vie.fin_de_grace(demande.presentee_le, durees(jour)):
        demande.presentee_le = jour
        genres.append(GenreEvenement.RENOUVELLEMENT)
    signature = {"guichet_id": guichet_id, "auteur": auteur}
    evenements = [Evenement(demande_id=demande.id, genre=genre, survenu_le=instant, **signature) for genre in genres]
    evenements[0].precision = precision
    session.add_all(evenements)
    try:
        session.flush()  # l'index unique départage une création simultanée
    except IntegrityError:
        session.rollback()
        raise ReactivationImpossible(AUTRE_ACTIVE) from None
    cle, sujet = f"reactivation-{evenements[0].id}", "Votre demande est de nouveau active"
    avis.prevenir(session, demande, cle, sujet, "reactivation")
    return evenements[0]
