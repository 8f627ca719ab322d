"""Rendre à leur guichet les demandes d'un compte qui s'efface : le même geste la première fois et au rejeu."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from portail.demande import rappels
from portail.demande.cycle_de_vie import brouillon, derniere_deposee
from portail.demande.modeles import CodeRattachement, Demande, Evenement, GenreEvenement, Partage
from portail.guichet.journal import inscrire
from portail.guichet.modeles import ActeJournal, Guichet


def detacher(session: Session, compte_id: int, instant: datetime) -> None:
    """Elles deviennent sans compte, comme un papier de leur guichet, qui les rend avec un code ; les accès de
    co-demandeurs prennent fin, plus personne ne pourrait les leur retirer. Les siens à la demande d'un autre se
    disent au journal, et partent avec le compte.
    """
    siennes = sa.select(Demande).where(Demande.compte_id == compte_id).order_by(Demande.id)
    for demande in session.scalars(siennes.with_for_update()).all():
        rappels.retirer(session, demande)
        if derniere_deposee(demande) is not None:
            _rendre(session, demande, instant)
    for demande_id in session.scalars(sa.select(Partage.demande_id).where(Partage.compte_id == compte_id)).all():
        _journaliser(session, ActeJournal.PARTAGE, compte_id, demande_id, "accès retiré, compte supprimé")
    session.flush()
    numeros = sa.select(Demande.id).where(Demande.compte_id == compte_id)
    for acces in (Partage, CodeRattachement):
        session.execute(sa.delete(acces).where(acces.demande_id.in_(numeros)))
    # À qui la suit : celui qui avait saisi le papier l'a peut-être transférée depuis, ou a fermé.
    au_guichet = sa.func.coalesce(Demande.guichet_id, Demande.saisie_guichet_id)
    rendue = {"compte_id": None, "saisie_guichet_id": au_guichet}
    session.execute(sa.update(Demande).where(Demande.compte_id == compte_id).values(rendue))


def _rendre(session: Session, demande: Demande, instant: datetime) -> None:
    """Le dit au guichet. Une mise à jour commencée, qu'il n'avait pas à lire, ne se soumettra plus : elle s'efface."""
    _journaliser(session, ActeJournal.DETACHEMENT, demande.compte_id, demande.id, None)
    if demande.radiee_le is None:
        session.add(Evenement(demande_id=demande.id, genre=GenreEvenement.DETACHEMENT, survenu_le=instant))
    if (commencee := brouillon(demande)) is not None:
        session.delete(commencee)


def _journaliser(
    session: Session, acte: ActeJournal, compte_id: int | None, demande_id: int, objet: str | None
) -> None:
    lui = sa.func.coalesce(Demande.guichet_id, Demande.saisie_guichet_id)
    code = session.scalar(sa.select(Guichet.code).join(Demande, lui == Guichet.id).where(Demande.id == demande_id))
    inscrire(session, acte, guichet_code=code, compte_id=compte_id, demande_id=demande_id, objet=objet)
