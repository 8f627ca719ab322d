"""Radier d'office les demandes jamais renouvelées (CCH, art. R441-2-8 e), une fois la personne prévenue à temps.

Personne n'est radié par une panne : sans rappel parti (ou lettre envoyée), pas de radiation ; parti trop tard, le
préavis court de ce jour-là.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from portail.courriel import Envoi
from portail.db import ecriture, lecture
from portail.demande import radiation
from portail.demande.delais import NON_RENOUVELEE, durees
from portail.demande.modeles import Demande, RappelPrepare
from portail.guichet.journal import inscrire
from portail.guichet.modeles import ActeJournal, Guichet
from portail.horloge import a_paris
from portail.regles import vie

LOT = 200  # demandes par transaction


def radier_les_non_renouvelees(instant: datetime) -> int:
    """Radie ce qui doit l'être ce jour-là. Rend le nombre de demandes radiées. Le refaire ne fait rien de plus."""
    jour = a_paris(instant).date()
    radiees, apres = 0, (date.min, 0)
    while True:
        with lecture() as session:
            lignes = session.execute(_candidates(jour, apres).limit(LOT)).all()
        if not lignes:
            return radiees
        apres = (lignes[-1].presentee_le, lignes[-1].id)
        regles = durees(jour)
        dues = [ligne.id for ligne in lignes if _est_due(ligne.presentee_le, ligne.prevenue, jour, regles)]
        if dues:
            radiees += _radier(dues, jour, instant)


def _candidates(jour: date, apres: tuple[date, int]) -> sa.Select[Any]:
    """Au-delà de la grâce, dans l'ordre, avec le jour où la personne a pu être prévenue pour la première fois.

    Un courriel compte ici du jour où il est préparé : s'il est parti, et quand, se relit au moment de radier.
    """
    regles = durees(jour)
    prevenue = sa.case((RappelPrepare.a_faire_le.is_(None), RappelPrepare.prepare_le), else_=RappelPrepare.traite_le)
    premiere = (
        sa.select(sa.func.min(prevenue))
        .where(RappelPrepare.demande_id == Demande.id, RappelPrepare.presentee_le == Demande.presentee_le)
        .correlate(Demande)
        .scalar_subquery()
    )
    grace_passee = vie.dernier_depart(jour, regles.validite + regles.grace)
    return (
        sa.select(Demande.id, Demande.presentee_le, sa.type_coerce(premiere, Demande.radiee_le.type).label("prevenue"))
        .where(
            sa.tuple_(Demande.presentee_le, Demande.id) > sa.tuple_(sa.literal(apres[0]), sa.literal(apres[1])),
            Demande.presentee_le <= grace_passee,
            Demande.enregistree_le.is_not(None),
            Demande.radiee_le.is_(None),
        )
        .order_by(Demande.presentee_le, Demande.id)
    )


def _est_due(presentee_le: date, prevenue: datetime | None, jour: date, regles: vie.Durees) -> bool:
    prevenue_le = a_paris(prevenue).date() if prevenue is not None else None
    due_le = vie.radiation_d_office(presentee_le, prevenue_le, regles)
    return due_le is not None and jour >= due_le


def _prevenues(session: Session, demandes: list[int]) -> dict[tuple[int, date], datetime]:
    """Par demande et par présentation, quand la personne l'a vraiment été pour la première fois.

    Un courriel compte du jour où il est parti, jamais tant qu'il attend ; oublié de la boîte d'envoi, il y a longtemps,
    du jour où il a été préparé. Une lettre ou un appel : du jour où le guichet dit l'avoir fait.
    """
    rappels = session.scalars(sa.select(RappelPrepare).where(RappelPrepare.demande_id.in_(demandes))).all()
    cles = [rappel.cle_d_envoi for rappel in rappels if rappel.a_faire_le is None]
    partis = dict(session.execute(sa.select(Envoi.cle, Envoi.envoye_le).where(Envoi.cle.in_(cles))).all())
    premiers: dict[tuple[int, date], datetime] = {}
    for rappel in rappels:
        quand = rappel.traite_le if rappel.a_faire_le else partis.get(rappel.cle_d_envoi, rappel.prepare_le)
        if quand is not None:
            cle = (rappel.demande_id, rappel.presentee_le)
            premiers[cle] = min(quand, premiers.get(cle, quand))
    return premiers


def _radier(dues: list[int], jour: date, instant: datetime) -> int:
    """Relit chaque demande sous verrou : renouvelée entre-temps, ou pas encore prévenue, elle n'est pas radiée."""
    regles, radiees = durees(jour), 0
    with ecriture() as session:
        requete = sa.select(Demande).where(Demande.id.in_(dues), Demande.radiee_le.is_(None)).order_by(Demande.id)
        codes = {ligne.id: ligne.code for ligne in session.execute(sa.select(Guichet.id, Guichet.code))}
        demandes = session.scalars(requete.with_for_update()).all()
        prevenues = _prevenues(session, dues)
        for demande in demandes:
            if demande.presentee_le is None:
                continue
            if not _est_due(demande.presentee_le, prevenues.get((demande.id, demande.presentee_le)), jour, regles):
                continue
            radiation.radier(session, demande, NON_RENOUVELEE, instant)
            inscrire(
                session,
                ActeJournal.RADIATION,
                guichet_code=codes.get(demande.guichet_id) if demande.guichet_id else None,
                demande_id=demande.id,
                objet=f"motif {NON_RENOUVELEE}, d’office",
            )
            radiees += 1
    return radiees
