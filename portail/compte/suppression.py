"""« Supprimer mon compte » : ce qui part, ce qui reste et pourquoi, et l'acte lui-même.

Un brouillon jamais soumis part avec le compte. Une demande soumise est suivie par un guichet : tant qu'elle n'a pas de
numéro, il faut d'abord l'abandonner ; enregistrée, elle reste active, sans accès en ligne ; radiée, elle est gardée le
temps que dit la loi. Sans compte, elle se retrouve comme une demande papier : par son numéro, ou au guichet.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from portail import courriel
from portail.assistance.modeles import Fil
from portail.compte.modeles import Compte
from portail.conservation import effacer
from portail.conservation.modeles import Regle
from portail.demande.modeles import Demande, Partage

SUJET = "Votre compte est supprimé"


class DemandeEnCours(Exception):
    """Une demande soumise attend son numéro : il faut l'abandonner d'abord."""


@dataclass(frozen=True)
class Suites:
    """Ce que la suppression ferait de chaque demande. `lues` : celles d'un autre, lues comme co-demandeur.
    `questions` : les échanges avec un guichet hors de toute demande."""

    brouillons: tuple[Demande, ...]
    a_abandonner: tuple[Demande, ...]
    suivies: tuple[Demande, ...]
    radiees: tuple[Demande, ...]
    lues: int
    questions: int

    @property
    def est_possible(self) -> bool:
        return not self.a_abandonner

    @property
    def demandes(self) -> tuple[Demande, ...]:
        return self.brouillons + self.a_abandonner + self.gardees

    @property
    def gardees(self) -> tuple[Demande, ...]:
        """Ce qui reste au guichet."""
        return self.suivies + self.radiees


def suites(session: Session, compte_id: int, *, verrou: bool = False) -> Suites:
    requete = sa.select(Demande).where(Demande.compte_id == compte_id).order_by(Demande.id)
    demandes = session.scalars(requete.with_for_update() if verrou else requete).all()
    radiees = tuple(d for d in demandes if d.radiee_le is not None)
    actives = [d for d in demandes if d.radiee_le is None]
    return Suites(
        brouillons=tuple(d for d in actives if d.deposee_le is None),
        a_abandonner=tuple(d for d in actives if d.deposee_le is not None and d.enregistree_le is None),
        suivies=tuple(d for d in actives if d.enregistree_le is not None),
        radiees=radiees,
        lues=_nombre(session, sa.select(Partage.id).where(Partage.compte_id == compte_id)),
        questions=_nombre(session, sa.select(Fil.id).where(Fil.compte_id == compte_id, Fil.demande_id.is_(None))),
    )


def supprimer(session: Session, compte_id: int, instant: datetime) -> None:
    """Tout, en une transaction que l'appelant valide. Rien de plus si un autre envoi vient de le faire.

    Lève `DemandeEnCours`, ou `StockageIndisponible`.
    """
    compte = session.scalar(sa.select(Compte).where(Compte.id == compte_id).with_for_update())
    if compte is None:
        return
    prevues = suites(session, compte_id, verrou=True)
    if not prevues.est_possible:
        raise DemandeEnCours
    for demande in prevues.brouillons:
        effacer.demande(session, demande, Regle.PERSONNE, instant)
    cle = f"adieu-{compte.id}-{instant:%Y%m%d%H%M%S}"
    courriel.mettre_en_boite(session, cle, compte.courriel, SUJET, "compte_supprime", gardees=len(prevues.gardees))
    effacer.compte(session, compte, Regle.PERSONNE, instant)


def _nombre(session: Session, requete: sa.Select[int]) -> int:
    return session.scalar(sa.select(sa.func.count()).select_from(requete.subquery())) or 0
