"""Les documents émis : ce qui a été donné à la personne, tel quel, chiffré dans le stockage."""

from __future__ import annotations

from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portail.choix import Choix, colonne_de_choix
from portail.db import Base
from portail.demande.modeles import Demande


class GenreDocument(Choix):
    """Les documents que l'on garde. La fiche, établie à la minute, n'en est pas."""

    ATTESTATION = "attestation", "Attestation d’enregistrement"
    FORMULAIRE = "formulaire", "Formulaire de la demande"
    ANNEXE = "annexe", "Annexe du formulaire"


class DocumentEmis(Base):
    """Un document donné. Le même acte ne donne jamais deux documents différents.

    `acte` : ce qui l'a fait émettre (« enregistrement », « renouvellement-2027-11-20 », « declaration-12 »).
    `empreinte` : SHA-256 du PDF. `cle_pdf` et `cle_contenu` : dans le stockage, le PDF et ce que dit sa page jumelle.
    `code_verification` et `valable_jusqu_au` : pour une attestation.
    """

    __tablename__ = "document_emis"
    __table_args__ = (sa.UniqueConstraint("demande_id", "genre", "acte"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    demande_id: Mapped[int] = mapped_column(sa.ForeignKey("demande.id", ondelete="CASCADE"))
    demande: Mapped[Demande] = relationship()
    genre: Mapped[GenreDocument] = mapped_column(colonne_de_choix(GenreDocument))
    acte: Mapped[str] = mapped_column(sa.String(60))
    emis_le: Mapped[datetime]
    empreinte: Mapped[str] = mapped_column(sa.String(64))
    cle_pdf: Mapped[str] = mapped_column(sa.String(32))
    cle_contenu: Mapped[str] = mapped_column(sa.String(32))
    code_verification: Mapped[str | None] = mapped_column(sa.String(16), unique=True)
    valable_jusqu_au: Mapped[date | None]
