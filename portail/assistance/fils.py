"""Écrire dans un fil et le lire, d'un côté comme de l'autre. L'appelant valide la transaction."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from portail.assistance.modeles import Fil, Message
from portail.compte.modeles import Compte
from portail.db import insertion
from portail.demande.modeles import Demande
from portail.guichet.modeles import Agent, Guichet
from portail.horloge import a_paris
from portail.referentiels.parametres import ParametreInconnu, parametre
from portail.regles.validite import ajouter_mois

PAGE = 30  # messages montrés d'abord


@dataclass(frozen=True)
class MessageLu:
    """Un message. `guichet` : celui qui l'a écrit ; vide, c'est une personne. `auteur` : le nom de l'un ou de l'autre,
    ou « Vous »."""

    id: int
    texte: str
    ecrit_le: datetime
    lu_le: datetime | None
    guichet: str
    auteur: str

    @property
    def paragraphes(self) -> list[str]:
        return [ligne for ligne in self.texte.splitlines() if ligne.strip()]


@dataclass(frozen=True)
class Lecture:
    """Du plus ancien au plus récent. `avant` : le numéro d'avant lequel relire les plus anciens, None s'il n'y en a
    pas."""

    messages: list[MessageLu]
    avant: int | None


def ouvrir(
    session: Session,
    compte_id: int,
    territoire: str,
    demande: Demande | None,
    guichet_id: int | None,
    instant: datetime,
) -> Fil:
    """Le fil de cette demande, ou de cette personne dans ce territoire, verrouillé ; créé s'il n'existe pas.

    Celui d'une demande est à son titulaire, même quand un co-demandeur y écrit le premier.
    Deux envois simultanés : la contrainte d'unicité fait qu'un seul le crée, l'autre le trouve.
    """
    valeurs = {
        "compte_id": demande.compte_id if demande else compte_id,
        "demande_id": demande.id if demande else None,
        "territoire": territoire,
        "guichet_id": guichet_id,
        "ouvert_le": instant,
        "dernier_le": instant,
        "version": 0,
    }
    tenir_le_compte(session, compte_id)
    session.execute(insertion(session, Fil).values(valeurs).on_conflict_do_nothing())
    voulu = (
        Fil.demande_id == demande.id
        if demande
        else sa.and_(Fil.demande_id.is_(None), Fil.compte_id == compte_id, Fil.territoire == territoire)
    )
    return session.scalars(sa.select(Fil).where(voulu).with_for_update()).one()


def tenir_le_compte(session: Session, compte_id: int) -> None:
    """Avant le fil, le compte que le message désignera : qui le supprime prend l'un puis l'autre."""
    session.execute(sa.select(Compte.id).where(Compte.id == compte_id).with_for_update(read=True, key_share=True))


def ajouter(
    session: Session,
    fil: Fil,
    texte: str,
    cle: str,
    instant: datetime,
    agent: Agent | None = None,
    *,
    compte_id: int | None = None,
) -> bool:
    """Ajoute un message au fil verrouillé. Faux si cet envoi a déjà été reçu : rien n'est écrit deux fois.

    `cle` : celle de la page. Le même formulaire renvoyé avec un autre texte est un autre message : rien ne se perd.
    `agent` : qui répond ; sans lui, c'est la personne, qui se met à attendre, et qui a lu ce qui précède. `compte_id` :
    laquelle, si ce n'est pas le titulaire du fil.
    """
    cle = cle_de_l_envoi(cle, texte)
    if deja_recu(session, fil, cle):
        return False
    guichet_id = agent.guichet_id if agent else None
    noter_la_lecture(session, fil, instant, par_la_personne=agent is None)
    session.add(
        Message(
            fil_id=fil.id,
            guichet_id=guichet_id,
            agent_id=agent.id if agent else None,
            compte_id=None if agent else compte_id or fil.compte_id,
            ecrit_le=instant,
            texte=texte,
            cle=cle,
        )
    )
    fil.dernier_le, fil.version = instant, fil.version + 1
    if agent is None:
        fil.attend_le = fil.attend_le or instant
    else:
        fil.attend_le, fil.guichet_id, fil.agent_id = None, fil.guichet_id or guichet_id, fil.agent_id or agent.id
    session.flush()
    return True


def cle_de_l_envoi(cle: str, texte: str) -> str:
    return f"{cle[:23]}.{hashlib.sha256(texte.encode()).hexdigest()[:16]}"


def deja_recu(session: Session, fil: Fil, cle: str) -> bool:
    return bool(session.scalar(sa.select(sa.exists().where(Message.fil_id == fil.id, Message.cle == cle))))


def lire(session: Session, fil: Fil, avant: int | None = None, *, moi: int | None = None) -> Lecture:
    """Les derniers messages, ou ceux d'avant le numéro `avant`. `moi` : le compte qui lit, dit « Vous »."""
    requete = _messages().where(Message.fil_id == fil.id).order_by(Message.id.desc()).limit(PAGE + 1)
    if avant is not None:
        requete = requete.where(Message.id < avant)
    lignes = session.execute(requete).all()
    lus = [_lu(ligne, moi) for ligne in reversed(lignes[:PAGE])]
    return Lecture(lus, lus[0].id if len(lignes) > PAGE else None)


