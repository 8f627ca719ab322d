"""Attribuer le numéro unique : une suite par territoire et par mois du premier dépôt, sans trou ni doublon.

L'ordre est pris par un `UPDATE` dans la transaction de l'enregistrement : deux agents passent l'un après l'autre,
une annulation rend l'ordre (fiche domaine § 3).
"""

from __future__ import annotations

from sqlalchemy.orm import Session

from portail.db import insertion
from portail.demande.modeles import Demande
from portail.guichet.modeles import Guichet, SequenceNumero
from portail.horloge import a_paris
from portail.regles.numero_unique import NumeroUnique, composer


def attribuer(session: Session, demande: Demande, guichet: Guichet) -> NumeroUnique:
    """Le numéro de la demande, posé sur elle. Lève `ValueError` si elle en a déjà un ou n'est pas déposée."""
    if demande.numero_unique is not None or demande.deposee_le is None:
        raise ValueError(f"La demande {demande.id} ne peut pas recevoir de numéro.")
    depot = a_paris(demande.deposee_le).date()
    ordre = _ordre(session, demande.territoire, depot.year, depot.month)
    numero = composer(demande.territoire, depot, ordre, guichet.code)
    demande.numero_unique = str(numero)
    return numero


def _ordre(session: Session, territoire: str, annee: int, mois: int) -> int:
    inserer = insertion(session, SequenceNumero)
    requete = (
        inserer.values(territoire=territoire, annee=annee, mois=mois, dernier=1)
        .on_conflict_do_update(
            index_elements=["territoire", "annee", "mois"], set_={"dernier": SequenceNumero.dernier + 1}
        )
        .returning(SequenceNumero.dernier)
    )
    return session.execute(requete).scalar_one()
