"""Le registre : quelles clés ont servi dans cette base, pour ne jamais la servir sans elles.

Chaque clé y laisse un témoin. Une clé qui manque, ou une autre mise à sa place sous le même numéro, se dit au
démarrage, avant qu'un NIR ou une pièce ne paraissent perdus.
"""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, Session, mapped_column

from portail.chiffrement import Sorte, coffre
from portail.db import Base, ecriture, insertion
from portail.horloge import maintenant
from portail.trousseau import colonnes

VARIABLES = {Sorte.CHIFFREMENT: "PORTAIL_CLES_CHIFFREMENT", Sorte.EMPREINTE: "PORTAIL_CLE_EMPREINTE"}


class CleConnue(Base):
    """Une clé qui a servi ici. `temoin` : vide si on ne l'a jamais eue en main. Retirée, elle n'est plus exigée."""

    __tablename__ = "cle_connue"
    sorte: Mapped[str] = mapped_column(sa.String(12), primary_key=True)
    version: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    temoin: Mapped[str | None] = mapped_column(sa.String(64))
    connue_le: Mapped[datetime]
    retiree_le: Mapped[datetime | None]


def inscrire() -> list[str]:
    """Inscrit les clés neuves ; rend une phrase par clé qui manque ou qui a changé. Sans effet sur une base à jour."""
    with ecriture() as session:
        connues = _connues(session)
        if not connues:
            _inscrire_ce_qui_est_deja_la(session)
        for sorte in Sorte:
            for version in coffre().versions(sorte):
                if (sorte, version) not in connues:
                    _ajouter(session, sorte, version, coffre().temoin(sorte, version))
        session.flush()
        return [faute for cle in _connues(session).values() if (faute := _faute(cle))]


def retirer(session: Session, sorte: Sorte, version: int, instant: datetime) -> None:
    """Cette clé n'est plus exigée. L'appelant s'est assuré que plus rien n'en dépend."""
    session.get_one(CleConnue, (sorte.value, version)).retiree_le = instant


def retirees(session: Session) -> set[tuple[Sorte, int]]:
    return {cle for cle, ligne in _connues(session).items() if ligne.retiree_le is not None}


def _connues(session: Session) -> dict[tuple[Sorte, int], CleConnue]:
    lignes = session.scalars(sa.select(CleConnue).order_by(CleConnue.sorte, CleConnue.version))
    return {(Sorte(ligne.sorte), ligne.version): ligne for ligne in lignes}


def _inscrire_ce_qui_est_deja_la(session: Session) -> None:
    """Une base d'avant le registre : les versions se lisent, une fois, dans ce qu'elle garde."""
    for sorte in Sorte:
        versions = {version for colonne in colonnes.de_sorte(sorte) for version in colonnes.compter(session, colonne)}
        for version in versions.difference(coffre().versions(sorte)):
            _ajouter(session, sorte, version, None)


def _ajouter(session: Session, sorte: Sorte, version: int, temoin: str | None) -> None:
    ligne = {"sorte": sorte.value, "version": version, "temoin": temoin, "connue_le": maintenant()}
    # Deux processus démarrent ensemble : le premier inscrit.
    session.execute(insertion(session, CleConnue).values(**ligne).on_conflict_do_nothing())


def _faute(cle: CleConnue) -> str | None:
    sorte = Sorte(cle.sorte)
    variable = VARIABLES[sorte]
    if cle.version not in coffre().versions(sorte):
        if cle.retiree_le is not None:
            return None
        return (
            f"{variable} : la clé de version {cle.version} manque, et des données en dépendent peut-être encore. "
            "Remettez-la, puis suivez « Changer les clés » (docs/exploitation.md)."
        )
    if cle.temoin is not None and cle.temoin != coffre().temoin(sorte, cle.version):
        return (
            f"{variable} : la clé de version {cle.version} n’est pas celle qui a servi dans cette base. "
            "Une clé neuve prend un numéro neuf, plus grand."
        )
    return None
