"""Rattacher une demande à un compte : essais, codes envoyés, alarme ; qui d'autre que le titulaire y a accès."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from portail.chiffrement import EmpreinteACle, TexteChiffre
from portail.choix import Choix, colonne_de_choix
from portail.db import Base


class RoleRattache(Choix):
    """Ce qu'un code donne : la demande elle-même, ou le droit de la lire."""

    TITULAIRE = "titulaire", "la personne qui demande"
    LECTEUR = "lecteur", "un co-demandeur"


class EssaiRattachement(Base):
    """Un numéro proposé, examiné hors de la requête. `numero` est effacé dès l'examen.

    `refuse_le` compte pour l'alarme. Un code faux s'y inscrit aussi, sans numéro.
    """

    __tablename__ = "essai_rattachement"
    id: Mapped[int] = mapped_column(primary_key=True)
    compte_id: Mapped[int] = mapped_column(sa.ForeignKey("compte.id", ondelete="CASCADE"), index=True)
    numero: Mapped[str | None] = mapped_column(TexteChiffre("essai_rattachement.numero"))
    essaye_le: Mapped[datetime]
    examine_le: Mapped[datetime | None] = mapped_column(index=True)
    refuse_le: Mapped[datetime | None] = mapped_column(index=True)


class CodeRattachement(Base):
    """Un code parti vers l'adresse du dossier : pour ce compte, cette demande, une fois. Seule l'empreinte est gardée.

    `personne` : la clé du co-demandeur, pour un lecteur.
    """

    __tablename__ = "code_rattachement"
    id: Mapped[int] = mapped_column(primary_key=True)
    compte_id: Mapped[int] = mapped_column(sa.ForeignKey("compte.id", ondelete="CASCADE"), index=True)
    demande_id: Mapped[int] = mapped_column(sa.ForeignKey("demande.id", ondelete="CASCADE"), index=True)
    role: Mapped[RoleRattache] = mapped_column(colonne_de_choix(RoleRattache))
    personne: Mapped[str | None] = mapped_column(sa.String(8))
    empreinte: Mapped[str] = mapped_column(
        EmpreinteACle(perte="codes de rattachement en route, à redemander"), unique=True
    )
    cree_le: Mapped[datetime]
    expire_le: Mapped[datetime]
    utilise_le: Mapped[datetime | None]


class AlerteRattachement(Base):
    """Trop de refus en peu de temps : quelqu'un essaie peut-être des numéros à la suite. Aucune donnée personnelle."""

    __tablename__ = "alerte_rattachement"
    id: Mapped[int] = mapped_column(primary_key=True)
    levee_le: Mapped[datetime] = mapped_column(index=True)
    refus: Mapped[int]


class Partage(Base):
    """L'accès d'un co-demandeur à la demande d'un autre : en lecture, sauf permission d'écrire.

    `personne` : sa clé, la même d'une déclaration à la suivante. Quand une déclaration déposée ne l'a plus, l'accès
    s'efface (partage.retirer_les_partis).
    """

    __tablename__ = "partage"
    __table_args__ = (sa.UniqueConstraint("demande_id", "compte_id"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    demande_id: Mapped[int] = mapped_column(sa.ForeignKey("demande.id", ondelete="CASCADE"))
    compte_id: Mapped[int] = mapped_column(sa.ForeignKey("compte.id", ondelete="CASCADE"), index=True)
    personne: Mapped[str] = mapped_column(sa.String(8))
    peut_ecrire: Mapped[bool] = mapped_column(default=False)
    cree_le: Mapped[datetime]
