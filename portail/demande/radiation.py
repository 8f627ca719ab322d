"""Radier une demande : la liste des motifs est fermée (CCH, art. R441-2-8), la date et le motif restent."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from portail.demande import avis, rappels
from portail.demande.catalogue_evenements import motifs_de_radiation
from portail.demande.modeles import Demande, Evenement, GenreEvenement


class DejaRadiee(ValueError):
    """La demande est déjà radiée : rien n'a été fait une seconde fois."""


def radier(
    session: Session,
    demande: Demande,
    motif: str,
    instant: datetime,
    *,
    guichet_id: int | None = None,
    auteur: str | None = None,
    organisme: str | None = None,
    precision: str | None = None,
    prevenir: bool = True,
) -> Evenement:
    """La demande n'est plus active à partir d'`instant`. La personne est prévenue si elle a un compte.

    `prevenir` : faux quand l'acte qui radie envoie déjà son propre courriel.
    Lève `KeyError` si le motif n'est pas dans la liste, `DejaRadiee` si elle l'est déjà.
    """
    motifs_de_radiation()[motif]
    if demande.radiee_le is not None:
        raise DejaRadiee(f"La demande {demande.id} est déjà radiée.")
    demande.radiee_le = instant
    demande.motif_radiation = motif
    rappels.retirer(session, demande)
    evenement = Evenement(
        demande_id=demande.id,
        genre=GenreEvenement.RADIATION,
        survenu_le=instant,
        valeur=motif,
        guichet_id=guichet_id,
        auteur=auteur,
        organisme=organisme,
        precision=precision,
    )
    session.add(evenement)
    session.flush()
    if prevenir:
        avis.prevenir(session, demande, f"radiation-{evenement.id}", "L’état de votre demande a changé", "radiation")
    return evenement
