"""L'alarme des rattachements : trop de refus, tous comptes ensemble, et les responsables le voient (surete.md, T2)."""

from __future__ import annotations

from datetime import datetime, timedelta

import sqlalchemy as sa
from flask import current_app
from sqlalchemy.orm import Session

from portail.demande.modeles import AlerteRattachement, EssaiRattachement
from portail.guichet.journal import inscrire
from portail.guichet.modeles import ActeJournal
from portail.horloge import a_paris
from portail.referentiels.parametres import parametre

PERIODES = {
    "RATTACHEMENT_ALERTE_HEURE": (timedelta(hours=1), "une heure"),
    "RATTACHEMENT_ALERTE_JOUR": (timedelta(days=1), "un jour"),
}
SILENCE = timedelta(hours=1)  # entre deux alertes
VISIBLE = timedelta(days=1)


def noter_un_refus(session: Session, compte_id: int, instant: datetime) -> None:
    """Un code faux compte comme un numéro refusé."""
    session.add(EssaiRattachement(compte_id=compte_id, essaye_le=instant, examine_le=instant, refuse_le=instant))
    surveiller(session, instant)


def surveiller(session: Session, instant: datetime) -> None:
    """Après un refus : lève l'alarme si un seuil est atteint, une fois par heure."""
    session.flush()
    if derniere(session, instant, SILENCE) is not None:
        return
    for cle, (duree, mots) in PERIODES.items():
        refus = session.scalar(
            sa.select(sa.func.count())
            .select_from(EssaiRattachement)
            .where(EssaiRattachement.refuse_le > instant - duree)
        )
        if refus is not None and refus >= parametre(cle, a_paris(instant).date()):
            session.add(AlerteRattachement(levee_le=instant, refus=refus))
            inscrire(session, ActeJournal.ALERTE, objet=f"rattachement : {refus} refus en {mots}")
            current_app.logger.warning("alerte : %s rattachements refusés en %s, tous comptes ensemble", refus, mots)
            return


def derniere(session: Session, instant: datetime, depuis: timedelta = VISIBLE) -> AlerteRattachement | None:
    """La dernière alerte, si elle est récente."""
    return session.scalar(
        sa.select(AlerteRattachement)
        .where(AlerteRattachement.levee_le > instant - depuis)
        .order_by(AlerteRattachement.levee_le.desc())
        .limit(1)
    )
