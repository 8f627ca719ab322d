"""Instruire : enregistrer une demande, la renvoyer à la personne, accepter ou refuser une pièce.

Chaque acte reçoit ce que l'agent avait sous les yeux (la déclaration, les fichiers). Si cela a changé depuis, `Conflit`
est levé et rien n'est écrit. La demande arrive verrouillée (`acces.demande_a_instruire`) ; l'acte, son événement, son
courriel et son écriture au journal tiennent dans la transaction de l'appelant.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy.orm import Session

from portail.demande import avis, mise_a_jour
from portail.demande.copie import copier
from portail.demande.cycle_de_vie import brouillon
from portail.demande.foyer import demandeur
from portail.demande.modeles import Declaration, Demande, Evenement, GenreEvenement
from portail.guichet import numeros
from portail.guichet.journal import inscrire
from portail.guichet.modeles import (
    ActeJournal,
    Agent,
    DecisionPiece,
    EtatDecision,
    MotifRenvoi,
    Renvoi,
    RenvoiChamp,
)
from portail.pieces.modeles import PieceFournie
from portail.regles.numero_unique import NumeroUnique

PIECE_IDENTITE = "ID"
DEJA_ENREGISTREE = "Cette demande a déjà été enregistrée. Rien n’a été fait une seconde fois."
NE_SE_RENVOIE_PLUS = "Cette demande a déjà été enregistrée\u00a0: elle ne se renvoie plus."
RADIEE = "Cette demande est radiée."
RENVOYEE = "Cette demande a déjà été renvoyée à la personne : attendez qu’elle la soumette à nouveau."
REDEPOSEE = "La personne a soumis une nouvelle version pendant que vous lisiez l’ancienne. Relisez-la avant de décider."
FICHIERS_CHANGES = "Les fichiers de ce document ont changé pendant que vous les regardiez. Relisez-les."
IDENTITE_A_VERIFIER = (
    "Acceptez la pièce d’identité jointe, ou cochez que vous avez vu l’original : "
    "le numéro ne se donne qu’après ce contrôle."
)

CleDeReponse = tuple[str, str, str, str]  # étape, section, ligne, champ


class Conflit(Exception):
    """Ce que l'agent avait sous les yeux n'est plus vrai. `str()` se montre ; rien n'a été écrit."""


class IdentiteNonVerifiee(Exception):
    """Le numéro ne se donne qu'après le contrôle de la pièce d'identité (CCH, art. R441-2-3 et R441-2-4)."""

    def __init__(self) -> None:
        super().__init__(IDENTITE_A_VERIFIER)


def enregistrer(
    session: Session, demande: Demande, declaration_id: int, agent: Agent, instant: datetime, *, original_vu: bool
) -> NumeroUnique:
    """Donne le numéro unique. L'ancienneté reste celle du premier dépôt.

    `original_vu` : l'agent a eu la pièce d'identité en main. Lève `Conflit`, ou `IdentiteNonVerifiee`.
    """
    _verifier(demande, declaration_id)
    if not original_vu and not identite_acceptee(demande):
        raise IdentiteNonVerifiee
    numero = numeros.attribuer(session, demande, agent.guichet)
    demande.enregistree_le = instant
    demande.guichet_id = agent.guichet_id
    mise_a_jour.reprendre_l_identite(demande)
    session.add(Evenement(demande_id=demande.id, genre=GenreEvenement.ENREGISTREMENT, survenu_le=instant))
    controle = "original vu" if original_vu else "pièce jointe acceptée"
    inscrire(session, ActeJournal.ENREGISTREMENT, agent=agent, demande_id=demande.id, objet=f"identité : {controle}")
    avis.prevenir(session, demande, f"enregistrement-{demande.id}", "Votre demande est enregistrée", "enregistrement")
    return numero


def renvoyer(
    session: Session,
    demande: Demande,
    declaration_id: int,
    agent: Agent,
    motif: MotifRenvoi,
    explication: str | None,
    remarques: Mapping[CleDeReponse, str],
    instant: datetime,
) -> Renvoi:
    """Rend la demande à la personne, pareille à ce qu'elle a soumis, avec ce qu'il faut y corriger. Lève `Conflit`."""
    _verifier(demande, declaration_id, NE_SE_RENVOIE_PLUS)
    deposee = session.get_one(Declaration, declaration_id)
    renvoi = Renvoi(
        declaration_id=declaration_id,
        agent_id=agent.id,
        renvoye_le=instant,
        motif=motif,
        explication=explication,
        champs=[
            RenvoiChamp(etape=etape, section=section, personne=ligne, champ=champ, remarque=remarque)
            for (etape, section, ligne, champ), remarque in remarques.items()
        ],
    )
    demande.renvois.append(renvoi)
    demande.renvoyee_le = instant
    if brouillon(demande) is None:
        demande.declarations.append(copier(deposee, instant))
    session.add(Evenement(demande_id=demande.id, genre=GenreEvenement.RENVOI, survenu_le=instant))
    inscrire(session, ActeJournal.RENVOI, agent=agent, demande_id=demande.id, objet=motif.code)
    session.flush()
    avis.prevenir(session, demande, f"renvoi-{renvoi.id}", "Votre demande est à corriger", "renvoi")
    return renvoi


def decider_piece(
    session: Session,
    demande: Demande,
    piece: PieceFournie,
    fichiers_vus: set[int],
    agent: Agent,
    decision: EtatDecision,
    raison: str | None,
    instant: datetime,
) -> None:
    """Accepte ou refuse une pièce. `fichiers_vus` : les numéros de ses fichiers sur la page de l'agent.

    La dernière décision vaut. Lève `Conflit` si des fichiers sont venus ou partis entre-temps.
    """
    if demande.radiee_le is not None:
        raise Conflit(RADIEE)
    if {fichier.id for fichier in piece.fichiers_gardes} != fichiers_vus or not fichiers_vus:
        raise Conflit(FICHIERS_CHANGES)
    piece.decisions.append(DecisionPiece(agent_id=agent.id, decision=decision, raison=raison, decidee_le=instant))
    objet = f"{piece.code} {decision.libelle}"
    inscrire(session, ActeJournal.DECISION_PIECE, agent=agent, demande_id=demande.id, objet=objet, raison=raison)


def identite_acceptee(demande: Demande) -> bool:
    """La pièce d'identité du demandeur est-elle jointe et acceptée ?"""
    if demande.declaration_deposee is None:
        return False
    cle = demandeur(demande.declaration_deposee).cle
    jointes = (piece for piece in demande.pieces if (piece.code, piece.personne) == (PIECE_IDENTITE, cle))
    return any(piece.decision is not None and piece.decision.est_acceptee for piece in jointes)


def peut_etre_instruite(demande: Demande) -> bool:
    """Ni enregistrée, ni radiée, ni chez la personne."""
    return demande.enregistree_le is None and demande.radiee_le is None and not demande.est_a_corriger


def _verifier(demande: Demande, declaration_id: int, enregistree: str = DEJA_ENREGISTREE) -> None:
    if demande.enregistree_le is not None:
        raise Conflit(enregistree)
    if demande.radiee_le is not None:
        raise Conflit(RADIEE)
    if demande.declaration_deposee_id != declaration_id:
        raise Conflit(REDEPOSEE)
    if demande.est_a_corriger:
        raise Conflit(RENVOYEE)
