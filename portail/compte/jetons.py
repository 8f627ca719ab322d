"""Jetons des courriels : tirés au hasard, gardés par leur empreinte, à usage unique, de courte durée.

La durée court depuis l'envoi du message : un serveur de courriel en retard n'annule pas le lien.
"""

from __future__ import annotations

import hashlib
import secrets
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload

from portail.compte.acces import verrouiller as verrouiller_le_compte
from portail.compte.modeles import Jeton, UsageJeton
from portail.courriel import Envoi
from portail.db import lecture
from portail.horloge import maintenant

DUREES = {
    UsageJeton.CONFIRMER: timedelta(days=3),
    UsageJeton.MOT_DE_PASSE: timedelta(hours=2),
    UsageJeton.RELIER_FRANCECONNECT: timedelta(minutes=15),
    UsageJeton.CHANGER_COURRIEL: timedelta(days=1),
    UsageJeton.GELER: timedelta(hours=72),
    UsageJeton.REFUSER_CLE: timedelta(hours=72),
}


def creer(session: Session, usage: UsageJeton, compte_id: int | None) -> tuple[str, Jeton]:
    """Le secret à mettre dans le lien (32 octets au hasard) et sa ligne en base."""
    secret = secrets.token_urlsafe(32)
    jeton = Jeton(empreinte=_empreinte(secret), usage=usage, compte_id=compte_id, cree_le=maintenant())
    session.add(jeton)
    session.flush()  # son numéro accompagne le message, qui datera l'expiration
    return secret, jeton


def trouver(session: Session, usage: UsageJeton, secret: str, *, verrou: bool = False) -> Jeton | None:
    """Le jeton encore valable, ou None. Pour le consommer : `verrouiller`."""
    requete = (
        sa.select(Jeton)
        .options(joinedload(Jeton.compte))
        .where(Jeton.empreinte == _empreinte(secret), Jeton.usage == usage)
    )
    if verrou:
        requete = requete.with_for_update(of=Jeton).execution_options(populate_existing=True)
    jeton = session.scalar(requete)
    if jeton is None or jeton.consomme_le is not None or jeton.compte is None:
        return None
    if jeton.expire_le is not None and jeton.expire_le <= maintenant():
        return None
    return jeton


def vaut_encore(usage: UsageJeton, secret: str) -> bool:
    """À la lecture de la page, qui ne consomme rien : inutile de proposer un bouton qui ne ferait rien."""
    with lecture() as base:
        return trouver(base, usage, secret) is not None


def verrouiller(session: Session, usage: UsageJeton, secret: str) -> Jeton | None:
    """Le jeton encore valable, son compte verrouillé d'abord et relu : à consommer dans la même transaction.

    Un gel et une confirmation au même instant passent l'un après l'autre, et le second voit ce que l'autre a changé ;
    le compte supprimé entre-temps, le lien ne vaut plus.
    """
    jeton = trouver(session, usage, secret)
    if jeton is None or jeton.compte_id is None or verrouiller_le_compte(session, jeton.compte_id) is None:
        return None
    return trouver(session, usage, secret, verrou=True)


def est_parti_a(session: Session, jeton: Jeton, adresse: str) -> bool:
    """Le message qui le portait est-il allé à cette adresse ? Demandé pendant qu'un gel rendait le compte à sa boîte
    d'avant, un lien peut naître juste après, dans la boîte du voleur."""
    return adresse in session.scalars(sa.select(Envoi.destinataire).where(Envoi.jeton_id == jeton.id)).all()


def dater_l_expiration(session: Session, envoi: Envoi) -> None:
    """Appelé quand le message part."""
    if envoi.jeton_id and (jeton := session.get(Jeton, envoi.jeton_id)) is not None:
        jeton.expire_le = maintenant() + DUREES[jeton.usage]


def annuler(session: Session, compte_id: int, usage: UsageJeton) -> None:
    """Rend inutiles les liens encore en route (un autre vient de servir)."""
    session.execute(
        sa.update(Jeton)
        .where(Jeton.compte_id == compte_id, Jeton.usage == usage, Jeton.consomme_le.is_(None))
        .values(consomme_le=maintenant())
    )


def purger(session: Session, instant: datetime) -> None:
    session.execute(sa.delete(Jeton).where(Jeton.cree_le < instant - timedelta(days=30)))


def _empreinte(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()
