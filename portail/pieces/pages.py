"""Les pages d'un papier numérisé : les séparer, les réunir.

Appelé par l'atelier seulement, sur des fichiers déjà refaits : un décodeur d'images n'a rien à faire dans le portail.
"""

from __future__ import annotations

import io
from collections.abc import Iterable

import pikepdf
from pikepdf import Array, Dictionary, Name, Page, Pdf, Stream
from PIL import Image

from portail.pieces import filigrane
from portail.pieces.paquets import deballer, emballer
from portail.pieces.refus import PAGES_MAX, Refus, Rejet

A4 = (595, 842)  # points
DEBUT_JPEG = b"\xff\xd8\xff"


def refaire(octets: bytes, travail: str) -> tuple[bytes, int]:
    """(résultat, nombre de pages). « decouper » rend un paquet de PDF d'une page, « assembler » et « copier » un PDF.
    Lève `Rejet`."""
    travaux = {"decouper": decouper, "assembler": assembler, "copier": copier}
    return travaux[travail](octets)


def decouper(octets: bytes) -> tuple[bytes, int]:
    """Un PDF par page, sans ce que les autres pages emploient."""
    morceaux = []
    with Pdf.open(io.BytesIO(octets)) as source:
        for page in source.pages:
            seule = pikepdf.new()
            seule.pages.append(page)
            seule.remove_unreferenced_resources()
            morceaux.append(_octets(seule))
    return emballer(morceaux), len(morceaux)


def assembler(octets: bytes) -> tuple[bytes, int]:
    """Un PDF fait des pages reçues, dans l'ordre ; une photo y fait une page A4."""
    neuf = _reunir(deballer(octets))
    return _octets(neuf), len(neuf.pages)


def copier(octets: bytes) -> tuple[bytes, int]:
    """Un PDF des fichiers reçus, marqué : le premier morceau est le texte du filigrane, en UTF-8."""
    texte, *morceaux = deballer(octets)
    neuf = _reunir(morceaux)
    filigrane.poser(neuf, texte.decode())
    return _octets(neuf), len(neuf.pages)


def _reunir(morceaux: Iterable[bytes]) -> Pdf:
    neuf = pikepdf.new()
    for morceau in morceaux:
        if morceau.startswith(DEBUT_JPEG):
            neuf.pages.append(_page_de_photo(neuf, morceau))
        else:
            with Pdf.open(io.BytesIO(morceau)) as source:
                neuf.pages.extend(source.pages)
    if not 1 <= len(neuf.pages) <= PAGES_MAX:
        raise Rejet(Refus.TROP_DE_PAGES, len(neuf.pages))
    return neuf


def _page_de_photo(neuf: Pdf, octets: bytes) -> Page:
    """Les octets de la photo tels quels : l'incorporer ne la dégrade pas."""
    with Image.open(io.BytesIO(octets), formats=("JPEG",)) as image:
        (largeur, hauteur), mode = image.size, image.mode
    photo = Stream(
        neuf,
        octets,
        Type=Name.XObject,
        Subtype=Name.Image,
        Width=largeur,
        Height=hauteur,
        ColorSpace=Name.DeviceGray if mode == "L" else Name.DeviceRGB,
        BitsPerComponent=8,
        Filter=Name.DCTDecode,
    )
    feuille = A4 if hauteur >= largeur else A4[::-1]
    echelle = min(feuille[0] / largeur, feuille[1] / hauteur)
    large, haut = largeur * echelle, hauteur * echelle
    gauche, bas = (feuille[0] - large) / 2, (feuille[1] - haut) / 2
    dessin = f"q {large:.2f} 0 0 {haut:.2f} {gauche:.2f} {bas:.2f} cm /P Do Q".encode()
    page = Dictionary(
        Type=Name.Page,
        MediaBox=Array([0, 0, *feuille]),
        Resources=Dictionary(XObject=Dictionary(P=photo)),
        Contents=Stream(neuf, dessin),
    )
    return Page(neuf.make_indirect(page))


def _octets(document: Pdf) -> bytes:
    sortie = io.BytesIO()
    document.save(
        sortie,
        object_stream_mode=pikepdf.ObjectStreamMode.generate,
        stream_decode_level=pikepdf.StreamDecodeLevel.none,
        deterministic_id=True,
    )
    return sortie.getvalue()
