"""La seule façon, pour une personne, de charger un de ses fils : 404 s'il n'est pas à elle.

Celui d'une demande se lit comme elle : par son titulaire, et par qui il laisse y écrire, tant qu'il le laisse.
"""

from __future__ import annotations

from datetime import datetime
from functools import cache
from typing import Any

import sqlalchemy as sa
from flask_login import current_user
from sqlalchemy.orm import Session
from werkzeug.exceptions import NotFound

from portail.assistance import fils
from portail.assistance.modeles import Fil
from portail.demande.modeles import Demande
from portail.demande.requetes import est_a


def _est_lisible(compte: Any) -> sa.ColumnElement[bool]:
    sien = sa.and_(Fil.demande_id.is_(None), Fil.compte_id == compte)
    par_la_demande = sa.select(Demande.id).where(Demande.id == Fil.demande_id, est_a(compte))
    return sa.or_(sien, par_la_demande.correlate(Fil).exists())


def fil(session: Session, fil_id: int, *, verrou: bool = False) -> Fil:
    requete = sa.select(Fil).where(Fil.id == fil_id, _est_lisible(current_user.id))
    if verrou:
        fils.tenir_le_compte(session, current_user.id)
    trouve = session.scalar(requete.with_for_update() if verrou else requete)
    if trouve is None:
        raise NotFound
    return trouve


def fils_sans_demande(session: Session) -> list[Fil]:
    """Ceux de la personne connectée, ouverts avant toute demande, le dernier d'abord."""
    requete = sa.select(Fil).where(Fil.compte_id == current_user.id, Fil.demande_id.is_(None))
    return list(session.scalars(requete.order_by(Fil.dernier_le.desc())))


def version(session: Session, fil_id: int) -> tuple[int, datetime]:
    """Pour le sondage : une requête, par les clés, rien d'autre."""
    ligne = session.execute(_version(), {"fil": fil_id, "compte": current_user.id}).one_or_none()
    if ligne is None:
        raise NotFound
    return ligne.version, ligne.dernier_le


@cache
def _version() -> sa.Select:
    """Composée une fois : la composer coûte plus que l'exécuter."""
    voulu = sa.and_(Fil.id == sa.bindparam("fil"), _est_lisible(sa.bindparam("compte")))
    return sa.select(Fil.version, Fil.dernier_le).where(voulu)
