"""Radier d'office les demandes jamais renouvelées (CCH, art. R441-2-8 e), une fois la personne prévenue à temps.

Personne n'est radié par une panne : sans rappel parti (ou lettre envoyée), pas de radiation ; parti trop tard, le
préavis court de ce jour-là.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

import sqlalchemy as sa

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
        dues = [ligne.id for ligne in lignes if _est_due(ligne, jour, regles)]
        if dues:
            radiees += _radier(dues, jour, instant)


def _candidates(jour: date, apres: tuple[date, int]) -> sa.Select[Any]:
    """Au-delà de la grâce, dans l'ordre, avec le jour où la personne a été prévenue pour la première fois.

    Un courriel compte du jour où il est préparé ; une lettre ou un appel, du jour où le guichet dit l'avoir fait.
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


def _est_due(ligne: sa.Row[Any], jour: date, regles: vie.Durees) -> bool:
    prevenue = a_paris(ligne.prevenue).date() if ligne.prevenue is not None else None
    due_le = vie.radiation_d_office(ligne.presentee_le, prevenue, regles)
    return due_le is not None and jour >= due_le


def _radier(dues: list[int], jour: date, instant: datetime) -> int:
    """Relit chaque demande sous verrou : renouvelée entre-temps, elle n'est pas radiée."""
    regles, radiees = durees(jour), 0
    with ecriture() as session:
        requete = sa.select(Demande).where(Demande.id.in_(dues), Demande.radiee_le.is_(None)).order_by(Demande.id)
        codes = {ligne.id: ligne.code for ligne in session.execute(sa.select(Guichet.id, Guichet.code))}
        for demande in session.scalars(requete.with_for_update()):
            if demande.presentee_le is None or jour <= vie.fin_de_grace(demande.presentee_le, regles):
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
