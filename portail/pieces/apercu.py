"""La première page d'un PDF, à regarder sans l'ouvrir.

Appelé par l'atelier seulement, sur des fichiers déjà refaits. Avec pypdfium2 (extra « deux-d-doc »), la page est
dessinée. Sans lui, seule une page numérisée se montre : une image et rien d'autre (`page_numerisee.py`).
"""

from __future__ import annotations

import io
from importlib import import_module
from importlib.util import find_spec

from pikepdf import Pdf
from PIL import Image

from portail.pieces.page_numerisee import image_de
from portail.pieces.refus import PIXELS_MAX

POIDS_MAX = 200 * 1024  # octets
REDUCTIONS = ((1500, 70), (1300, 60), (1100, 50), (900, 40))  # (côté en pixels, qualité), la plus belle d'abord
COTE_MAX = REDUCTIONS[0][0]


def refaire(octets: bytes, _travail: str) -> tuple[bytes, int]:
    """(un JPEG, 1). Lève `Rejet` si la page ne se montre pas."""
    Image.MAX_IMAGE_PIXELS = PIXELS_MAX
    image = _dessinee(octets) if find_spec("pypdfium2") else numerisee(octets)
    image = image if image.mode in {"L", "RGB"} else image.convert("RGB")
    image.info = {}
    for cote, qualite in REDUCTIONS:
        image.thumbnail((cote, cote), Image.Resampling.LANCZOS, reducing_gap=2.0)
        sortie = io.BytesIO()
        image.save(sortie, "JPEG", quality=qualite, optimize=True)
        if sortie.tell() <= POIDS_MAX:
            break
    return sortie.getvalue(), 1


def _dessinee(octets: bytes) -> Image.Image:
    page = import_module("pypdfium2").PdfDocument(octets)[0]
    return page.render(scale=COTE_MAX / max(page.get_size())).to_pil()


def numerisee(octets: bytes) -> Image.Image:
    with Pdf.open(io.BytesIO(octets)) as source:
        return image_de(source.pages[0])
