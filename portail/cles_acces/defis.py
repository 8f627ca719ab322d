"""Les défis : tirés pour un navigateur et un usage, consommés au premier retour, juste ou faux."""

from __future__ import annotations

import secrets
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session

from portail.cles_acces.ceremonie import CleRefusee
from portail.cles_acces.modeles import DefiCle, UsageDefi
from portail.compte.sessions import empreinte_courante, en_cours
from portail.db import ecriture, insertion
from portail.horloge import maintenant

DUREE = timedelta(minutes=5)
OCTETS = 32


def poser(base: Session, usage: UsageDefi) -> bytes:
    """Un défi neuf ; celui que ce navigateur attendait pour le même usage ne vaut plus rien."""
    en_cours().a_poser = True
    defi = secrets.token_bytes(OCTETS)
    neuf = {"defi": defi, "cree_le": maintenant()}
    inserer = insertion(base, DefiCle).values(navigateur=empreinte_courante(), usage=usage, **neuf)
    base.execute(inserer.on_conflict_do_update(index_elements=["navigateur", "usage"], set_=neuf))
    return defi


def prendre(usage: UsageDefi) -> bytes:
    """Le défi que ce navigateur attend, consommé dans sa propre transaction : même si la suite échoue, il ne sert plus.

    Lève `CleRefusee` s'il n'y en a pas, ou plus.
    """
    requete = (
        sa.delete(DefiCle)
        .where(DefiCle.navigateur == empreinte_courante(), DefiCle.usage == usage)
        .returning(DefiCle.defi, DefiCle.cree_le)
    )
    with ecriture() as base:
        trouve = base.execute(requete).first()
    if trouve is None or trouve.cree_le <= maintenant() - DUREE:
        raise CleRefusee("défi absent ou périmé")
    return trouve.defi


def purger(base: Session, instant: datetime) -> None:
    base.execute(sa.delete(DefiCle).where(DefiCle.cree_le < instant - DUREE))
