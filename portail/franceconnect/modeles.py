"""Le lien d'un compte avec une identité FranceConnect, et les allers-retours en cours."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portail.chiffrement import EmpreinteACle, TexteChiffre
from portail.choix import Choix, colonne_de_choix
from portail.compte.modeles import Compte
from portail.db import Base


class LienFranceConnect(Base):
    """(émetteur, sub) → compte. Une identité confirmée n'ouvre qu'un compte, un compte n'a qu'une identité.

    Non confirmé, le lien attend avec l'inscription qui l'a fait naître : le premier confirmé l'emporte, comme pour les
    adresses mail.
    """

    __tablename__ = "lien_franceconnect"
    __table_args__ = (
        sa.Index(
            "uq_lien_franceconnect_confirme",
            "sub_empreinte",
            unique=True,
            sqlite_where=sa.text("confirme_le IS NOT NULL"),
            postgresql_where=sa.text("confirme_le IS NOT NULL"),
        ),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    compte_id: Mapped[int] = mapped_column(sa.ForeignKey("compte.id", ondelete="CASCADE"), unique=True)
    compte: Mapped[Compte] = relationship()
    emetteur: Mapped[str] = mapped_column(sa.String(200))
    sub: Mapped[str] = mapped_column(TexteChiffre("lien_franceconnect.sub"))
    sub_empreinte: Mapped[str] = mapped_column(EmpreinteACle("franceconnect.sub", depuis=("emetteur", "sub")))
    cree_le: Mapped[datetime]
    confirme_le: Mapped[datetime | None]


class UsagePassage(Choix):
    ENTRER = "entrer", "Entrer, ou créer un compte"
    RELIER = "relier", "Relier un compte déjà ouvert"


class PassageFranceConnect(Base):
    """Un aller-retour chez le fournisseur, propre à un navigateur (l'empreinte de son cookie).

    `identite` : prouvée, mais sans compte encore. `jeton` : de quoi fermer la session chez le fournisseur.
    """

    __tablename__ = "passage_franceconnect"
    id: Mapped[int] = mapped_column(primary_key=True)
    etat: Mapped[str] = mapped_column(sa.String(64), unique=True)
    navigateur: Mapped[str] = mapped_column(sa.String(64), index=True)
    usage: Mapped[UsagePassage] = mapped_column(colonne_de_choix(UsagePassage))
    compte_id: Mapped[int | None] = mapped_column(sa.ForeignKey("compte.id", ondelete="CASCADE"), index=True)
    prives: Mapped[str | None] = mapped_column(TexteChiffre("passage_franceconnect.prives"))
    suite: Mapped[str] = mapped_column(sa.String(500))
    partage: Mapped[bool] = mapped_column(default=False)
    commence_le: Mapped[datetime]
    revenu_le: Mapped[datetime | None]
    identite: Mapped[str | None] = mapped_column(TexteChiffre("passage_franceconnect.identite"))
    jeton: Mapped[str | None] = mapped_column(TexteChiffre("passage_franceconnect.jeton"))
    jeton_courriel_id: Mapped[int | None] = mapped_column(sa.ForeignKey("jeton.id", ondelete="SET NULL"), index=True)
