"""Chiffres de loi, territoires hors SNE et catalogue des pièces, gardés en mémoire jusqu'au prochain import."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

import sqlalchemy as sa
from sqlalchemy.orm import Session

from portail.referentiels.empreinte import ParEmpreinte
from portail.referentiels.modeles import CataloguePiece, Parametre, PieceInterdite, TerritoireHorsSne


class ParametreInconnu(LookupError):
    """Un chiffre demandé n'a pas de valeur à cette date. `str(erreur)` dit quoi ajouter, et où."""

    def __init__(self, cle: str, jour: date) -> None:
        self.phrase = (
            f"Le paramètre {cle} n’a pas de valeur au {jour:%d/%m/%Y} : "
            "ajoutez une ligne à parametres.csv, puis relancez l’import des référentiels."
        )
        super().__init__(self.phrase)


@dataclass(frozen=True, slots=True)
class PieceCatalogue:
    """Une pièce justificative ; un seul de `acceptees` suffit. `rang` : enregistrement, instruction, complementaire."""

    code: str
    rang: str
    libelle: str
    acceptees: tuple[str, ...]
    explication: str


@dataclass(frozen=True, slots=True)
class Interdite:
    """Un document que personne ne peut exiger, et la phrase qui le dit."""

    code: str
    libelle: str
    explication: str


Periode = tuple[date, date, int]  # du, au (inclus), valeur


def parametre(cle: str, jour: date, *, session: Session | None = None) -> int:
    """La valeur de `cle` (parametres.csv, unité dans le fichier) au `jour`. Lève `ParametreInconnu`."""
    for debut, fin, valeur in _PERIODES.lire(session).get(cle, ()):
        if debut <= jour <= fin:
            return valeur
    raise ParametreInconnu(cle, jour)


def source(session: Session, cle: str, jour: date) -> str:
    """Ce qui fixe la valeur de `cle` au `jour` (« décret 2017-917 art. 4 »), ou une chaîne vide."""
    en_vigueur = (Parametre.cle == cle, Parametre.debut <= jour, sa.or_(Parametre.fin.is_(None), Parametre.fin >= jour))
    return session.scalar(sa.select(Parametre.source).where(*en_vigueur)) or ""


def hors_sne(code_departement: str, *, session: Session | None = None) -> TerritoireHorsSne | None:
    """Le portail propre à un département, ou None si le système national l'enregistre. `url` peut être None."""
    return _HORS_SNE.lire(session).get(code_departement)


def catalogue_pieces(*, session: Session | None = None) -> Mapping[str, PieceCatalogue]:
    """Toutes les pièces, par code. « ID-1 », « ID-2 », « ID-3 » détaillent « ID » selon la nationalité."""
    return _PIECES.lire(session)


def pieces_interdites(*, session: Session | None = None) -> tuple[Interdite, ...]:
    """Ce que personne ne doit fournir."""
    return _INTERDITES.lire(session)


def _lire_periodes(session: Session) -> dict[str, list[Periode]]:
    periodes: dict[str, list[Periode]] = {}
    for cle, debut, fin, valeur in session.execute(
        sa.select(Parametre.cle, Parametre.debut, Parametre.fin, Parametre.valeur)
    ):
        periodes.setdefault(cle, []).append((debut, fin or date.max, valeur))
    return periodes


def _lire_hors_sne(session: Session) -> dict[str, TerritoireHorsSne]:
    """Des objets sans session : gardés par le processus, lus par toutes les requêtes."""
    lignes = session.execute(sa.select(*TerritoireHorsSne.__table__.columns)).mappings()
    return {ligne["code_departement"]: TerritoireHorsSne(**ligne) for ligne in lignes}


def _lire_pieces(session: Session) -> dict[str, PieceCatalogue]:
    requete = sa.select(
        CataloguePiece.code,
        CataloguePiece.rang,
        CataloguePiece.libelle,
        CataloguePiece.acceptees,
        CataloguePiece.explication,
    )
    return {
        code: PieceCatalogue(code, rang, libelle, tuple(acceptees.split(" | ")), explication)
        for code, rang, libelle, acceptees, explication in session.execute(requete)
    }


def _lire_interdites(session: Session) -> tuple[Interdite, ...]:
    requete = sa.select(PieceInterdite.code, PieceInterdite.libelle, PieceInterdite.explication)
    return tuple(Interdite(*ligne) for ligne in session.execute(requete.order_by(PieceInterdite.libelle)))


_PERIODES = ParEmpreinte(_lire_periodes)
_HORS_SNE = ParEmpreinte(_lire_hors_sne)
_PIECES = ParEmpreinte(_lire_pieces)
_INTERDITES = ParEmpreinte(_lire_interdites)
