"""Effacer une demande ou un compte, avec tout ce qui en dépend, lignes et fichiers. Rend de quoi le prouver.

Les tables se suivent par leurs clés étrangères (ON DELETE CASCADE) : une table neuve part avec le reste, et se compte.
Les fichiers d'abord : interrompu, l'effacement se refait, alors que des fichiers sans ligne se perdraient.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from functools import cache
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from portail.assistance.modeles import Fil, Message
from portail.compte.modeles import Compte, ExportDonnees
from portail.conservation import detachement, registre
from portail.conservation.modeles import Effacement, Objet, Regle
from portail.db import Base
from portail.demande.modeles import Demande
from portail.documents.modeles import DocumentEmis
from portail.guichet.journal import inscrire
from portail.guichet.modeles import ActeJournal, Guichet
from portail.pieces.modeles import Fichier, PieceFournie
from portail.stockage import stockage


def demande(session: Session, cible: Demande, regle: Regle, instant: datetime) -> Effacement:
    """La demande verrouillée n'existe plus. Lève `StockageIndisponible` : l'appelant annule, rien n'est effacé.

    Ce qu'un guichet a tenu s'inscrit à son journal ; un brouillon qu'il n'a jamais vu, non.
    """
    fichiers = _supprimer(_cles_de_la_demande(session, cible.id))
    du_guichet = cible.deposee_le is not None or regle is Regle.PAPIER
    code = _code_du_guichet(session, cible) if du_guichet else None
    lignes = _effacer_les_lignes(session, Demande.__table__, cible.id)
    if du_guichet:
        objet = f"règle {regle.value}, {lignes} lignes, {fichiers} fichiers"
        inscrire(session, ActeJournal.EFFACEMENT, guichet_code=code, demande_id=cible.id, objet=objet)
    session.expunge(cible)
    return registre.noter(session, Objet.DEMANDE, (cible.id, cible.cree_le), regle, (lignes, fichiers), instant)


def compte(session: Session, cible: Compte, regle: Regle, instant: datetime) -> Effacement:
    """Le compte verrouillé n'existe plus, ni les questions posées hors de toute demande.

    Ses demandes ne s'effacent pas ici : elles reviennent à leur guichet (`detachement`). Ses messages dans le fil d'un
    autre restent, sans son nom. Lève `StockageIndisponible`.
    """
    cles = session.scalars(
        sa.select(ExportDonnees.cle).where(ExportDonnees.compte_id == cible.id, ExportDonnees.cle.is_not(None))
    ).all()
    fichiers = _supprimer(cles)
    detachement.detacher(session, cible.id, instant)
    chez_un_autre = sa.select(Fil.id).where(Fil.compte_id.is_distinct_from(cible.id))
    ses_messages = (Message.compte_id == cible.id, Message.fil_id.in_(chez_un_autre))
    session.execute(sa.update(Message).where(*ses_messages).values(auteur_parti_le=instant))
    seuls = sa.select(Fil.id).where(Fil.compte_id == cible.id, Fil.demande_id.is_(None))
    lignes = sum(_effacer_les_lignes(session, Fil.__table__, numero) for numero in session.scalars(seuls).all())
    lignes += _effacer_les_lignes(session, Compte.__table__, cible.id)
    session.expunge(cible)
    return registre.noter(session, Objet.COMPTE, (cible.id, cible.cree_le), regle, (lignes, fichiers), instant)


def _code_du_guichet(session: Session, cible: Demande) -> str | None:
    guichet = session.get(Guichet, cible.guichet_id or cible.saisie_guichet_id or 0)
    return guichet.code if guichet else None


def _cles_de_la_demande(session: Session, numero: int) -> list[str]:
    """Ce que le stockage garde pour elle : ses pièces, et les documents émis."""
    pieces = sa.select(Fichier.cle).join(PieceFournie, PieceFournie.id == Fichier.piece_id)
    cles = list(session.scalars(pieces.where(PieceFournie.demande_id == numero)))
    emis = sa.select(DocumentEmis.cle_pdf, DocumentEmis.cle_contenu).where(DocumentEmis.demande_id == numero)
    return [*cles, *(cle for ligne in session.execute(emis) for cle in ligne)]


def _supprimer(cles: Sequence[str | None]) -> int:
    gardees = [cle for cle in cles if cle]
    for cle in gardees:
        stockage().supprimer(cle)
    return len(gardees)


def _effacer_les_lignes(session: Session, racine: Any, numero: int) -> int:
    """Des filles aux mères, table par table : leur nombre est la preuve."""
    resultats = [session.execute(ordre, {"numero": numero}) for ordre in _ordres(racine)]
    return sum(getattr(resultat, "rowcount", 0) for resultat in resultats)


@cache
def _ordres(racine: sa.Table) -> tuple[sa.Delete, ...]:
    """Un DELETE par table qui part avec `racine`, la plus dépendante d'abord."""
    conditions: dict[sa.Table, sa.ColumnElement[bool]] = {racine: racine.c.id == sa.bindparam("numero")}
    for table in Base.metadata.sorted_tables:
        meres = [
            lien.parent.in_(sa.select(lien.column.table.c.id).where(conditions[lien.column.table]))
            for lien in sorted(table.foreign_keys, key=lambda lien: lien.parent.name)
            if lien.ondelete == "CASCADE" and lien.column.table in conditions and table is not racine
        ]
        if meres:
            conditions[table] = sa.or_(*meres)
    return tuple(sa.delete(table).where(condition) for table, condition in reversed(conditions.items()))
