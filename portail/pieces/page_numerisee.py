"""L'image d'une page numérisée, si la page n'est que cela.

Une image tirée d'une page n'est pas la page : un rectangle noir posé dessus, un cadre qui la rogne, un masque cachent
ce qu'elle montrerait. Au premier ordre de dessin qui n'est pas « poser une image entière », la page ne se montre pas.
Appelé par l'atelier seulement.
"""

from __future__ import annotations

from collections.abc import Sequence

import pikepdf
from pikepdf import Array, ContentStreamInstruction, Dictionary, Matrix, Name, Object, Page, Stream
from PIL import Image

from portail.pieces.refus import PIXELS_MAX, Refus, Rejet

ORDRES_MAX = 20_000
COUVERTE = 0.6  # de la page : moins, c'est un logo
JEU = 0.02  # de la page : une numérisation n'est jamais tout à fait à sa taille
INVISIBLE = 3  # le texte qu'un lecteur automatique pose sous l'image
SUIVIS = {"q", "Q", "cm", "gs", "re", "W", "W*", "n", "Do", "Tr", "Tj", "TJ", "BDC"}
SANS_EFFET = {
    "ri", "i", "w", "j", "J", "M", "d", "BMC", "EMC", "MP", "DP", "BT", "ET",
    "Tf", "Tm", "Td", "TD", "T*", "Tc", "Tw", "Tz", "TL", "Ts",
}  # fmt: skip
TRANSPARENCES = ("/SMask", "/ca", "/CA", "/BM", "/TR", "/TR2")
MASQUES = ("/SMask", "/Mask", "/ImageMask", "/Decode", "/OC")
Boite = tuple[float, float, float, float]


def image_de(page: Page) -> Image.Image:
    """Lève `Rejet` si autre chose qu'une image entière se voit sur la page, ou la cache."""
    boite = _boite(page.mediabox)
    if _boite(page.cropbox) != boite:
        raise Rejet(Refus.ILLISIBLE)
    objet, matrice = _Lecture(page, boite).image()
    image = _ouvrir(objet)
    if matrice.a < 0:
        image = image.transpose(Image.Transpose.FLIP_LEFT_RIGHT)
    if matrice.d < 0:
        image = image.transpose(Image.Transpose.FLIP_TOP_BOTTOM)
    return image.rotate(-int(page.rotation), expand=True) if page.rotation else image


def _ouvrir(objet: Object) -> Image.Image:
    if not isinstance(objet, Stream) or any(cle in objet for cle in MASQUES):
        raise Rejet(Refus.ILLISIBLE)
    lue = pikepdf.PdfImage(objet)
    if lue.width * lue.height > PIXELS_MAX:
        raise Rejet(Refus.ILLISIBLE)
    image = lue.as_pil_image()
    return image.convert("L") if image.mode == "1" else image


class _Lecture:
    """Suit les ordres de la page, jusqu'à la seule image qu'elle pose."""

    def __init__(self, page: Page, boite: Boite) -> None:
        self.ressources = page.resources
        self.boite = boite
        self.matrice, self.mode_du_texte = Matrix(), 0
        self.gardes: list[tuple[Matrix, int]] = []
        self.cadre: Boite | None = None  # le rectangle tracé, qui attend de rogner
        self.posees: list[tuple[Object, Matrix]] = []
        ordres = pikepdf.parse_content_stream(page)
        if len(ordres) > ORDRES_MAX:
            raise Rejet(Refus.ILLISIBLE)
        for ordre in ordres:
            self._exiger(isinstance(ordre, ContentStreamInstruction))  # ni image écrite dans le dessin
            self._suivre(str(ordre.operator), list(ordre.operands))

    def image(self) -> tuple[Object, Matrix]:
        """Une seule image, droite, qui tient dans la page et la couvre."""
        if len(self.posees) != 1:
            raise Rejet(Refus.ILLISIBLE)
        objet, matrice = self.posees[0]
        cadre = _cadre(matrice, (0, 0, 1, 1))
        if matrice.b or matrice.c or not _contient(self.boite, cadre) or _aire(cadre) < COUVERTE * _aire(self.boite):
            raise Rejet(Refus.ILLISIBLE)
        return objet, matrice

    def _suivre(self, operateur: str, operandes: Sequence[Object]) -> None:
        self._exiger(operateur in SUIVIS or operateur in SANS_EFFET)
        match operateur:
            case "q":
                self.gardes.append((self.matrice, self.mode_du_texte))
            case "Q":
                self._exiger(bool(self.gardes))
                self.matrice, self.mode_du_texte = self.gardes.pop()
            case "cm":
                self.matrice = Matrix(*(float(nombre) for nombre in operandes)) @ self.matrice
            case "Tr":
                self.mode_du_texte = int(operandes[0])
            case "Tj" | "TJ":
                self._exiger(self.mode_du_texte == INVISIBLE)
            case "BDC":
                self._exiger(operandes[0] != Name.OC)  # un calque, qui se cache
            case "n":
                self.cadre = None
            case "re":
                self._exiger(self.cadre is None)
                x, y, large, haut = (float(nombre) for nombre in operandes)
                self.cadre = _cadre(self.matrice, (x, y, x + large, y + haut))
            case "W" | "W*":
                self._exiger(self.cadre is not None and _contient(self.cadre, self.boite))
            case "gs":
                self._exiger(_est_opaque(self.ressources.ExtGState[str(operandes[0])]))
            case "Do":
                objet = self.ressources.XObject[str(operandes[0])]
                self._exiger(objet.get("/Subtype") == Name.Image)
                self.posees.append((objet, self.matrice))

    @staticmethod
    def _exiger(condition: bool) -> None:
        if not condition:
            raise Rejet(Refus.ILLISIBLE)


def _est_opaque(etat: Object) -> bool:
    return isinstance(etat, Dictionary) and not any(cle in etat for cle in TRANSPARENCES)


def _boite(valeurs: Array) -> Boite:
    x0, y0, x1, y1 = (float(nombre) for nombre in valeurs.as_list())
    return min(x0, x1), min(y0, y1), max(x0, x1), max(y0, y1)


def _cadre(matrice: Matrix, boite: Boite) -> Boite:
    coins = [matrice.transform((x, y)) for x in boite[::2] for y in boite[1::2]]
    return min(x for x, _ in coins), min(y for _, y in coins), max(x for x, _ in coins), max(y for _, y in coins)


def _contient(grande: Boite, petite: Boite) -> bool:
    jeu = JEU * max(grande[2] - grande[0], grande[3] - grande[1])
    return (
        petite[0] >= grande[0] - jeu
        and petite[1] >= grande[1] - jeu
        and petite[2] <= grande[2] + jeu
        and petite[3] <= grande[3] + jeu
    )


def _aire(boite: Boite) -> float:
    return (boite[2] - boite[0]) * (boite[3] - boite[1])
