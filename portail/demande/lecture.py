"""Ce qui se lit d'une demande sans pouvoir l'écrire : charger pour un titulaire, ou pour un co-demandeur rattaché."""

from __future__ import annotations

from dataclasses import dataclass

import sqlalchemy as sa
from flask_login import current_user
from sqlalchemy.orm import Session
from werkzeug.exceptions import NotFound

from portail.demande.modeles import Demande, Partage
from portail.demande.requetes import est_a


@dataclass(frozen=True)
class Lue:
    """Une demande que la personne connectée peut lire. `lecteur` : la clé du co-demandeur qui ne peut que lire, None
    pour qui voit tout."""

    demande: Demande
    lecteur: str | None


def a_lire(session: Session, demande_id: int) -> Lue:
    """La sienne, ou celle où elle est co-demandeur rattaché. 404 sinon."""
    visible = sa.or_(est_a(current_user.id), Partage.id.is_not(None))
    ligne = session.execute(_avec_partage().where(Demande.id == demande_id, visible)).first()
    if ligne is None:
        raise NotFound
    demande, partage = ligne
    voit_tout = partage is None or partage.peut_ecrire or demande.compte_id == current_user.id
    return Lue(demande, None if voit_tout else partage.personne)


def d_un_autre(session: Session) -> list[Demande]:
    """Les demandes d'un autre que la personne connectée peut seulement lire."""
    requete = _avec_partage().where(Partage.peut_ecrire.is_(False)).order_by(Demande.id)
    return [demande for demande, _ in session.execute(requete)]


def _avec_partage() -> sa.Select[Demande, Partage]:
    sien = sa.and_(Partage.demande_id == Demande.id, Partage.compte_id == current_user.id)
    return sa.select(Demande, Partage).join(Partage, sien, isouter=True)