def de_la_demande(session: Session, demande: Demande) -> Fil | None:
    return session.scalar(sa.select(Fil).where(Fil.demande_id == demande.id))


def transcription(session: Session, demande: Demande) -> list[MessageLu]:
    """Tout le fil d'une demande, du plus ancien au plus récent : ce que garde son dossier."""
    requete = _messages().where(Fil.demande_id == demande.id).order_by(Message.id)
    return [_lu(ligne, None) for ligne in session.execute(requete)]


def _messages() -> sa.Select[Message, str, Compte]:
    """Chaque message, le guichet qui l'a écrit, ou la personne."""
    return (
        sa.select(Message, Guichet.nom, Compte)
        .join(Fil, Fil.id == Message.fil_id)
        .outerjoin(Guichet, Guichet.id == Message.guichet_id)
        .outerjoin(Compte, Compte.id == sa.func.coalesce(Message.compte_id, Fil.compte_id))
    )


def _lu(ligne: Any, moi: int | None) -> MessageLu:
    message, guichet, compte = ligne
    parti = compte is None or message.auteur_parti_le is not None
    personne = "Compte supprimé" if parti else "Vous" if compte.id == moi else compte.nom_courant
    auteur = guichet or personne
    return MessageLu(message.id, message.texte, message.ecrit_le, message.lu_le, guichet or "", auteur)


def non_lus(session: Session, demandes: Iterable[int]) -> dict[int, int]:
    """Par demande, combien de messages d'un guichet attendent d'être lus. Celles qui n'en ont pas n'y sont pas."""
    requete = (
        sa.select(Fil.demande_id, sa.func.count().label("nombre"))
        .join(Message, Message.fil_id == Fil.id)
        .where(Fil.demande_id.in_(list(demandes)), Message.guichet_id.is_not(None), Message.lu_le.is_(None))
        .group_by(Fil.demande_id)
    )
    return {ligne.demande_id: ligne.nombre for ligne in session.execute(requete)}


def noter_la_lecture(session: Session, fil: Fil, instant: datetime, *, par_la_personne: bool) -> None:
    """Un côté dit avoir lu ce que l'autre a écrit."""
    d_un_guichet = Message.guichet_id.is_not(None)
    session.execute(
        sa.update(Message)
        .where(Message.fil_id == fil.id, Message.lu_le.is_(None), d_un_guichet if par_la_personne else ~d_un_guichet)
        .values(lu_le=instant)
    )


def joindre_a_la_demande(session: Session, demande: Demande) -> None:
    """La demande que la personne vient de commencer, ou de reprendre, reçoit le fil ouvert avant elle."""
    if demande.compte_id is None:
        return
    deja = de_la_demande(session, demande)
    if deja is not None:
        deja.compte_id = demande.compte_id
        return
    session.execute(
        sa.update(Fil)
        .where(Fil.compte_id == demande.compte_id, Fil.territoire == demande.territoire, Fil.demande_id.is_(None))
        .values(demande_id=demande.id)
    )


def purger(session: Session, instant: datetime) -> None:
    """Efface les fils restés sans demande, quelques mois après leur dernier message. Les autres partent avec elle."""
    try:
        mois = parametre("QUESTION_SANS_DEMANDE_MOIS", a_paris(instant).date())
    except ParametreInconnu:
        return  # référentiels pas encore importés
    limite = datetime.combine(ajouter_mois(instant.date(), -mois), instant.timetz())
    session.execute(sa.delete(Fil).where(Fil.demande_id.is_(None), Fil.dernier_le < limite))
