"""Quel guichet instruit d'abord une demande (elle reste lisible de tous ceux du territoire), et la lui confier."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.orm import Session

from portail.demande.modeles import Demande
from portail.guichet.modeles import Guichet, GuichetCommune, GuichetTerritoire
from portail.referentiels.modeles import Commune


def guichet_pour(session: Session, territoire: str, commune: str | None) -> int | None:
    """Le numéro du guichet : celui qui couvre la commune, sinon le seul du territoire, sinon None (à tous).

    Plusieurs guichets couvrent la commune : le plus ancien. Un arrondissement est aussi couvert par sa ville. Plusieurs
    guichets dans le territoire sans que la commune soit couverte : aucun n'est choisi au hasard, tous la voient.
    """
    ouverts = (
        sa.select(Guichet.id)
        .join(Guichet.territoires)
        .where(GuichetTerritoire.territoire == territoire, Guichet.ferme_le.is_(None))
    )
    if commune is not None:
        ville = sa.select(Commune.code_commune_parente).where(Commune.code_insee == commune).scalar_subquery()
        couvrant = ouverts.join(Guichet.communes).where(sa.or_(_est(commune), GuichetCommune.commune == ville))
        # La commune elle-même avant la ville entière : la mairie d'arrondissement avant l'hôtel de ville.
        trouve = session.scalar(couvrant.order_by(_est(commune).desc(), Guichet.id).limit(1))
        if trouve is not None:
            return trouve
    seuls = session.scalars(ouverts.limit(2)).all()
    return seuls[0] if len(seuls) == 1 else None


def confier(demande: Demande, guichet_id: int) -> None:
    """Ce guichet la suit désormais. Un papier que personne n'a repris, il le remplit aussi."""
    demande.guichet_id = guichet_id
    if demande.compte_id is None and demande.saisie_guichet_id is not None:
        demande.saisie_guichet_id = guichet_id


def _est(commune: str) -> sa.ColumnElement[bool]:
    return GuichetCommune.commune == commune
