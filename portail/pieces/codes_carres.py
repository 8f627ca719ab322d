"""Chercher les codes carrés (DataMatrix) d'un document déjà refait : un 2D-Doc en est un.

Appelé par l'atelier seulement : ces décodeurs sont en C++, et les octets viennent d'un inconnu.
"""

from __future__ import annotations

import io
from collections.abc import Iterator

import pypdfium2
import zxingcpp
from PIL import Image

from portail.pieces.paquets import emballer
from portail.pieces.refus import PIXELS_MAX

PAGES_LUES = 4  # le code est sur la première page de l'avis ; une numérisation peut commencer par autre chose
POINTS_PAR_POUCE = 200
COTE_MAX = 2400  # pixels
DEBUT_JPEG = b"\xff\xd8\xff"


def refaire(octets: bytes, _travail: str) -> tuple[bytes, int]:
    """(les codes trouvés, en un paquet peut-être vide ; le nombre de pages regardées)."""
    codes: list[bytes] = []
    pages = 0
    for page in _pages(octets):
        pages += 1
        codes += _codes(page)
        if codes:
            break
    return emballer(codes), max(pages, 1)


def _pages(octets: bytes) -> Iterator[Image.Image]:
    if octets.startswith(DEBUT_JPEG):
        Image.MAX_IMAGE_PIXELS = PIXELS_MAX
        yield Image.open(io.BytesIO(octets), formats=("JPEG",)).convert("L")
        return
    document = pypdfium2.PdfDocument(octets)
    for rang in range(min(len(document), PAGES_LUES)):
        page = document[rang]
        echelle = min(POINTS_PAR_POUCE / 72, COTE_MAX / max(page.get_size()))
        yield page.render(scale=echelle, grayscale=True).to_pil().convert("L")


def _codes(page: Image.Image) -> list[bytes]:
    """Ceux de la page telle quelle, sinon agrandie : une photo réduite et penchée n'a que deux points par case."""
    for image in (page, None):
        image = image or page.resize((page.width * 2, page.height * 2), Image.Resampling.BICUBIC)
        if lus := zxingcpp.read_barcodes(image, formats=zxingcpp.BarcodeFormats(zxingcpp.BarcodeFormat.DataMatrix)):
            return [bytes(code.bytes) for code in lus]
    return []
