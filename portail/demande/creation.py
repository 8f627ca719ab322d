"""Commencer une demande : la commune d'abord, une seule demande active par territoire."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from portail.compte.modeles import Compte
from portail.demande.foyer import nouvelle_personne
from portail.demande.modeles import (
    CommuneSouhaitee,
    Coordonnees,
    Declaration,
    Demande,
    Evenement,
    Foyer,
    GenreEvenement,
    LogementActuel,
    MotifDeclare,
    Motifs,
    Role,
    Souhaits,
)
from portail.referentiels.modeles import TerritoireHorsSne
from portail.referentiels.parametres import hors_sne
from portail.referentiels.recherche import Lieu
from portail.regles.territoire import territoire


class TerritoireAilleurs(Exception):
    """Ce département a son propre portail : la demande s'y fait, rien n'est créé ici (fiche domaine § 4.9)."""

    def __init__(self, ailleurs: TerritoireHorsSne) -> None:
        self.ailleurs = ailleurs
        super().__init__(ailleurs.code_departement)


class DemandeDejaOuverte(Exception):
    """Une demande est déjà en cours dans ce territoire."""

    def __init__(self, demande: Demande) -> None:
        self.demande = demande
        super().__init__(str(demande.id))


def demande_active(session: Session, compte_id: int, code_territoire: str) -> Demande | None:
    return session.scalar(
        sa.select(Demande).where(
            Demande.compte_id == compte_id, Demande.territoire == code_territoire, Demande.radiee_le.is_(None)
        )
    )


def commencer(session: Session, compte: Compte, commune: Lieu, instant: datetime) -> Demande:
    """Un brouillon, déjà rempli de ce que le compte sait. Lève `TerritoireAilleurs` ou `DemandeDejaOuverte`."""
    ailleurs = hors_sne(commune.code_departement)
    if ailleurs is not None:
        raise TerritoireAilleurs(ailleurs)
    code = territoire(commune.code_departement)
    deja = demande_active(session, compte.id, code)
    if deja is not None:
        raise DemandeDejaOuverte(deja)
    demande = Demande(compte_id=compte.id, territoire=code, cree_le=instant)
    demande.declarations.append(_premiere_declaration(compte, commune, instant))
    demande.evenements.append(Evenement(genre=GenreEvenement.CREATION, survenu_le=instant))
    session.add(demande)
    try:
        session.flush()  # l'index unique départage deux créations simultanées
    except IntegrityError:
        session.rollback()
        deja = demande_active(session, compte.id, code)
        if deja is None:
            raise
        raise DemandeDejaOuverte(deja) from None
    return demande


def _premiere_declaration(compte: Compte, commune: Lieu, instant: datetime) -> Declaration:
    demandeur = nouvelle_personne(
        Role.DEMANDEUR,
        1,
        nom_naissance=compte.nom_naissance,
        nom_usage=compte.nom_usage,
        prenoms=compte.prenoms,
        date_naissance=compte.date_naissance,
        nir=compte.nir,
        nir_empreinte=compte.nir_empreinte,
    )
    return Declaration(
        cree_le=instant,
        modifiee_le=instant,
        revisions={},
        personnes=[demandeur],
        coordonnees=Coordonnees(courriel=compte.courriel),
        foyer=Foyer(),
        logement_actuel=LogementActuel(),
        motifs=Motifs(),
        souhaits=Souhaits(),
        motifs_declares=[MotifDeclare(rang=1)],
        communes=[CommuneSouhaitee(rang=1, commune=commune.code)],
    )
