"""Fermer un guichet pour de bon (regroupement, fin de convention) sans laisser personne sans guichet ; le rouvrir.

C'est l'affaire de l'exploitant : un responsable ne ferme pas la porte derrière lui. Rien ne s'efface : le code reste
dans les numéros donnés, les évènements et le journal gardent qui a fait quoi.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from portail.assistance.modeles import Fil
from portail.demande import avis
from portail.demande.modeles import Demande, Evenement, GenreEvenement
from portail.guichet import agents, guichets, journal, questions
from portail.guichet.affectation import confier, guichet_pour
from portail.guichet.guichets import GuichetRefuse
from portail.guichet.modeles import ActeJournal, Agent, Guichet


@dataclass(frozen=True)
class Bilan:
    """Ce qu'une fermeture a changé. `reprises` : {nom du guichet: demandes qu'il reprend}."""

    reprises: dict[str, int]
    agents: int


def fermer(session: Session, code: str, vers: str | None, instant: datetime) -> Bilan:
    """Ferme le guichet ; ses demandes et ses questions passent à `vers`, sinon au guichet de leur commune.

    Lève `GuichetRefuse` : code inconnu, déjà fermé, papier en cours de saisie, demande que personne ne reprendrait.
    """
    ferme = _lire(session, code)
    if ferme.ferme_le is not None:
        raise GuichetRefuse(f"Le guichet {ferme.code} est déjà fermé.")
    successeur = _successeur(session, ferme, vers)
    en_cours = session.scalar(
        sa.select(sa.func.count()).where(
            Demande.saisie_guichet_id == ferme.id, Demande.deposee_le.is_(None), Demande.radiee_le.is_(None)
        )
    )
    if en_cours:
        raise GuichetRefuse(
            f"{en_cours} demande(s) papier y sont en cours de saisie : qu’un agent les termine, ou les abandonne."
        )
    ferme.ferme_le = instant
    session.flush()  # il n'est plus choisi pour personne
    reprises = _confier_les_demandes(session, ferme, successeur, instant)
    _confier_les_questions(session, ferme, successeur)
    coupes = session.scalars(sa.select(Agent).where(Agent.guichet_id == ferme.id, Agent.desactive_le.is_(None))).all()
    for agent in coupes:
        agents.couper(session, agent, None)
    guichets.inscrire(session, ferme, f"fermé, {sum(reprises.values())} demande(s) confiée(s)", None)
    return Bilan(dict(reprises), len(coupes))


def rouvrir(session: Session, code: str) -> None:
    """Le guichet reçoit de nouveau des demandes ; ses agents restent coupés. Lève `GuichetRefuse`."""
    guichet = _lire(session, code)
    if guichet.ferme_le is None:
        raise GuichetRefuse(f"Le guichet {guichet.code} est déjà ouvert.")
    guichet.ferme_le = None
    guichets.inscrire(session, guichet, "rouvert", None)


def _lire(session: Session, code: str) -> Guichet:
    guichet = session.scalar(sa.select(Guichet).where(Guichet.code == code.strip().upper()).with_for_update())
    if guichet is None:
        raise GuichetRefuse(f"Aucun guichet n’a le code {code.strip().upper()}.")
    return guichet


def _successeur(session: Session, ferme: Guichet, vers: str | None) -> Guichet | None:
    if vers is None:
        return None
    successeur = _lire(session, vers)
    if successeur.id == ferme.id or successeur.ferme_le is not None:
        raise GuichetRefuse(f"Le guichet {successeur.code} ne peut rien reprendre : il ferme, ou il est fermé.")
    return successeur


def _confier_les_demandes(
    session: Session, ferme: Guichet, successeur: Guichet | None, instant: datetime
) -> Counter[str]:
    """Toutes changent de guichet ; une radiée aussi, qui peut être réactivée, mais sans prévenir la personne."""
    reprises: Counter[str] = Counter()
    siennes = sa.or_(Demande.guichet_id == ferme.id, Demande.saisie_guichet_id == ferme.id)
    for demande in session.scalars(sa.select(Demande).where(siennes).order_by(Demande.id).with_for_update()):
        if demande.guichet_id not in {None, ferme.id}:  # saisie ici, déjà suivie ailleurs
            confier(demande, demande.guichet_id)
            continue
        nouveau = _pour(session, demande.territoire, demande.premiere_commune, successeur)
        if nouveau is None:
            raise GuichetRefuse(
                f"Aucun guichet désigné ne reprendrait ses demandes du territoire {demande.territoire} : "
                "dites lequel avec --vers (il doit couvrir ce territoire)."
            )
        confier(demande, nouveau.id)
        reprises[nouveau.nom] += 1
        objet = f"de {ferme.code} à {nouveau.code}, guichet fermé"
        journal.inscrire(session, ActeJournal.TRANSFERT, guichet_code=ferme.code, demande_id=demande.id, objet=objet)
        if demande.radiee_le is None:
            _prevenir(session, demande, nouveau, ferme, instant)
    return reprises


def _pour(session: Session, territoire: str, commune: str | None, successeur: Guichet | None) -> Guichet | None:
    if successeur is not None:
        return successeur if territoire in successeur.codes_territoires else None
    numero = guichet_pour(session, territoire, commune)
    return session.get_one(Guichet, numero) if numero is not None else None


def _prevenir(session: Session, demande: Demande, nouveau: Guichet, ferme: Guichet, instant: datetime) -> None:
    evenement = Evenement(
        demande_id=demande.id,
        genre=GenreEvenement.TRANSFERT,
        survenu_le=instant,
        guichet_id=ferme.id,
        organisme=nouveau.nom,
    )
    session.add(evenement)
    session.flush()
    cle, sujet = f"evenement-{evenement.id}", "Il y a du nouveau pour votre demande"
    avis.prevenir(session, demande, cle, sujet, "evenement", suite="/evenements")


def _confier_les_questions(session: Session, ferme: Guichet, successeur: Guichet | None) -> None:
    """Le fil d'une demande suit sa demande ; une question sans demande va au successeur, sinon à tout le territoire."""
    for fil in session.scalars(sa.select(Fil).where(Fil.guichet_id == ferme.id).order_by(Fil.id).with_for_update()):
        demande = session.get(Demande, fil.demande_id) if fil.demande_id else None
        vers = successeur.id if successeur and fil.territoire in successeur.codes_territoires else None
        questions.passer(fil, demande.guichet_id if demande else vers, None)
