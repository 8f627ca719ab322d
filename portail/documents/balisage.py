"""La toile : un canevas reportlab où tout ce qui est dessiné appartient à la structure, ou est un artefact."""

from __future__ import annotations

import io
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from urllib.parse import urlsplit

import pikepdf
from reportlab.lib.colors import HexColor
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfgen.canvas import Canvas

from portail.documents.ecriture import NORMAL, imprimable
from portail.documents.structure import LANGUE, Annotation, Element, Identite, Marque, habiller

# reportlab lit le fichier d'une police avec un curseur partagé : un seul document à la fois fabrique ses polices.
_FABRICATION = threading.Lock()
PROTOCOLES = {"https", "http", "mailto"}


@cache
def _rouge_vert_bleu(couleur: str) -> str:
    """« #0b5449 » → les trois composantes, entre 0 et 1, telles que le PDF les écrit."""
    return " ".join(f"{composante:.4g}" for composante in HexColor(couleur).rgb())


class Toile:
    """Dessine page après page. Coordonnées en points, origine en bas à gauche de la page.

    Tout dessin se fait dans `contenu(element)` ou `artefact(…)`. À l'intérieur d'un artefact, `contenu` ne
    marque rien : ce qui est redessiné pour l'œil (l'en-tête d'un tableau sur sa deuxième page) n'est lu qu'une fois.
    """

    def __init__(self, format_page: tuple[float, float]) -> None:
        self._tampon = io.BytesIO()
        self.canevas = Canvas(
            self._tampon,
            pagesize=format_page,
            pageCompression=0,  # pikepdf compresse tout à la fin
            invariant=1,
            lang=LANGUE,
            initialFontName=NORMAL,
        )
        self._page = 0
        self._marques = 0
        self._annotations = 0
        self._signets = 0
        self._ouvert = ""  # « contenu » ou « artefact » : le balisage en cours

    def page_suivante(self) -> None:
        self.canevas.showPage()
        self._page += 1
        self._marques = self._annotations = 0

    @contextmanager
    def contenu(self, element: Element) -> Iterator[None]:
        """Ce qui est dessiné dans ce bloc est le contenu de `element`."""
        if self._ouvert == "artefact":
            yield
            return
        if self._ouvert:
            raise RuntimeError(f"Un contenu balisé ne s’ouvre pas dans un autre ({element.role}).")
        element.enfants.append(Marque(self._page, self._marques))
        self._baliser(f"/{element.role} <</MCID {self._marques}>> BDC", "contenu")
        self._marques += 1
        yield
        self._fermer()

    @contextmanager
    def artefact(self, genre: str = "Layout") -> Iterator[None]:
        """Ce qui est dessiné dans ce bloc n'est pas lu. `genre` : « Layout » (filet, fond) ou « Pagination »."""
        if self._ouvert:
            yield
            return
        self._baliser(f"/Artifact <</Type /{genre}>> BDC", "artefact")
        yield
        self._fermer()

    def _baliser(self, operateur: str, ouvert: str) -> None:
        self.canevas.addLiteral(operateur)
        self._ouvert = ouvert

    def _fermer(self) -> None:
        self.canevas.addLiteral("EMC")
        self._ouvert = ""

    def ligne(self, x: float, y: float, texte: str, police: str, corps: float, couleur: str) -> None:
        """Écrit une ligne, `y` sur la ligne de base. L'original accompagne tout caractère remplacé (ActualText)."""
        dessin = imprimable(texte)
        original = dessin != texte and self._ouvert == "contenu"
        if original:
            code = f"\ufeff{texte}".encode("utf-16-be").hex()
            self.canevas.addLiteral(f"/Span <</ActualText <{code}>>> BDC")
        self._ecrire(x, y, dessin, police, corps, couleur)
        if original:
            self.canevas.addLiteral("EMC")

    def _ecrire(self, x: float, y: float, dessin: str, police: str, corps: float, couleur: str) -> None:
        """Les opérateurs d'une ligne : `Canvas.drawString` en écrit trois fois plus, trois fois moins vite."""
        fonte, document = pdfmetrics.getFont(police), self.canevas._doc
        textes = " ".join(
            f"{fonte.getSubsetInternalName(lot, document)} {corps:g} Tf <{codes.hex()}> Tj"
            for lot, codes in fonte.splitString(dessin, document)
        )
        self.canevas.addLiteral(f"BT {_rouge_vert_bleu(couleur)} rg 1 0 0 1 {x:.2f} {y:.2f} Tm {textes} ET")

    def rectangle(self, x: float, y: float, largeur: float, hauteur: float, couleur: str) -> None:
        """Un aplat, toujours un artefact."""
        with self.artefact():
            self.canevas.setFillColor(HexColor(couleur))
            self.canevas.rect(x, y, largeur, hauteur, stroke=0, fill=1)

    def signet(self, titre: str, niveau: int, haut: float) -> None:
        """Un signet vers ce point de la page. `niveau` : 0 pour le premier ; un niveau ne saute pas le précédent."""
        cle = f"s{self._signets}"
        self._signets += 1
        self.canevas.bookmarkPage(cle, fit="XYZ", left=0, top=round(haut, 2))
        self.canevas.addOutlineEntry(titre, cle, niveau, closed=False)

    def lien(self, element: Element, adresse: str, description: str, cadre: tuple[float, float, float, float]) -> None:
        """Rend `cadre` cliquable (x gauche, y bas, x droite, y haut). Lève `ValueError` pour un protocole inattendu."""
        if urlsplit(adresse).scheme not in PROTOCOLES:
            raise ValueError(f"Lien refusé dans un document : {adresse!r}.")
        self.canevas.linkURL(adresse, cadre, relative=0)
        element.enfants.append(Annotation(self._page, self._annotations, description))
        self._annotations += 1

    def octets(self, racine: Element, identite: Identite) -> bytes:
        """Le PDF fini : balisé, compressé, identique octet pour octet pour un même dessin."""
        with _FABRICATION:
            self.canevas.save()
        sortie = io.BytesIO()
        self._tampon.seek(0)
        with pikepdf.open(self._tampon) as pdf:
            habiller(pdf, racine, identite)
            pdf.save(
                sortie,
                min_version="1.7",
                compress_streams=True,
                recompress_flate=True,
                stream_decode_level=pikepdf.StreamDecodeLevel.generalized,
                object_stream_mode=pikepdf.ObjectStreamMode.generate,
                deterministic_id=True,
            )
        return sortie.getvalue()
