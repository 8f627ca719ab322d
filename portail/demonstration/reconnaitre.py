"""Savoir si une base est une démonstration, sans charger de quoi en faire une."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.orm import Session

from portail.db import lecture
from portail.guichet.modeles import Guichet
from portail.preparation import ActeRefuse

# La fin de ses numéros dit d'où ils viennent ; sa présence, qu'il n'y a ici personne de vrai.
CODE = "DEMO1"


def est_une_demonstration(session: Session) -> bool:
    return session.scalar(sa.select(Guichet.id).where(Guichet.code == CODE)) is not None


def refuser_hors_demonstration() -> None:
    """À appeler quand `PORTAIL_DEMO` n'est pas là : ses pages ne diraient plus que les personnes sont fictives."""
    with lecture() as session:
        if est_une_demonstration(session):
            raise ActeRefuse(
                "Cette base est une démonstration, pleine de personnes fictives : relancez avec PORTAIL_DEMO=1, "
                "ou choisissez un autre dossier (PORTAIL_DOSSIER) ou une autre base (PORTAIL_BASE)."
            )
