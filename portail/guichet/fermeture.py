"""Fermer un guichet pour de bon (regroupement, fin de convention) sans laisser personne sans guichet ; le rouvrir.

C'est l'affaire de l'exploitant : un responsable ne ferme pas la porte derrière lui. Rien ne s'efface : le code reste
dans les numéros donnés, les évènements et le journal gardent qui a fait quoi.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from portail.assistance.modeles import Fil
from portail.db import ecriture
from portail.demande import avis
from portail.demande.modeles import Demande, Evenement, GenreEvenement
from portail.guichet import agents, guichets, journal, questions
from portail.guichet.affectation import confier, guichet_pour
from portail.guichet.guichets import GuichetRefuse
from portail.guichet.modeles import ActeJournal, Agent, Guichet

LOT = 200  # demandes par transaction


@dataclass
class Bilan:
    """Ce qu'une fermeture a changé. `reprises` : {nom du guichet: demandes qu'il reprend}."""

    agents: int
    reprises: Counter[str] = field(default_factory=Counter)


@dataclass(frozen=True)
class Reprise:
    """Qui reprend : `vers` pour tout, sinon le guichet de chaque commune. `connus` : ceux déjà cherchés."""

    ferme: int
    vers: int | None
    connus: dict[tuple[str, str | None], int] = field(default_factory=dict)

    def pour(self, session: Session, territoire: str, commune: str | None) -> int:
        """Le numéro du guichet. Lève `GuichetRefuse` si personne ne reprendrait."""
        trouve = self.connus.get((territoire, commune))
        if trouve is None:
            if self.vers is None:
                trouve = guichet_pour(session, territoire, commune)
            elif territoire in session.get_one(Guichet, self.vers).codes_territoires:
                trouve = self.vers
            if trouve is None:
                raise GuichetRefuse(
                    f"Aucun guichet désigné ne reprendrait ses demandes du territoire {territoire} : "
                    "dites lequel avec --vers (il doit couvrir ce territoire)."
                )
            self.connus[territoire, commune] = trouve
        return trouve


def fermer(code: str, vers: str | None, instant: datetime) -> Bilan:
    """Ferme le guichet ; ses demandes et ses questions passent à `vers`, sinon au guichet de leur commune.

    Rien ne se ferme avant de savoir qui reprend chaque demande. Elles passent ensuite par lots, qui laissent écrire
    les autres : coupée en route, la commande relancée finit. Lève `GuichetRefuse` : code inconnu, déjà fermé, papier
    en cours de saisie, demande que personne ne reprendrait.
    """
    with ecriture() as session:
        ferme = _lire(session, code)
        reprise = Reprise(ferme.id, _successeur(session, ferme, vers))
        if ferme.ferme_le is None:
            guichets.inscrire(session, ferme, "fermé", None)
        elif not _lui_reste(session, ferme.id):
            raise GuichetRefuse(f"Le guichet {ferme.code} est déjà fermé.")
        _sans_papier_en_cours(session, ferme)
        ferme.ferme_le = ferme.ferme_le or instant
        session.flush()  # il n'est plus choisi pour personne
        lieux = sa.select(Demande.territoire, Demande.premiere_commune).where(_siennes(ferme.id)).distinct()
        for territoire, commune in session.execute(lieux).all():
            reprise.pour(session, territoire, commune)
        bilan = Bilan(_couper_les_agents(session, ferme))
    while _confier_un_lot(reprise, bilan, instant):
        pass
    with ecriture() as session:
        _confier_les_questions(session, reprise)
    return bilan


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


def _successeur(session: Session, ferme: Guichet, vers: str | None) -> int | None:
    if vers is None:
        return None
    successeur = _lire(session, vers)
    if successeur.id == ferme.id or successeur.ferme_le is not None:
        raise GuichetRefuse(f"Le guichet {successeur.code} ne peut rien reprendre : il ferme, ou il est fermé.")
    return successeur.id


def _sans_papier_en_cours(session: Session, ferme: Guichet) -> None:
    en_cours = session.scalar(
        sa.select(sa.func.count()).where(
            Demande.saisie_guichet_id == ferme.id, Demande.deposee_le.is_(None), Demande.radiee_le.is_(None)
        )
    )
    if en_cours:
        raise GuichetRefuse(
            f"{en_cours} demande(s) papier y sont en cours de saisie : qu’un agent les termine, ou les abandonne."
        )


def _couper_les_agents(session: Session, ferme: Guichet) -> int:
    coupes = session.scalars(sa.select(Agent).where(Agent.guichet_id == ferme.id, Agent.desactive_le.is_(None))).all()
    for agent in coupes:
        agents.couper(session, agent, None)
    return len(coupes)


def _siennes(numero: int) -> sa.ColumnElement[bool]:
    """Celles qu'il suit, et les papiers que lui seul peut remplir (`affectation.confier` les lui ôte toutes)."""
    papier = sa.and_(Demande.saisie_guichet_id == numero, Demande.compte_id.is_(None))
    return sa.or_(Demande.guichet_id == numero, papier)


def _lui_reste(session: Session, numero: int) -> bool:
    """Vrai d'une fermeture coupée en route : une demande ou une question est encore à lui."""
    restes = sa.or_(sa.exists().where(_siennes(numero)), sa.exists().where(Fil.guichet_id == numero))
    return bool(session.scalar(sa.select(restes)))


def _confier_un_lot(reprise: Reprise, bilan: Bilan, instant: datetime) -> int:
    """Rend combien de demandes sont passées. Une radiée aussi, car elle peut être réactivée, mais sans rien dire."""
    requete = sa.select(Demande).where(_siennes(reprise.ferme)).order_by(Demande.id).limit(LOT)
    with ecriture() as session:
        ferme = session.get_one(Guichet, reprise.ferme)
        lot = session.scalars(requete.with_for_update()).all()
        for demande in lot:
            if demande.guichet_id not in {None, ferme.id}:  # saisie ici, déjà suivie ailleurs
                confier(demande, demande.guichet_id)
                continue
            numero = reprise.pour(session, demande.territoire, demande.premiere_commune)
            nouveau = session.get_one(Guichet, numero)
            confier(demande, nouveau.id)
            bilan.reprises[nouveau.nom] += 1
            objet = f"de {ferme.code} à {nouveau.code}, guichet fermé"
            journal.inscrire(
                session, ActeJournal.TRANSFERT, guichet_code=ferme.code, demande_id=demande.id, objet=objet
            )
            if demande.radiee_le is None:
                _prevenir(session, demande, nouveau, ferme, instant)
        return len(lot)


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
    avis.dire_l_evenement(session, demande, evenement)


def _confier_les_questions(session: Session, reprise: Reprise) -> None:
    """Le fil d'une demande suit sa demande ; une question sans demande va à `vers`, sinon à tout le territoire."""
    couverts = session.get_one(Guichet, reprise.vers).codes_territoires if reprise.vers is not None else []
    fils = sa.select(Fil).where(Fil.guichet_id == reprise.ferme).order_by(Fil.id).with_for_update()
    for fil in session.scalars(fils):
        demande = session.get(Demande, fil.demande_id) if fil.demande_id else None
        vers = reprise.vers if fil.territoire in couverts else None
        questions.passer(fil, demande.guichet_id if demande else vers, None)
