"""Les défis en cours, et les colonnes que toute clé d'accès a : celle d'une personne comme celle d'un agent."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from portail.choix import Choix, colonne_de_choix
from portail.db import Base


class CleAcces:
    """Ce que le site garde d'une clé : de quoi la reconnaître. Rien de secret, la clé privée ne quitte pas l'appareil.

    `identifiant`, en base 64 pour les adresses, tel que le navigateur l'écrit. `compteur` : celui de l'appareil, zéro
    s'il n'en tient pas. `sauvegardee` : la clé suit la personne d'un appareil à l'autre.
    """

    id: Mapped[int] = mapped_column(primary_key=True)
    identifiant: Mapped[str] = mapped_column(sa.String(1400), unique=True)
    cle_publique: Mapped[bytes] = mapped_column(sa.LargeBinary)
    compteur: Mapped[int] = mapped_column(sa.BigInteger)
    sauvegardee: Mapped[bool]
    nom: Mapped[str] = mapped_column(sa.String(80))
    ajoutee_le: Mapped[datetime]
    utilisee_le: Mapped[datetime | None]


class UsageDefi(Choix):
    AJOUTER = "ajouter", "Ajouter une clé à son compte"
    ENTRER = "entrer", "Entrer dans son compte"
    PROUVER = "prouver", "Redire qui l’on est"
    AGENT_AJOUTER = "agent_ajouter", "Ajouter une clé d’agent"
    AGENT_PROUVER = "agent_prouver", "Donner son second facteur"


class DefiCle(Base):
    """Un nombre au hasard que la clé doit signer : cinq minutes, une fois, dans le navigateur qui l'a demandé."""

    __tablename__ = "defi_cle"
    __table_args__ = (sa.UniqueConstraint("navigateur", "usage"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    navigateur: Mapped[str] = mapped_column(sa.String(64))
    usage: Mapped[UsageDefi] = mapped_column(colonne_de_choix(UsageDefi))
    defi: Mapped[bytes] = mapped_column(sa.LargeBinary)
    cree_le: Mapped[datetime] = mapped_column(index=True)
