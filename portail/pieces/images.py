"""Refaire une image : ouverte sous limites, redressée, réduite, réécrite en JPEG sans rien d'autre que ses points.

Appelé par l'atelier seulement.
"""

from __future__ import annotations

import io
import struct
import warnings

from PIL import Image

from portail.pieces.refus import PIXELS_MAX, Refus, Rejet

COTE_MAX = 2400  # pixels : une page A4 à environ 200 points par pouce
QUALITE = 82
FORMATS = {"jpeg": ("JPEG",), "png": ("PNG",), "heic": ("HEIF",)}
ORIENTATION = 0x0112
REDRESSER = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}


def refaire(octets: bytes, nature: str) -> tuple[bytes, int]:
    """Le JPEG refait, et son nombre de pages : une (d'une image animée, seule la première est gardée)."""
    Image.MAX_IMAGE_PIXELS = PIXELS_MAX
    warnings.simplefilter("ignore")  # une étiquette de travers ne rend pas une photo illisible
    warnings.simplefilter("error", Image.DecompressionBombWarning)
    try:
        image = _ouvrir(octets, nature)
    except (Image.DecompressionBombWarning, Image.DecompressionBombError) as erreur:
        raise Rejet(Refus.IMAGE_TROP_GRANDE, _millions_de_points(octets, nature)) from erreur
    orientation = _orientation(image)
    image = _sur_fond_blanc(_reduire(image))
    if orientation in REDRESSER:
        image = image.transpose(REDRESSER[orientation])
    image.info = {}  # l'enregistrement recopierait sinon le commentaire et le reste
    sortie = io.BytesIO()
    image.save(sortie, "JPEG", quality=QUALITE, optimize=True)
    return sortie.getvalue(), 1


def _ouvrir(octets: bytes, nature: str) -> Image.Image:
    if nature == "heic":
        import pillow_heif

        pillow_heif.options.DECODE_THREADS = 1
        # Ni vignettes ni images annexes (profondeur, gain) : nous n'en gardons rien.
        pillow_heif.register_heif_opener(thumbnails=False, depth_images=False, aux_images=False)
    return Image.open(io.BytesIO(octets), formats=FORMATS[nature])


def _millions_de_points(octets: bytes, nature: str) -> int:
    """La taille annoncée, pour la phrase ; ouvrir ne décode rien."""
    Image.MAX_IMAGE_PIXELS = None
    largeur, hauteur = _ouvrir(octets, nature).size
    return -(-largeur * hauteur // 1_000_000)  # arrondi au-dessus


def _orientation(image: Image.Image) -> int:
    """Le sens de la photo (1 à 8). Une étiquette illisible compte pour « droite » : la personne voit le résultat."""
    try:
        return int(image.getexif().get(ORIENTATION, 1))
    except (ValueError, TypeError, KeyError, IndexError, OSError, SyntaxError, struct.error, OverflowError):
        return 1


def _reduire(image: Image.Image) -> Image.Image:
    """Au plus `COTE_MAX` de côté. Réduire d'abord : la suite travaille sur une image trente fois plus légère."""
    if image.mode.startswith("I;16"):
        # Les conversions ordinaires écrêtent le gris 16 bits au lieu de le ramener à 8.
        image = image.point(lambda niveau: niveau / 256).convert("L")
    elif image.mode == "I":
        image = image.point(lambda niveau: niveau / 256).convert("L")
    elif image.mode == "P":
        image = image.convert("RGBA" if "transparency" in image.info else "RGB")
    elif image.mode not in {"L", "LA", "RGB", "RGBA", "CMYK", "YCbCr"}:
        image = image.convert("RGBA" if "A" in image.mode or "a" in image.mode else "RGB")
    elif image.mode in {"L", "RGB"} and "transparency" in image.info:
        image = image.convert("LA" if image.mode == "L" else "RGBA")
    image.thumbnail((COTE_MAX, COTE_MAX), Image.Resampling.LANCZOS, reducing_gap=2.0)
    return image


def _sur_fond_blanc(image: Image.Image) -> Image.Image:
    """Le JPEG ne connaît pas la transparence : un document détouré se lit sur du blanc, pas sur du noir."""
    if image.mode in {"LA", "RGBA"}:
        fond = Image.new("RGBA", image.size, "white")
        fond.alpha_composite(image.convert("RGBA"))
        return fond.convert("L" if image.mode == "LA" else "RGB")
    return image if image.mode in {"L", "RGB"} else image.convert("RGB")
