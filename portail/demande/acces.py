"""La seule façon de charger une demande : à la personne à qui elle appartient, sinon 404 (jamais 403).

Tout ce qu'une page d'étape lit vient ici, en un nombre de requêtes qui ne dépend pas du foyer.
"""

from __future__ import annotations

from functools import cache

import sqlalchemy as sa
from flask_login import current_user
from sqlalchemy.orm import Session, contains_eager, joinedload, selectinload
from sqlalchemy.orm.interfaces import ORMOption as ExecutableOption
from werkzeug.exceptions import NotFound

from portail.demande.modeles import Declaration, Demande

# Les sujets en un pour un viennent avec la déclaration ; ce qui se répète, en une requête par table.
SUJETS = ("coordonnees", "foyer", "logement_actuel", "motifs", "souhaits")
LIGNES = ("personnes", "motifs_declares", "communes", "annexes", "refus")


@cache
def _chargement() -> tuple[ExecutableOption, ...]:
    return (
        *(joinedload(getattr(Declaration, sujet), innerjoin=True) for sujet in SUJETS),
        *(selectinload(getattr(Declaration, lignes)) for lignes in LIGNES),
    )


def demandes(session: Session) -> list[Demande]:
    """Les demandes de la personne connectée, la plus récente d'abord."""
    return list(
        session.scalars(
            sa.select(Demande)
            .where(Demande.compte_id == current_user.id)
            .options(selectinload(Demande.declarations).options(*_chargement()), selectinload(Demande.pieces))
            .order_by(Demande.cree_le.desc(), Demande.id.desc())
        )
    )


def declaration_a_lire(session: Session, demande_id: int, *, verrou: bool = False) -> Declaration:
    """La déclaration à montrer : le brouillon, sinon la dernière déposée. 404 si la demande n'est pas à vous.

    `verrou` : pour écrire ; deux enregistrements de la même demande passent l'un après l'autre.
    """
    requete = _a_moi(demande_id).order_by(Declaration.deposee_le.is_not(None), Declaration.deposee_le.desc()).limit(1)
    declaration = session.scalar(requete.with_for_update(of=Declaration) if verrou else requete)
    if declaration is None:
        raise NotFound
    return declaration


def demande(session: Session, demande_id: int, *, verrou: bool = False) -> Demande:
    requete = sa.select(Demande).where(Demande.id == demande_id, Demande.compte_id == current_user.id)
    trouvee = session.scalar(requete.with_for_update() if verrou else requete)
    if trouvee is None:
        raise NotFound
    return trouvee


def compte_de(session: Session, demande_id: int) -> int | None:
    """À qui appartient cette demande : pour rendre une saisie à la bonne personne, rien d'autre."""
    return session.scalar(sa.select(Demande.compte_id).where(Demande.id == demande_id))


def _a_moi(demande_id: int) -> sa.Select[tuple[Declaration]]:
    return (
        sa.select(Declaration)
        .join(Declaration.demande)
        .where(Demande.id == demande_id, Demande.compte_id == current_user.id)
        .options(contains_eager(Declaration.demande).selectinload(Demande.pieces), *_chargement())
    )
