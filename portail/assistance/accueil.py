"""Qui répond, et quand : le guichet en charge d'un fil, ses heures en direct, quand il revient."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from portail.assistance import heures
from portail.guichet.modeles import Guichet, GuichetTerritoire
from portail.horloge import a_paris
from portail.information.guichets.horaires import en_mots


@dataclass(frozen=True)
class Accueil:
    """`nom` vide : aucun guichet en particulier. `horaires` vide : pas d'heures en direct, il répond quand il peut.

    Les horaires se lisent au milieu d'une phrase : « mardi : de 9 h à 11 h ».
    """

    nom: str
    telephone: str
    horaires: list[str]
    est_ouvert: bool
    reprend: str


def accueil_de(session: Session, guichet_id: int | None, instant: datetime) -> Accueil:
    guichet = session.get(Guichet, guichet_id) if guichet_id else None
    if guichet is None:
        return Accueil("", "", [], est_ouvert=False, reprend="")
    local, texte = a_paris(instant), guichet.heures_tchat or ""
    plages = heures.lire(texte)
    return Accueil(
        guichet.nom,
        guichet.telephone or "",
        [phrase[:1].lower() + phrase[1:] for phrase in en_mots(texte)],
        heures.est_ouvert(plages, local),
        heures.reprend(plages, local),
    )


def est_couvert(session: Session, territoire: str) -> bool:
    """Y a-t-il, dans ce déploiement, un guichet ouvert pour lire une question de ce territoire ?"""
    ouvert = sa.and_(Guichet.ferme_le.is_(None), GuichetTerritoire.territoire == territoire)
    requete = sa.select(sa.exists().where(GuichetTerritoire.guichet_id == Guichet.id, ouvert))
    return bool(session.scalar(requete))
