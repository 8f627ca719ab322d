"""Charger son propre compte, pour le modifier ; verrouiller un compte avant ce qui en dépend."""

from __future__ import annotations

import sqlalchemy as sa
from flask import abort, redirect, url_for
from flask_login import current_user
from sqlalchemy.orm import Session

from portail.compte.modeles import Compte


def compte_courant(session: Session) -> Compte:
    """Le compte connecté, verrouillé, attaché à la transaction en cours (celui de `current_user` ne l'est pas).

    Il vient d'être supprimé d'un autre appareil : la requête s'arrête sur la page de connexion. À prendre avant
    d'écrire une ligne qui le désigne.
    """
    compte = verrouiller(session, current_user.id)
    if compte is None:
        abort(redirect(url_for("compte.connexion", motif="fermee"), 303))
    return compte


def verrouiller(session: Session, compte_id: int) -> Compte | None:
    """Le compte, relu sous son verrou. None s'il vient d'être supprimé.

    À prendre avant ses sessions, ses jetons et ses codes, comme la suppression qui les emporte : deux gestes au même
    instant passent l'un après l'autre au lieu de se croiser.
    """
    requete = sa.select(Compte).where(Compte.id == compte_id).with_for_update()
    return session.scalar(requete.execution_options(populate_existing=True))
