"""Déposer une demande : un acte entier ou pas d'acte, une seule fois quoi qu'il arrive.

Sur une demande déjà enregistrée, déposer met à jour ; pendant la période de renouvellement, c'est aussi renouveler. La
déclaration déposée est figée (voir `fige.py`) ; le courriel d'accusé part par la boîte d'envoi, écrite
dans la même transaction.
"""

from __future__ import annotations

from datetime import date, datetime, time
from typing import Any

from sqlalchemy.orm import Session

from portail import courriel
from portail.assistance.accueil import est_couvert
from portail.demande import avis, partage, rappels
from portail.demande.cycle_de_vie import Etat, etat
from portail.demande.delais import NON_REPONSE
from portail.demande.formulaire import Contexte
from portail.demande.modeles import Declaration, Demande, Evenement, GenreEvenement
from portail.demande.parcours import PARCOURS, Manque
from portail.demande.reperes import reperes_de
from portail.guichet.affectation import guichet_pour
from portail.horloge import PARIS, a_paris


class DepotImpossible(Exception):
    """Il manque des réponses requises : `manques` dit lesquelles et où les donner."""

    def __init__(self, manques: list[Manque]) -> None:
        self.manques = manques
        super().__init__(", ".join(manque.libelle for manque in manques))


class DemandeRadiee(DepotImpossible):
    """La demande n'est plus active : rien ne s'y dépose."""

    def __init__(self) -> None:
        super().__init__([])


# Ce que chaque dépôt fait savoir : (sujet, gabarit) du courriel.
COURRIELS = {
    GenreEvenement.DEPOT: ("Nous avons bien reçu votre dossier", "depot"),
    GenreEvenement.MODIFICATION: ("Votre mise à jour est enregistrée", "mise_a_jour"),
    GenreEvenement.RENOUVELLEMENT: ("Votre renouvellement est enregistré", "renouvellement"),
}


def deposer(
    session: Session,
    declaration: Declaration,
    contexte: Contexte,
    instant: datetime,
    *,
    recue_le: date | None = None,
) -> Demande:
    """Dépose le brouillon. La date du premier dépôt fait l'ancienneté : elle ne change plus jamais.

    La personne reçoit un accusé si elle a un compte. `recue_le` : le jour où un guichet a reçu le papier, qui fait
    alors l'ancienneté. Lève `DepotImpossible` s'il manque des réponses requises, `DemandeRadiee` si la demande n'est
    plus active.
    """
    demande = declaration.demande
    if demande.radiee_le is not None:
        raise DemandeRadiee
    manques = PARCOURS.bloquants(declaration, contexte)
    if manques:
        raise DepotImpossible(manques)
    _ne_garder_que_ce_qui_se_demande(session, declaration)
    acte = acte_de(demande, a_paris(instant).date())
    poser(session, demande, declaration, instant, acte, recue_le)
    session.add(Evenement(demande_id=demande.id, genre=acte, survenu_le=instant, date_du_fait=recue_le))
    sujet, gabarit = COURRIELS[acte]
    delai = contexte.parametre("VERIFICATION_JOURS_OUVRES")
    avis.prevenir(
        session, demande, f"depot-{declaration.id}", sujet, gabarit, deposee_le=instant, delai=delai,
        couvert=est_couvert(session, demande.territoire), guichets=f"{courriel.config_url()}/guichets",
    )  # fmt: skip
    return demande


def acte_de(demande: Demande, jour: date) -> GenreEvenement:
    """Ce que vaut un dépôt fait ce jour-là : le premier, une mise à jour, ou un renouvellement."""
    if demande.enregistree_le is None:
        return GenreEvenement.DEPOT
    return GenreEvenement.RENOUVELLEMENT if etat(demande, jour) is Etat.A_RENOUVELER else GenreEvenement.MODIFICATION


def poser(
    session: Session,
    demande: Demande,
    declaration: Declaration,
    instant: datetime,
    acte: GenreEvenement,
    recue_le: date | None = None,
) -> None:
    """Date la déclaration ; c'est elle qui compte désormais. Le guichet qui instruit déjà garde la demande."""
    declaration.deposee_le = instant
    declaration.modifiee_le = instant
    demande.soumise_le = instant
    if demande.deposee_le is None:
        demande.presentee_le = recue_le or a_paris(instant).date()
        # Midi à Paris : le jour reste le même, en temps universel comme ici.
        demande.deposee_le = instant if recue_le is None else datetime.combine(recue_le, time(12), PARIS)
    if acte is GenreEvenement.RENOUVELLEMENT:
        demande.presentee_le = a_paris(instant).date()
        rappels.retirer(session, demande)
    if demande.motif_avertissement == NON_REPONSE:  # la personne vient de répondre
        demande.avertie_le = demande.motif_avertissement = None
    demande.declaration_deposee = declaration
    partage.retirer_les_partis(session, declaration)
    for colonne, valeur in vars(reperes_de(declaration)).items():
        setattr(demande, colonne, valeur)
    if demande.guichet_id is None:
        demande.guichet_id = demande.saisie_guichet_id or guichet_pour(
            session, demande.territoire, demande.premiere_commune
        )


def _ne_garder_que_ce_qui_se_demande(session: Session, declaration: Declaration) -> None:
    """Efface les lignes retirées ou repliées, les réponses dont la question ne se pose plus, les saisies refusées."""
    gardees: set[int] = set()
    for etape in PARCOURS.etapes:
        for section, cible in etape.lignes(declaration):
            # Une ligne ouverte d'office et restée vide n'a rien à dire (sauf un co-demandeur annoncé).
            if section.repetition and not section.repetition.compteur and not section.formulaire.est_commence(cible):
                continue
            gardees.add(id(cible))
            section.formulaire.vider_ce_qui_ne_se_pose_plus(cible)
    for nom in ("personnes", "motifs_declares", "communes", "annexes"):
        lignes: list[Any] = getattr(declaration, nom)
        lignes[:] = [ligne for ligne in lignes if id(ligne) in gardees]
    declaration.refus.clear()
