"""Ce qu'un document dit, sans dire comment il se dessine.

Une même liste de blocs fait le PDF (`impression.py`) et la page jumelle (`templates/documents/blocs.html`) : les deux
ne peuvent pas dire des choses différentes. Les textes sont déjà prêts à lire ; rien n'y est lu comme un balisage.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar, Literal

SANS_REPONSE = "pas de réponse"

# « chapeau » (au-dessus du titre), « grand », « fort », « doux » (second plan), « petit » (sources).
Ton = Literal["normal", "chapeau", "grand", "fort", "doux", "petit"]


@dataclass(frozen=True)
class Titre:
    """`niveau` : 1 (un seul par document), 2 ou 3, sans en sauter."""

    genre: ClassVar[str] = "titre"
    niveau: int
    texte: str


@dataclass(frozen=True)
class Paragraphe:
    genre: ClassVar[str] = "paragraphe"
    texte: str
    ton: Ton = "normal"


@dataclass(frozen=True)
class Lien:
    """Un paragraphe qui est un lien : http, https ou mailto."""

    genre: ClassVar[str] = "lien"
    texte: str
    adresse: str


@dataclass(frozen=True)
class Definition:
    """Une question et sa réponse. `case` : le numéro de la case du Cerfa, s'il est connu."""

    question: str
    reponse: str
    case: str = ""


@dataclass(frozen=True)
class Definitions:
    genre: ClassVar[str] = "definitions"
    lignes: tuple[Definition, ...]
    ton: Ton = "normal"
    a_des_cases: bool = False  # une colonne est réservée aux numéros de case


@dataclass(frozen=True)
class Liste:
    """Des puces, ou des numéros si l'ordre compte."""

    genre: ClassVar[str] = "liste"
    textes: tuple[str, ...]
    est_ordonnee: bool = False


@dataclass(frozen=True)
class Tableau:
    """`parts` : la largeur de chaque colonne sur le papier ; leur somme vaut 1."""

    genre: ClassVar[str] = "tableau"
    colonnes: tuple[str, ...]
    lignes: tuple[tuple[str, ...], ...]
    parts: tuple[float, ...]


@dataclass(frozen=True)
class CodeQR:
    """`contenu` : l'adresse où mène le dessin. `alt` : ce qu'entend qui ne le voit pas."""

    genre: ClassVar[str] = "code_qr"
    contenu: str
    alt: str


@dataclass(frozen=True)
class Vignette:
    """Un dessin, et à côté ce qui l'explique."""

    genre: ClassVar[str] = "vignette"
    dessin: CodeQR
    blocs: tuple[Bloc, ...]


@dataclass(frozen=True)
class Encart:
    """Ce qui est mis en avant. Un encart n'en contient pas d'autre."""

    genre: ClassVar[str] = "encart"
    blocs: tuple[Bloc, ...]


@dataclass(frozen=True)
class Partie:
    """Un titre et ce qu'il annonce."""

    genre: ClassVar[str] = "partie"
    blocs: tuple[Bloc, ...]


Bloc = Titre | Paragraphe | Lien | Definitions | Liste | Tableau | CodeQR | Vignette | Encart | Partie


@dataclass(frozen=True)
class Contenu:
    """Un document entier. `etabli_le` porte un fuseau.

    `rappel` est redit en haut des pages suivantes, `pied` au bas de toutes : abrégés s'ils sont longs et jamais lus par
    un lecteur d'écran, ils ne disent que ce qui est écrit ailleurs. `mentions` : la partie « À savoir », à la fin.
    """

    titre: str
    sujet: str
    auteur: str
    etabli_le: datetime
    rappel: str
    pied: str
    blocs: tuple[Bloc, ...]
    mentions: tuple[str, ...] = ()

    def textes(self) -> Iterator[str]:
        """Tout ce qui s'y lit, dans l'ordre, sauf les adresses des liens et des dessins."""
        for bloc in self.blocs:
            yield from _textes(bloc)
        yield from self.mentions


def definitions(*couples: tuple[str, str], ton: Ton = "normal") -> Definitions:
    """Des couples (question, réponse), une réponse vide dite en mots."""
    return Definitions(tuple(definition(*couple) for couple in couples), ton)


def definition(question: str, reponse: str, case: str = "") -> Definition:
    return Definition(question, reponse.strip() or SANS_REPONSE, case)


def partie(niveau: int, titre: str, *blocs: Bloc) -> Partie:
    return Partie((Titre(niveau, titre), *blocs))


def _textes(bloc: Bloc) -> Iterator[str]:
    match bloc:
        case Titre() | Paragraphe() | Lien():
            yield bloc.texte
        case Definitions():
            for ligne in bloc.lignes:
                yield from filter(None, (ligne.case, ligne.question, ligne.reponse))
        case Liste():
            yield from bloc.textes
        case Tableau():
            yield from bloc.colonnes
            for cellules in bloc.lignes:
                yield from cellules
        case CodeQR():
            yield bloc.alt
        case Vignette():
            for interieur in (bloc.dessin, *bloc.blocs):
                yield from _textes(interieur)
        case Encart() | Partie():
            for interieur in bloc.blocs:
                yield from _textes(interieur)
