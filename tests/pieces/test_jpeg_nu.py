"""Les photos que contient un PDF : leurs étiquettes partent, leurs points restent."""

from __future__ import annotations

import io
import zlib
from base64 import a85encode

import pikepdf
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pikepdf import Array, Dictionary, Name, Stream
from PIL import Image

from portail.pieces.controle import controler
from portail.pieces.jpeg_nu import sans_etiquettes
from tests.pieces.fabrique import coder, exif, image, octets, pdf


def etiquete(**options: object) -> bytes:
    xmp = b"<x:xmpmeta xmlns:x='adobe:ns:meta/'>Camille Martin</x:xmpmeta>"
    return coder(image(), "JPEG", exif=exif(), comment=b"chez Camille Martin", xmp=xmp, **options)


def points(jpeg: bytes) -> bytes:
    with Image.open(io.BytesIO(jpeg)) as rendu:
        return rendu.tobytes()


@pytest.mark.parametrize("options", [{}, {"progressive": True}, {"optimize": True, "quality": 30}], ids=str)
def test_les_etiquettes_partent_et_les_points_restent(options: dict) -> None:
    recu = etiquete(**options)
    nu = sans_etiquettes(recu + b"PK\x03\x04 ce qui suit la fin")
    assert points(nu) == points(recu)
    for trace in (b"TelephoneDeTest", b"Camille", b"Exif", b"PK\x03\x04"):
        assert trace not in nu
    assert nu.endswith(b"\xff\xd9")


def test_le_profil_de_couleurs_reste() -> None:
    with Image.open(io.BytesIO(sans_etiquettes(etiquete(icc_profile=b"profil" * 20_000)))) as rendu:
        assert rendu.info["icc_profile"] == b"profil" * 20_000


def test_les_couleurs_d_un_cmjn_restent() -> None:
    recu = coder(image(mode="CMYK"), "JPEG", exif=exif())
    assert points(sans_etiquettes(recu)) == points(recu)


@given(st.binary(max_size=300), st.integers(0, 600))
def test_n_importe_quels_octets_ressortent_sans_erreur_et_pas_plus_longs(bruit: bytes, coupe: int) -> None:
    for recu in (bruit, b"\xff\xd8" + bruit, etiquete()[:coupe] + bruit):
        assert len(sans_etiquettes(recu)) <= len(recu) + 2  # la marque de fin peut être répétée


def photo_en_pdf(contenu: bytes, filtres: Array | Name, **plus: object) -> bytes:
    document = pdf()
    photo = Stream(
        document, contenu, Type=Name.XObject, Subtype=Name.Image, Width=120, Height=80, BitsPerComponent=8,
        ColorSpace=Name.DeviceRGB, Filter=filtres, **plus,
    )  # fmt: skip
    document.pages[0].Resources = Dictionary(XObject=Dictionary(I=photo))
    return octets(document, stream_decode_level=pikepdf.StreamDecodeLevel.none)


@pytest.mark.asvs("14.2.8")
@pytest.mark.parametrize(
    ("envelopper", "filtres"),
    [
        (bytes, Name.DCTDecode),
        (zlib.compress, Array([Name.FlateDecode, Name.DCTDecode])),
        (lambda jpeg: a85encode(jpeg) + b"~>", Array([Name.ASCII85Decode, Name.DCTDecode])),
    ],
    ids=["seule", "compressée", "en lettres"],
)
def test_une_photo_mise_en_pdf_perd_son_lieu(envelopper, filtres: Array | Name) -> None:
    recu = etiquete()
    sain = controler(photo_en_pdf(envelopper(recu), filtres), "scan.pdf")
    with pikepdf.open(io.BytesIO(sain.octets)) as document:
        photo = document.pages[0].Resources.XObject.I
        assert photo.Filter == Name.DCTDecode
        jpeg = photo.read_raw_bytes()
    assert b"TelephoneDeTest" not in jpeg
    assert b"Camille" not in jpeg
    assert points(jpeg) == points(recu)


def test_les_reglages_de_couleurs_d_une_photo_restent() -> None:
    reglages = Array([None, Dictionary(ColorTransform=0)])
    recu = photo_en_pdf(zlib.compress(etiquete()), Array([Name.FlateDecode, Name.DCTDecode]), DecodeParms=reglages)
    with pikepdf.open(io.BytesIO(controler(recu, "scan.pdf").octets)) as document:
        assert document.pages[0].Resources.XObject.I.DecodeParms.ColorTransform == 0
