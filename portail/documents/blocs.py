"""Ce qui se pose dans une page : texte, rangée de colonnes, encart, figure.

Un bloc sait sa hauteur, se dessine à un endroit, et se coupe à une hauteur donnée sans rien perdre. Les lignes
sont coupées à la création : poser n'est plus qu'additionner. Longueurs en points ; `haut` est l'ordonnée du bord
supérieur du bloc, comptée depuis le bas de la page.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import ClassVar, Self

from portail.documents.balisage import Toile
from portail.documents.ecriture import NORMAL, couper
from portail.documents.structure import Element

ORPHELINES = 2  # lignes d'un texte coupé qui restent au moins ensemble, de chaque côté
INSECABLE = 130  # une rangée moins haute (points) passe entière à la page suivante


@dataclass(frozen=True)
class Style:
    """Une manière d'écrire. `avant` et `apres` : le blanc autour du bloc, ignoré en haut de page."""

    corps: float
    interligne: float
    couleur: str
    police: str = NORMAL
    avant: float = 0
    apres: float = 0


@dataclass(frozen=True, kw_only=True)
class Bloc(ABC):
    """`avant`, `apres` : le blanc autour, le plus grand des deux entre deux blocs. `solidaire` : reste avec le suivant.

    `rappel` : un bloc redessiné, sans être relu, en haut de chaque page que celui-ci entame.
    """

    avant: float = 0
    apres: float = 0
    solidaire: bool = False
    rappel: Bloc | None = None

    @property
    @abstractmethod
    def hauteur(self) -> float: ...

    @property
    def amorce(self) -> float:
        """La hauteur sans laquelle le bloc ne peut pas commencer."""
        return self.hauteur

    def couper(self, place: float) -> tuple[Self, Self] | None:
        """Ce qui tient dans `place`, et la suite ; None si le bloc ne peut pas y commencer."""
        return None

    @abstractmethod
    def dessiner(self, toile: Toile, x: float, haut: float) -> None: ...


@dataclass(frozen=True)
class Texte(Bloc):
    """Des lignes d'un même style, contenu d'un seul élément. Sans ligne : un blanc de hauteur nulle."""

    lignes: tuple[str, ...]
    style: Style
    element: Element
    signet: tuple[str, int] | None = None

    @classmethod
    def de(cls, texte: str, style: Style, element: Element, largeur: float, niveau: int | None = None) -> Self:
        """Coupe `texte` à `largeur`. `niveau` : celui du signet d'un titre, qui reste alors avec ce qu'il annonce."""
        lignes = couper(texte, style.police, style.corps, largeur)
        signet = None if niveau is None else ("".join(lignes), niveau)
        return cls(lignes, style, element, signet, avant=style.avant, apres=style.apres, solidaire=niveau is not None)

    @property
    def hauteur(self) -> float:
        return len(self.lignes) * self.style.interligne

    @property
    def amorce(self) -> float:
        return self.hauteur if self.solidaire else min(len(self.lignes), ORPHELINES) * self.style.interligne

    def couper(self, place: float) -> tuple[Self, Self] | None:
        nombre = min(int(place / self.style.interligne + 1e-6), len(self.lignes) - ORPHELINES)
        if nombre < ORPHELINES:
            return None
        return (
            replace(self, lignes=self.lignes[:nombre], apres=0),
            replace(self, lignes=self.lignes[nombre:], avant=0, signet=None),
        )

    def dessiner(self, toile: Toile, x: float, haut: float) -> None:
        if self.signet:
            toile.signet(*self.signet, haut)
        if not any(self.lignes):
            return
        style = self.style
        # La ligne de base, pour que les capitales (0,66 du corps) soient au milieu de l'interligne.
        base = haut - (style.interligne + 0.66 * style.corps) / 2
        with toile.contenu(self.element):
            for rang, ligne in enumerate(self.lignes):
                if ligne:
                    toile.ligne(x, base - rang * style.interligne, ligne, style.police, style.corps, style.couleur)


@dataclass(frozen=True)
class Lien(Bloc):
    """Un texte qui est un lien, d'un seul tenant. `element` est de rôle Link."""

    texte: Texte
    adresse: str
    largeur: float

    @property
    def hauteur(self) -> float:
        return self.texte.hauteur

    def dessiner(self, toile: Toile, x: float, haut: float) -> None:
        self.texte.dessiner(toile, x, haut)
        description = "".join(self.texte.lignes)
        cadre = (x, haut - self.hauteur, x + self.largeur, haut)
        toile.lien(self.texte.element, self.adresse, description, cadre)


