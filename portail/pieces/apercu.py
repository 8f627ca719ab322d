"""La première page d'un document, en image : « apercu » dans un dossier, « vignette » d'une page à ranger.

Appelé par l'atelier seulement, sur des fichiers déjà refaits : un décodeur n'a rien à faire dans le portail. Une page
de PDF est dessinée comme elle se voit : l'image qu'elle contient dirait aussi ce qu'un trait noir posé dessus cache.
"""

from __future__ import annotations

import io

import pypdfium2
from PIL import Image

from portail.pieces.refus import PIXELS_MAX

DEBUT_JPEG = b"\xff\xd8\xff"
POIDS_MAX = {
    "apercu": 200 * 1024,  # octets
    "vignette": 4096,  # cent pages à ranger se montrent sur un réseau lent
}
# (côté en pixels, qualité), la plus belle d'abord
REDUCTIONS = {
    "apercu": ((1500, 70), (1300, 60), (1100, 50), (900, 40)),
    "vignette": ((320, 55), (260, 45), (210, 40), (160, 30), (110, 20)),
}


def refaire(octets: bytes, travail: str) -> tuple[bytes, int]:
    """(un JPEG, 1). La dernière réduction est rendue même si elle dépasse le poids voulu."""
    Image.MAX_IMAGE_PIXELS = PIXELS_MAX
    reductions = REDUCTIONS[travail]
    image = (_photo if octets.startswith(DEBUT_JPEG) else _page)(octets, reductions[0][0])
    image = image if image.mode in {"L", "RGB"} else image.convert("RGB")
    image.info = {}
    for cote, qualite in reductions:
        image.thumbnail((cote, cote), Image.Resampling.LANCZOS, reducing_gap=2.0)
        sortie = io.BytesIO()
        image.save(sortie, "JPEG", quality=qualite, optimize=True)
        if sortie.tell() <= POIDS_MAX[travail]:
            break
    return sortie.getvalue(), 1


def _photo(octets: bytes, cote: int) -> Image.Image:
    photo = Image.open(io.BytesIO(octets), formats=("JPEG",))
    photo.draft("RGB", (cote, cote))  # la décoder déjà réduite
    return photo


def _page(octets: bytes, cote: int) -> Image.Image:
    page = pypdfium2.PdfDocument(octets)[0]
    return page.render(scale=cote / max(page.get_size())).to_pil()
