"""Des papiers tels qu'un téléphone les prend : douze millions de points, du grain, un sens."""

from __future__ import annotations

import functools
import io
import os
from collections.abc import Callable

import pikepdf
from PIL import Image, ImageDraw, ImageEnhance, ImageFilter, ImageFont

from portail.config import RACINE

POLICE = RACINE / "portail" / "documents" / "polices" / "PortailTexte-Normal.ttf"
LARGE, HAUT = 3024, 4032
LIGNE = "Salaire de base 151,67 h × 11,88 € = 1 801,84 €   Cotisations 396,40 €   Net à payer 1 405,44 €"


@functools.cache
def _feuille() -> Image.Image:
    """Un bulletin de salaire : une page A4, du texte de 12 à 6 points."""
    feuille = Image.new("L", (LARGE, HAUT), 232)
    dessin = ImageDraw.Draw(feuille)
    y = 160
    for points in (12, 10, 9, 8, 7, 6):
        police = ImageFont.truetype(str(POLICE), round(points * LARGE / 595))
        dessin.text((160, y), f"{points} points", fill=20, font=police)
        for rang in range(1, 7):
            dessin.text((160, y + rang * round(points * 7.5)), LIGNE, fill=25, font=police)
        y += 8 * round(points * 7.5)
    grain = Image.effect_noise((LARGE, HAUT), 18)
    return Image.blend(feuille, grain, 0.12).filter(ImageFilter.GaussianBlur(1.2))


def bulletin(retouche: Callable[[Image.Image], Image.Image] = lambda photo: photo, orientation: int = 1) -> bytes:
    """La photo en JPEG. `orientation` : l'étiquette du téléphone, qui tourne l'image sans toucher à ses points."""
    photo = retouche(_feuille()).convert("RGB")
    if orientation == 6:
        photo = photo.transpose(Image.Transpose.ROTATE_90)
    etiquettes = Image.Exif()
    etiquettes[0x0112] = orientation
    sortie = io.BytesIO()
    photo.save(sortie, "JPEG", quality=92, exif=etiquettes)
    return sortie.getvalue()


def sombre(photo: Image.Image) -> Image.Image:
    return ImageEnhance.Brightness(photo).enhance(0.22)


def floue(photo: Image.Image) -> Image.Image:
    return photo.filter(ImageFilter.GaussianBlur(14))


def pdf_de(octets: int, bourre: int = 0) -> bytes:
    """Un PDF d'une page, d'à peu près ce poids : une image que rien ne comprime, et `bourre` octets de commentaire."""
    document = pikepdf.new()
    page = document.add_blank_page()
    hauteur = octets // 1000
    image = pikepdf.Stream(
        document, os.urandom(1000 * hauteur), Type=pikepdf.Name.XObject, Subtype=pikepdf.Name.Image, Width=1000,
        Height=hauteur, ColorSpace=pikepdf.Name.DeviceGray, BitsPerComponent=8,
    )  # fmt: skip
    page.Resources = pikepdf.Dictionary(XObject=pikepdf.Dictionary(I=image))
    page.Contents = pikepdf.Stream(document, b"%" + b"x" * bourre + b"\nq 500 0 0 700 40 40 cm /I Do Q")
    sortie = io.BytesIO()
    document.save(sortie, compress_streams=False)
    return sortie.getvalue()
