"""Les agents : invités par courriel, seuls à connaître leur mot de passe ; second facteur obligatoire."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa
from flask_login import UserMixin
from sqlalchemy.orm import Mapped, column_property, mapped_column, relationship

from portail.chiffrement import EmpreinteACle, TexteChiffre
from portail.choix import Choix, colonne_de_choix
from portail.cles_acces.modeles import CleAcces
from portail.db import Base
from portail.guichet.modeles.guichets import Guichet


class RoleAgent(Choix):
    """Du moins au plus : chaque rôle peut ce que peut le précédent."""

    ACCUEIL = "accueil", "Accueil"
    INSTRUCTEUR = "instructeur", "Instructeur"
    RESPONSABLE = "responsable", "Responsable"

    @property
    def rang(self) -> int:
        return list(RoleAgent).index(self)


class CleAgent(CleAcces, Base):
    """Une clé d'accès de l'agent : un second facteur, au même titre que l'application du téléphone."""

    __tablename__ = "cle_agent"
    agent_id: Mapped[int] = mapped_column(sa.ForeignKey("agent.id", ondelete="CASCADE"), index=True)
    agent: Mapped[Agent] = relationship()


class Agent(UserMixin, Base):
    """Un agent d'un guichet. Sans mot de passe tant qu'il n'a pas accepté l'invitation."""

    __tablename__ = "agent"
    id: Mapped[int] = mapped_column(primary_key=True)
    guichet_id: Mapped[int] = mapped_column(sa.ForeignKey("guichet.id", ondelete="RESTRICT"), index=True)
    guichet: Mapped[Guichet] = relationship()
    courriel: Mapped[str] = mapped_column(sa.String(254), unique=True)
    prenom: Mapped[str] = mapped_column(sa.String(100))
    nom: Mapped[str] = mapped_column(sa.String(100))
    role: Mapped[RoleAgent] = mapped_column(colonne_de_choix(RoleAgent))
    mot_de_passe: Mapped[str | None] = mapped_column(sa.String(200))
    secret_totp: Mapped[str | None] = mapped_column(TexteChiffre("agent.secret_totp"))
    totp_confirme_le: Mapped[datetime | None]
    dernier_pas_totp: Mapped[int | None]  # un code déjà employé ne sert pas deux fois
    cree_le: Mapped[datetime]
    desactive_le: Mapped[datetime | None]
    a_une_cle: Mapped[bool] = column_property(sa.exists().where(CleAgent.agent_id == id).correlate_except(CleAgent))
    codes_secours: Mapped[list[CodeSecours]] = relationship(
        back_populates="agent", order_by="CodeSecours.id", cascade="all, delete-orphan"
    )

    @property
    def nom_complet(self) -> str:
        return f"{self.prenom} {self.nom}"

    @property
    def est_actif(self) -> bool:
        """Peut se connecter : a accepté son invitation, n'est pas désactivé, et son guichet est ouvert."""
        return self.desactive_le is None and self.mot_de_passe is not None and self.guichet.ferme_le is None

    @property
    def est_enrole(self) -> bool:
        """A au moins un second facteur : l'application de son téléphone, ou une clé d'accès."""
        return self.totp_confirme_le is not None or self.a_une_cle

    def peut(self, role: RoleAgent) -> bool:
        return self.role.rang >= role.rang


class CodeSecours(Base):
    """Un code à usage unique pour l'agent qui a perdu son téléphone. Seule son empreinte est gardée."""

    __tablename__ = "code_secours"
    id: Mapped[int] = mapped_column(primary_key=True)
    agent_id: Mapped[int] = mapped_column(sa.ForeignKey("agent.id", ondelete="CASCADE"), index=True)
    agent: Mapped[Agent] = relationship(back_populates="codes_secours")
    empreinte: Mapped[str] = mapped_column(EmpreinteACle(perte="codes de secours des agents, à renouveler"))
    utilise_le: Mapped[datetime | None]


class SessionAgent(Base):
    """Un agent connecté sur un appareil. Sans `second_facteur_le`, elle n'ouvre que les pages du second facteur.

    La base ne connaît que l'empreinte de l'identifiant porté par le cookie (le même que celui du site).
    `saisie_id` : la demande papier ouverte sur cet écran ; aucune autre ne s'y lit (porte_saisie.py).
    """

    __tablename__ = "session_agent"
    id: Mapped[int] = mapped_column(primary_key=True)
    empreinte: Mapped[str] = mapped_column(sa.String(64), unique=True)
    agent_id: Mapped[int] = mapped_column(sa.ForeignKey("agent.id", ondelete="CASCADE"), index=True)
    agent: Mapped[Agent] = relationship()
    ouverte_le: Mapped[datetime]
    vue_le: Mapped[datetime]
    fermee_le: Mapped[datetime | None]
    second_facteur_le: Mapped[datetime | None]
    prouvee_le: Mapped[datetime | None]  # la dernière fois que le second facteur a été redonné, après l'entrée
    appareil: Mapped[str] = mapped_column(sa.String(80))
    reseau: Mapped[str] = mapped_column(EmpreinteACle(perte="appareils déjà connus, à qui un code sera redemandé"))
    saisie_id: Mapped[int | None] = mapped_column(sa.ForeignKey("demande.id", ondelete="SET NULL"), index=True)


class Invitation(Base):
    """Le lien à usage unique par lequel un agent choisit son mot de passe (arrivée, ou remise à zéro)."""

    __tablename__ = "invitation"
    id: Mapped[int] = mapped_column(primary_key=True)
    agent_id: Mapped[int] = mapped_column(sa.ForeignKey("agent.id", ondelete="CASCADE"), index=True)
    agent: Mapped[Agent] = relationship()
    empreinte: Mapped[str] = mapped_column(sa.String(64), unique=True)
    creee_le: Mapped[datetime]
    expire_le: Mapped[datetime]
    acceptee_le: Mapped[datetime | None]
