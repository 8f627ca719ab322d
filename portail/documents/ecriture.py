"""Du texte aux lignes : les polices embarquées, ce qu'elles savent dessiner, et la coupe des lignes.

Un texte est un texte : rien n'y est lu comme un balisage (reportlab interprète du XML dans ses `Paragraph`,
qui ne servent donc nulle part). Un caractère absent de la police n'est jamais un carré muet : il est dessiné
sans ses signes (« Ḁ » devient « A ») ou par « ? », et le balisage garde l'original pour qui lit ou copie le texte.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from pathlib import Path

from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont

from portail.documents.proprete import propre

NORMAL = "PortailTexte-Normal"
GRAS = "PortailTexte-Gras"

# On coupe aux espaces ordinaires, et après le trait d'union d'un mot composé ; jamais à une espace insécable.
_MORCEAUX = re.compile(r" +|-*(?:[^ -]|-(?![^\W\d_]))+-?")
_INSECABLES = "\u00a0\u202f\u2007"
_INVISIBLES = {"Cf", "Zs"}


def _charger(nom: str) -> dict[int, float]:
    """Déclare une police à reportlab ; rend la largeur de chacun de ses caractères, en millièmes de corps."""
    fichier = Path(__file__).parent / "polices" / f"{nom}.ttf"
    police = TTFont(nom, str(fichier), asciiReadable=0)
    pdfmetrics.registerFont(police)
    largeurs = {code: police.face.getCharWidth(code) for code in police.face.charToGlyph}
    return largeurs | {0xA0: largeurs[0x20]}  # reportlab dessine l'insécable avec la chasse de l'espace


_LARGEURS = {nom: _charger(nom) for nom in (NORMAL, GRAS)}
_DESSINABLES = _LARGEURS[NORMAL].keys() & _LARGEURS[GRAS].keys()


class _Chasses(dict[str, float]):
    """La largeur dessinée de chaque caractère d'une police, en millièmes de corps, calculée à la première rencontre."""

    def __init__(self, police: str) -> None:
        self._largeurs = _LARGEURS[police]

    def __missing__(self, caractere: str) -> float:
        self[caractere] = chasse = sum(self._largeurs[ord(c)] for c in imprimable(caractere))
        return chasse


_CHASSES = {nom: _Chasses(nom) for nom in _LARGEURS}


def _remplacer(code: int) -> str:
    """Ce qui est dessiné pour un caractère absent : rien s'il est invisible, sa décomposition, ou « ? »."""
    caractere = chr(code)
    categorie = unicodedata.category(caractere)
    if categorie in {"Mn", "Me", *_INVISIBLES}:
        return " " if categorie == "Zs" else ""
    decompose = unicodedata.normalize("NFKD", caractere)
    return "".join(lettre for lettre in decompose if ord(lettre) in _DESSINABLES).strip() or "?"


class _Repli(dict[int, int | str]):
    """Table de `str.translate` : les caractères de la police restent, les autres sont remplacés à la demande."""

    def __missing__(self, code: int) -> str:
        return _remplacer(code)


_CONNUS = {chr(code) for code in _DESSINABLES} | {"\u00ad"}
_REPLI = _Repli({code: code for code in _DESSINABLES} | {0xAD: ""})  # le trait d'union conditionnel ne se voit pas


def imprimable(texte: str) -> str:
    """Le texte tel qu'il sera dessiné, fait des seuls caractères de la police."""
    return texte.translate(_REPLI)


def a_des_absents(texte: str) -> bool:
    """Vrai si un caractère visible du texte n'est pas dans la police : il sera dessiné autrement que tapé."""
    return any(c != "\n" and unicodedata.category(c) not in _INVISIBLES for c in set(propre(texte)) - _CONNUS)


def largeur(texte: str, police: str, corps: float) -> float:
    """Largeur du texte dessiné, en points."""
    return sum(map(_CHASSES[police].__getitem__, texte)) * corps / 1000


def couper(texte: str, police: str, corps: float, place: float) -> tuple[str, ...]:
    """Les lignes d'un texte, chacune large d'au plus `place` points. Jamais vide ; rien n'est perdu.

    Une ligne suivie d'une autre finit par une espace, sauf au milieu d'un mot : mises bout à bout,
    les lignes redonnent le texte, ce dont dépendent la copie et la lecture à voix haute.
    """
    texte = propre(texte)
    if "\n" not in texte and largeur(texte, police, corps) <= place:
        return (texte,)
    lignes: list[str] = []
    paragraphes = texte.split("\n")
    for rang, paragraphe in enumerate(paragraphes, 1):
        coupees = list(_couper_ligne(paragraphe, police, corps, place))
        if rang < len(paragraphes):
            coupees[-1] += " "
        lignes += coupees
    return tuple(lignes)


def _couper_ligne(texte: str, police: str, corps: float, place: float) -> Iterator[str]:
    ligne, libre = "", place
    for morceau in _MORCEAUX.findall(texte):
        if not morceau.strip(" "):
            if ligne:
                ligne += morceau
                libre -= largeur(morceau, police, corps)
            continue
        besoin = largeur(morceau, police, corps)
        if besoin > libre and ligne:
            yield ligne
            ligne, libre = "", place
        while besoin > place:
            debut = _debut(morceau, police, corps, place)
            yield debut
            morceau = morceau[len(debut) :]
            besoin = largeur(morceau, police, corps)
        ligne += morceau
        libre -= besoin
    yield ligne.rstrip(" ")


def _debut(mot: str, police: str, corps: float, place: float) -> str:
    """Ce qui tient dans `place` d'un mot trop long, sans séparer une lettre de ses accents ; au moins un caractère."""
    libre, fin = place, len(mot)
    for rang, caractere in enumerate(mot):
        libre -= largeur(caractere, police, corps)
        if libre < 0 and rang and not unicodedata.combining(caractere):
            fin = rang
            break
    insecable = max(mot.rfind(espace, 1, fin) for espace in _INSECABLES)
    return mot[: insecable + 1] if insecable > fin / 2 else mot[:fin]


def abreger(texte: str, police: str, corps: float, place: float) -> str:
    """Le texte sur une ligne, terminé par « … » s'il ne tient pas. Réservé à ce qui est écrit en entier ailleurs."""
    texte = propre(texte).replace("\n", " ")
    if largeur(texte, police, corps) <= place:
        return texte
    return _debut(texte, police, corps, place - largeur("…", police, corps)).rstrip() + "…"
