"""Charger son propre compte, pour le modifier."""

from __future__ import annotations

from flask_login import current_user
from sqlalchemy.orm import Session

from portail.compte.modeles import Compte


def compte_courant(session: Session) -> Compte:
    """Le compte connecté, attaché à la transaction en cours (celui de `current_user` ne l'est pas)."""
    return session.get_one(Compte, current_user.id)
