"""Un nombre par jour, par page, par étape et par geste : rien qui désigne une personne ou une demande."""

from __future__ import annotations

from datetime import date

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from portail.choix import Choix
from portail.db import Base


class Geste(Choix):
    """Ce qui a été fait d'une page. Les codes sont écrits en base tels quels."""

    VUE = "vue", "ouverte"
    FAIT = "fait", "envoyée, acceptée"
    REFUS = "refus", "envoyée, à corriger"


class Frequentation(Base):
    """`page` : le nom interne de la page ; `etape` : celle de la demande, vide ailleurs ; `geste` : voir `Geste`."""

    __tablename__ = "frequentation"
    jour: Mapped[date] = mapped_column(primary_key=True)
    page: Mapped[str] = mapped_column(sa.String(80), primary_key=True)
    etape: Mapped[str] = mapped_column(sa.String(40), primary_key=True)
    geste: Mapped[str] = mapped_column(sa.String(10), primary_key=True)
    nombre: Mapped[int]
