"""Les pièces justificatives : ce que la personne a fourni pour chaque pièce attendue, et les fichiers reçus."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portail.chiffrement import BlocChiffre, TexteChiffre
from portail.choix import Choix, colonne_de_choix
from portail.db import Base
from portail.demande.modeles import Demande

if TYPE_CHECKING:
    from portail.guichet.modeles import DecisionPiece


GARDE_DES_MORCEAUX = timedelta(days=7)  # depuis le dernier
CONTEXTE_DU_MORCEAU = "morceau:{televersement_id}:{debut}"


class SuiteAbsence(Choix):
    """Ce qui suit « Je n’ai pas ce document »."""

    RAPPEL = "rappel", "Je l’aurai plus tard\u00a0: me le rappeler"
    AIDE = "aide", "J’ai besoin d’aide pour l’obtenir"
    SANS = "sans", "Je ne peux pas l’avoir"


class Antivirus(Choix):
    """Ce que l'antivirus a dit d'un fichier."""

    EN_COURS = "en_cours", "en cours de contrôle"
    SAIN = "sain", "sain"
    REFUSE = "refuse", "refusé par l’antivirus"
    NON_CONTROLE = "non_controle", "non contrôlé par un antivirus"


OUVRABLES = frozenset({Antivirus.SAIN, Antivirus.NON_CONTROLE})


class PieceFournie(Base):
    """Une pièce (code du catalogue) d'une personne (sa clé, commune à toutes les déclarations) pour une demande.

    `absente_le` : la personne a dit « Je n’ai pas ce document » ; `absence_suite` et ses détails, ce qu'elle en fait.
    """

    __tablename__ = "piece_fournie"
    __table_args__ = (sa.UniqueConstraint("demande_id", "code", "personne"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    demande_id: Mapped[int] = mapped_column(sa.ForeignKey("demande.id", ondelete="CASCADE"), index=True)
    demande: Mapped[Demande] = relationship(back_populates="pieces")
    code: Mapped[str] = mapped_column(sa.String(20))
    personne: Mapped[str] = mapped_column(sa.String(8))
    absente_le: Mapped[datetime | None]
    absence_suite: Mapped[SuiteAbsence | None] = mapped_column(colonne_de_choix(SuiteAbsence))
    absence_rappel_le: Mapped[date | None] = mapped_column(index=True)
    absence_mot: Mapped[str | None] = mapped_column(TexteChiffre("piece_fournie.absence_mot"))
    fichiers: Mapped[list[Fichier]] = relationship(
        back_populates="piece", order_by="Fichier.rang, Fichier.id", cascade="all, delete-orphan", lazy="selectin"
    )
    decisions: Mapped[list[DecisionPiece]] = relationship(back_populates="piece", order_by="DecisionPiece.id")

    @property
    def fichiers_gardes(self) -> list[Fichier]:
        return [fichier for fichier in self.fichiers if fichier.retire_le is None]

    @property
    def decision(self) -> DecisionPiece | None:
        """Ce qu'un agent en a dit, tant que c'est bien de ces fichiers-là qu'il parlait."""
        gardes = self.fichiers_gardes
        derniere = self.decisions[-1] if self.decisions and gardes else None
        if derniere is None or any(fichier.recu_le > derniere.decidee_le for fichier in gardes):
            return None
        return derniere


class Fichier(Base):
    """Un fichier reçu, déjà contrôlé et reconstruit. `cle` est son nom, tiré au hasard, dans le stockage chiffré."""

    __tablename__ = "fichier"
    id: Mapped[int] = mapped_column(primary_key=True)
    piece_id: Mapped[int] = mapped_column(sa.ForeignKey("piece_fournie.id", ondelete="CASCADE"), index=True)
    piece: Mapped[PieceFournie] = relationship(back_populates="fichiers")
    rang: Mapped[int]
    cle: Mapped[str] = mapped_column(sa.String(64), unique=True)
    nom: Mapped[str] = mapped_column(TexteChiffre("fichier.nom"))
    type_mime: Mapped[str] = mapped_column(sa.String(40))
    taille: Mapped[int]
    pages: Mapped[int]
    empreinte_recue: Mapped[str] = mapped_column(sa.String(64))
    antivirus: Mapped[Antivirus] = mapped_column(
        colonne_de_choix(Antivirus), default=Antivirus.NON_CONTROLE, index=True
    )
    recu_le: Mapped[datetime]
    retire_le: Mapped[datetime | None]
    # Le texte du 2D-Doc fiscal lu dans le document, s'il y en a un. Ce que vaut sa signature se recalcule.
    deux_d_doc: Mapped[str | None] = mapped_column(TexteChiffre("fichier.deux_d_doc"))

    @property
    def est_ouvrable(self) -> bool:
        """Ni refusé par l'antivirus, ni en attente de son avis."""
        return self.antivirus in OUVRABLES


class Televersement(Base):
    """Un fichier dont les octets arrivent par morceaux. `empreinte` (SHA-256) : celle du fichier entier, annoncée.

    Le même contenu, pour la même pièce, est le même envoi : choisi de nouveau le lendemain, il reprend où il en était.
    """

    __tablename__ = "televersement"
    __table_args__ = (sa.UniqueConstraint("demande_id", "code", "personne", "empreinte"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    demande_id: Mapped[int] = mapped_column(sa.ForeignKey("demande.id", ondelete="CASCADE"))
    code: Mapped[str] = mapped_column(sa.String(20))
    personne: Mapped[str] = mapped_column(sa.String(8))
    nom: Mapped[str] = mapped_column(TexteChiffre("televersement.nom"))
    empreinte: Mapped[str] = mapped_column(sa.String(64))
    taille: Mapped[int]
    recu: Mapped[int]
    avance_le: Mapped[datetime] = mapped_column(index=True)

    @property
    def pourcentage(self) -> int:
        return self.recu * 100 // self.taille

    @property
    def expire_le(self) -> datetime:
        """Quand ses octets s'effacent, si aucun autre n'arrive."""
        return self.avance_le + GARDE_DES_MORCEAUX


class Morceau(Base):
    """Une suite d'octets d'un téléversement, chiffrée. `debut` : sa place dans le fichier, en octets."""

    __tablename__ = "morceau"
    televersement_id: Mapped[int] = mapped_column(
        sa.ForeignKey("televersement.id", ondelete="CASCADE"), primary_key=True
    )
    debut: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    chiffre: Mapped[bytes] = mapped_column(BlocChiffre(CONTEXTE_DU_MORCEAU))
