"""La première page d'un document, en image : telle qu'elle se voit."""

from __future__ import annotations

import io

import pikepdf
import pytest
from pikepdf import Dictionary, Name
from PIL import Image

from portail.pieces import apercu
from portail.pieces.controle import FichierRefuse, controler, travailler
from tests.pieces.cas import jpeg, pdf_simple
from tests.pieces.fabrique import coder

ROUGE, BLEU = (200, 30, 30), (30, 30, 200)
POSER = b"q 595 0 0 842 0 0 cm /I Do Q"


def numerise(dessin: bytes = POSER, sens: int = 0) -> bytes:
    """Une page A4 qui pose l'image /I : le haut rouge, le bas bleu."""
    photo = Image.new("RGB", (210, 297), BLEU)
    photo.paste(ROUGE, (0, 0, 210, 148))
    document = pikepdf.new()
    page = document.add_blank_page(page_size=(595, 842))
    page.obj.Contents = document.make_stream(dessin)
    flux = document.make_stream(
        coder(photo, "JPEG", quality=95), Type=Name.XObject, Subtype=Name.Image, Width=210, Height=297,
        ColorSpace=Name.DeviceRGB, BitsPerComponent=8, Filter=Name.DCTDecode,
    )  # fmt: skip
    page.obj.Resources = Dictionary(XObject=Dictionary(I=flux))
    page.rotate(sens, relative=False)
    sortie = io.BytesIO()
    document.save(sortie)
    return sortie.getvalue()


def points(octets: bytes) -> tuple[str, str, str]:
    """La couleur du haut, du milieu et du bas."""
    image = Image.open(io.BytesIO(octets)).convert("RGB")

    def couleur(part: float) -> str:
        rouge, _, bleu = image.getpixel((image.width // 2, int(image.height * part)))
        return "noir" if max(rouge, bleu) < 60 else "rouge" if rouge > bleu else "bleu"

    return couleur(0.05), couleur(0.5), couleur(0.95)


def test_un_pdf_numerise_puis_controle_se_montre():
    sain = controler(numerise(), "scan.pdf").octets
    octets, nombre = travailler(sain, "apercu", "scan.pdf")
    haut, _, bas = points(octets)
    assert (nombre, haut, bas) == (1, "rouge", "bleu")
    with Image.open(io.BytesIO(octets)) as image:
        assert (image.format, image.height) == ("JPEG", apercu.REDUCTIONS["apercu"][0][0])
    assert len(octets) <= apercu.POIDS_MAX["apercu"]


@pytest.mark.menace("T5")
@pytest.mark.parametrize("travail", ["apercu", "vignette"])
def test_ce_qu_un_trait_noir_cache_reste_cache(travail):
    """L'image que la page contient dirait ce que la page ne montre pas."""
    octets, _ = travailler(numerise(POSER + b" 0 0 0 rg 0 380 595 80 re f"), travail, "cache.pdf")
    assert points(octets) == ("rouge", "noir", "bleu")


def test_le_sens_de_la_page_est_suivi():
    haut, _, bas = points(travailler(numerise(sens=180), "apercu", "a-l-envers.pdf")[0])
    assert (haut, bas) == ("bleu", "rouge")


@pytest.mark.parametrize("travail", ["apercu", "vignette"])
def test_une_page_de_texte_se_montre(travail):
    octets, _ = travailler(pdf_simple(), travail, "texte.pdf")
    with Image.open(io.BytesIO(octets)) as image:
        assert image.height == apercu.REDUCTIONS[travail][0][0]
        assert image.convert("L").getextrema() < (100, 256), "le texte est écrit en noir"


@pytest.mark.parametrize("travail", ["apercu", "vignette"])
def test_une_photo_aussi(travail):
    with Image.open(io.BytesIO(travailler(jpeg(), travail, "photo.jpg")[0])) as image:
        assert image.format == "JPEG"


def test_une_page_de_bruit_reste_legere():
    bruit = Image.effect_noise((2400, 3300), 90).convert("RGB")
    sortie = io.BytesIO()
    bruit.save(sortie, "PDF")
    octets, _ = travailler(sortie.getvalue(), "apercu", "bruit.pdf")
    assert len(octets) <= 2 * apercu.POIDS_MAX["apercu"]


def test_une_page_abimee_se_refuse():
    with pytest.raises(FichierRefuse):
        travailler(b"%PDF-1.7 abime %%EOF", "apercu", "abime.pdf")
