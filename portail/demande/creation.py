"""Commencer une demande : la commune d'abord, une seule demande active par territoire."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from portail.assistance import fils
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
    demande.declarations.append(_premiere_declaration(commune, instant, _identite(compte), compte.courriel))
    demande.evenements.append(Evenement(genre=GenreEvenement.CREATION, survenu_le=instant))
    session.add(demande)
    try:
        session.flush()  # l'index unique départage deux créations simultanées
        fils.joindre_a_la_demande(session, demande)
    except IntegrityError:
        session.rollback()
        deja = demande_active(session, compte.id, code)
        if deja is None:
            raise
        raise DemandeDejaOuverte(deja) from None
    return demande


def commencer_un_papier(
    session: Session, guichet_id: int, auteur: str, commune: Lieu, cle: str, instant: datetime
) -> Demande:
    """Un brouillon vide, sans compte, que ce guichet remplit d'après un papier. Lève `TerritoireAilleurs`.

    `cle` : celle de l'envoi. Le même envoi reçu deux fois rend la demande née du premier.
    """
    ailleurs = hors_sne(commune.code_departement)
    if ailleurs is not None:
        raise TerritoireAilleurs(ailleurs)
    deja = _nee_de(session, guichet_id, cle)
    if deja is not None:
        return deja
    demande = Demande(territoire=territoire(commune.code_departement), cree_le=instant, saisie_guichet_id=guichet_id)
    demande.declarations.append(_premiere_declaration(commune, instant))
    demande.evenements.append(
        Evenement(
            genre=GenreEvenement.CREATION,
            survenu_le=instant,
            guichet_id=guichet_id,
            auteur=auteur,
            reference=_reference(cle),
        )
    )
    session.add(demande)
    try:
        session.flush()  # la référence, unique par guichet, départage deux envois simultanés
    except IntegrityError:
        session.rollback()
        deja = _nee_de(session, guichet_id, cle)
        if deja is None:
            raise
        return deja
    return demande


def _nee_de(session: Session, guichet_id: int, cle: str) -> Demande | None:
    return session.scalar(
        sa.select(Demande)
        .join(Demande.evenements)
        .where(Evenement.guichet_id == guichet_id, Evenement.reference == _reference(cle))
    )


def _reference(cle: str) -> str:
    return f"papier:{cle}"


def _identite(compte: Compte) -> dict[str, Any]:
    noms = ("nom_naissance", "nom_usage", "prenoms", "date_naissance", "nir", "nir_empreinte")
    return {nom: getattr(compte, nom) for nom in noms}


def _premiere_declaration(
    commune: Lieu, instant: datetime, identite: dict[str, Any] | None = None, courriel: str | None = None
) -> Declaration:
    demandeur = nouvelle_personne(Role.DEMANDEUR, 1, **(identite or {}))
    return Declaration(
        cree_le=instant,
        modifiee_le=instant,
        revisions={},
        personnes=[demandeur],
        coordonnees=Coordonnees(courriel=courriel),
        foyer=Foyer(),
        logement_actuel=LogementActuel(),
        motifs=Motifs(),
        souhaits=Souhaits(),
        motifs_declares=[MotifDeclare(rang=1)],
        communes=[CommuneSouhaitee(rang=1, commune=commune.code)],
    )
