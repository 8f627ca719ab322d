"""La première page d'un PDF, en image : la page telle qu'elle se voit, ou rien."""

from __future__ import annotations

import io
from collections.abc import Callable

import pikepdf
import pytest
from pikepdf import Array, Dictionary, Name
from PIL import Image

from portail.pieces import apercu
from portail.pieces.controle import controler, travailler
from portail.pieces.refus import Rejet
from tests.pieces.cas import pdf_simple
from tests.pieces.fabrique import coder

ROUGE, BLEU = (200, 30, 30), (30, 30, 200)
POSER = b"q 595 0 0 842 0 0 cm /I Do Q"


def numerise(dessin: bytes = POSER, regler: Callable[[pikepdf.Pdf, pikepdf.Page], object] | None = None) -> bytes:
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
    if regler is not None:
        regler(document, page)
    sortie = io.BytesIO()
    document.save(sortie)
    return sortie.getvalue()


def lire(octets: bytes) -> Image.Image:
    return Image.open(io.BytesIO(octets)).convert("RGB")


def haut_et_bas(image: Image.Image) -> tuple[str, str]:
    def couleur(y: int) -> str:
        rouge, _, bleu = image.convert("RGB").getpixel((image.width // 2, y))
        return "rouge" if rouge > bleu else "bleu"

    return couleur(10), couleur(image.height - 10)


def test_dans_l_atelier_un_pdf_numerise_puis_controle_se_montre():
    sain = controler(numerise(), "scan.pdf").octets
    octets, nombre = travailler(sain, "apercu", "scan.pdf")
    image = lire(octets)
    assert (nombre, haut_et_bas(image)) == (1, ("rouge", "bleu"))
    assert image.height > image.width
    assert len(octets) <= apercu.POIDS_MAX


def test_une_page_de_bruit_tient_dans_le_poids_permis(monkeypatch):
    monkeypatch.setattr(apercu, "find_spec", lambda _nom: None)
    bruit = Image.effect_noise((2400, 3300), 90).convert("RGB")
    sortie = io.BytesIO()
    bruit.save(sortie, "PDF")
    assert len(apercu.refaire(sortie.getvalue(), "apercu")[0]) <= 2 * apercu.POIDS_MAX


def test_avec_de_quoi_dessiner_une_page_de_texte_se_montre_aussi():
    pytest.importorskip("pypdfium2")
    assert lire(travailler(pdf_simple(), "apercu", "texte.pdf")[0]).height > 1000


@pytest.mark.parametrize(
    ("dessin", "sens"),
    [
        (POSER, ("rouge", "bleu")),
        (b"q 0 0 595 842 re W n 595 0 0 842 0 0 cm /I Do Q", ("rouge", "bleu")),
        (POSER + b" BT 3 Tr /F 9 Tf (texte cherchable) Tj ET", ("rouge", "bleu")),
        (b"q 595 0 0 -842 0 842 cm /I Do Q", ("bleu", "rouge")),
        (b"q 0.5 0 0 0.5 0 0 cm q 1190 0 0 1684 0 0 cm /I Do Q Q", ("rouge", "bleu")),
    ],
)
def test_sans_rien_pour_dessiner_une_page_qui_n_est_qu_une_image_se_montre(dessin, sens):
    assert haut_et_bas(apercu.numerisee(numerise(dessin))) == sens


def test_le_sens_de_la_page_est_suivi():
    image = apercu.numerisee(numerise(regler=lambda _d, page: page.rotate(180, relative=False)))
    assert haut_et_bas(image) == ("bleu", "rouge")


def masquer(document: pikepdf.Pdf, page: pikepdf.Page) -> None:
    masque = document.make_stream(
        bytes(210 * 297), Type=Name.XObject, Subtype=Name.Image, Width=210, Height=297,
        ColorSpace=Name.DeviceGray, BitsPerComponent=8,
    )  # fmt: skip
    page.obj.Resources.XObject.I.SMask = masque


def rogner(_document: pikepdf.Pdf, page: pikepdf.Page) -> None:
    page.obj.CropBox = Array([0, 0, 595, 400])


def eclaircir(document: pikepdf.Pdf, page: pikepdf.Page) -> None:
    page.obj.Resources.ExtGState = Dictionary(G=document.make_indirect(Dictionary(ca=0)))


@pytest.mark.menace("T5")
@pytest.mark.parametrize(
    ("dessin", "regler"),
    [
        pytest.param(POSER + b" 0 0 0 rg 50 400 200 40 re f", None, id="un rectangle noir par-dessus"),
        pytest.param(POSER + b" BT /F 9 Tf (visible) Tj ET", None, id="du texte"),
        pytest.param(b"q 0 0 595 300 re W n 595 0 0 842 0 0 cm /I Do Q", None, id="un cadre qui rogne"),
        pytest.param(b"q 60 0 0 85 0 0 cm /I Do Q", None, id="un logo"),
        pytest.param(b"q 1190 0 0 1684 0 0 cm /I Do Q", None, id="plus grande que la page"),
        pytest.param(b"q 0 842 -595 0 595 0 cm /I Do Q", None, id="couchée"),
        pytest.param(POSER + b" " + POSER, None, id="deux images"),
        pytest.param(b"", None, id="rien"),
        pytest.param(b"q 3 Tr Q " + POSER + b" BT /F 9 Tf (visible) Tj ET", None, id="du texte redevenu visible"),
        pytest.param(b"0 0 595 842 re 0 0 595 300 re W* n " + POSER, None, id="un cadre percé"),
        pytest.param(b"/OC /P BDC " + POSER + b" EMC", None, id="un calque"),
        pytest.param(b"Q " + POSER, None, id="mal formée"),
        pytest.param(POSER + b" BI /W 1 /H 1 /CS /G /BPC 8 ID \x00 EI", None, id="une image dans le dessin"),
        pytest.param(POSER, masquer, id="un masque"),
        pytest.param(POSER, rogner, id="une page rognée"),
        pytest.param(b"/G gs " + POSER, eclaircir, id="transparente"),
    ],
)
def test_une_page_qui_cache_ou_ajoute_quelque_chose_ne_se_montre_pas_a_moitie(dessin, regler):
    """L'image seule dirait autre chose que la page : ce qu'un trait noir cache s'y lirait."""
    with pytest.raises(Rejet):
        apercu.numerisee(numerise(dessin, regler))