@dataclass(frozen=True)
class Figure(Bloc):
    """Un dessin d'un seul tenant. `dessin(toile, x, y)` trace, le coin bas gauche en (x, y)."""

    dessin: Callable[[Toile, float, float], None]
    dimensions: tuple[float, float]
    element: Element

    @property
    def hauteur(self) -> float:
        return self.dimensions[1]

    def dessiner(self, toile: Toile, x: float, haut: float) -> None:
        bas = haut - self.hauteur
        self.element.boite = (x, bas, x + self.dimensions[0], haut)
        with toile.contenu(self.element):
            self.dessin(toile, x, bas)


@dataclass(frozen=True)
class Rangee(Bloc):
    """Des blocs côte à côte : (décalage depuis la gauche, bloc). `fond` et `filet` : des couleurs, ou rien."""

    cellules: tuple[tuple[float, Bloc], ...]
    largeur: float
    marge: float = 0  # blanc au-dessus et au-dessous des cellules
    filet: str = ""
    fond: str = ""

    @property
    def hauteur(self) -> float:
        return max(bloc.hauteur for _, bloc in self.cellules) + 2 * self.marge

    @property
    def amorce(self) -> float:
        if self.hauteur <= INSECABLE:
            return self.hauteur
        return max(bloc.amorce for _, bloc in self.cellules) + 2 * self.marge

    def couper(self, place: float) -> tuple[Self, Self] | None:
        place -= 2 * self.marge
        debuts: list[tuple[float, Bloc]] = []
        suites: list[tuple[float, Bloc]] = []
        for decalage, bloc in self.cellules:
            coupe: tuple[Bloc, Bloc] | None = (bloc, _VIDE) if bloc.hauteur <= place else bloc.couper(place)
            if coupe is None:
                return None
            debuts.append((decalage, coupe[0]))
            suites.append((decalage, coupe[1]))
        return replace(self, cellules=tuple(debuts), apres=0, filet=""), replace(self, cellules=tuple(suites), avant=0)

    def dessiner(self, toile: Toile, x: float, haut: float) -> None:
        bas = haut - self.hauteur
        if self.fond:
            toile.rectangle(x, bas, self.largeur, self.hauteur, self.fond)
        if self.filet:
            toile.rectangle(x, bas, self.largeur, 0.6, self.filet)
        for decalage, bloc in self.cellules:
            bloc.dessiner(toile, x + decalage, haut - self.marge)


def blancs(blocs: Sequence[Bloc]) -> float:
    """Ce qui sépare des blocs empilés : entre deux, le plus grand des deux blancs."""
    return sum(max(dessus.apres, bloc.avant) for dessus, bloc in pairwise(blocs))


@dataclass(frozen=True)
class Encart(Bloc):
    """Des blocs empilés sur un fond, avec une barre de couleur à gauche."""

    blocs: tuple[Bloc, ...]
    largeur: float
    fond: str
    barre: str

    MARGE: ClassVar[float] = 11
    BARRE: ClassVar[float] = 3

    @property
    def hauteur(self) -> float:
        return sum(bloc.hauteur for bloc in self.blocs) + blancs(self.blocs) + 2 * self.MARGE

    @property
    def amorce(self) -> float:
        return self.blocs[0].amorce + 2 * self.MARGE

    def couper(self, place: float) -> tuple[Self, Self] | None:
        reste = place - 2 * self.MARGE
        for rang, bloc in enumerate(self.blocs):
            if rang:
                reste -= max(self.blocs[rang - 1].apres, bloc.avant)
            if bloc.hauteur > reste:
                coupe = bloc.couper(reste)
                debut = self.blocs[:rang] + coupe[:1] if coupe else self.blocs[:rang]
                suite = coupe[1:] + self.blocs[rang + 1 :] if coupe else self.blocs[rang:]
                return (replace(self, blocs=debut, apres=0), replace(self, blocs=suite, avant=0)) if debut else None
            reste -= bloc.hauteur
        return None

    def dessiner(self, toile: Toile, x: float, haut: float) -> None:
        toile.rectangle(x, haut - self.hauteur, self.largeur, self.hauteur, self.fond)
        toile.rectangle(x, haut - self.hauteur, self.BARRE, self.hauteur, self.barre)
        haut -= self.MARGE
        for rang, bloc in enumerate(self.blocs):
            if rang:
                haut -= max(self.blocs[rang - 1].apres, bloc.avant)
            bloc.dessiner(toile, x + self.MARGE + self.BARRE, haut)
            haut -= bloc.hauteur


_VIDE = Texte((), Style(1, 1, "#000000"), Element("P"))
