"""De quoi fabriquer des fichiers, bons ou mauvais, octet par octet : rien de binaire n'est versionné."""

from __future__ import annotations

import functools
import io
import struct
import zipfile
import zlib
from collections.abc import Sequence

import pikepdf
import pillow_heif
from PIL import Image

pillow_heif.register_heif_opener()

ROUGE, BLEU = (200, 30, 30), (30, 30, 200)
JOCONDE = b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n"
SCRIPT = "app.alert('bonjour')"
EICAR = b"X5O!P%@AP[4\\PZX54(P^)7CC)7}$" + b"EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"  # en deux : le dépôt reste sain


def image(taille: tuple[int, int] = (120, 80), mode: str = "RGB") -> Image.Image:
    """Moitié gauche rouge, moitié droite bleue : on voit si elle a tourné."""
    largeur, hauteur = taille
    rendu = Image.new("RGB", taille, BLEU)
    rendu.paste(ROUGE, (0, 0, largeur // 2, hauteur))
    return rendu.convert(mode)


def coder(rendu: Image.Image, format_: str, **options: object) -> bytes:
    sortie = io.BytesIO()
    rendu.save(sortie, format_, **options)
    return sortie.getvalue()


def exif(orientation: int = 1) -> bytes:
    """Prise à Paris, avec un téléphone nommé."""
    etiquettes = Image.Exif()
    etiquettes[0x0112] = orientation
    etiquettes[0x010F] = "TelephoneDeTest"
    etiquettes.get_ifd(0x8825).update({1: "N", 2: (48.0, 51.0, 29.6), 3: "E", 4: (2.0, 17.0, 40.2)})
    return etiquettes.tobytes()


def png_annonce(largeur: int, hauteur: int, *morceaux: tuple[bytes, bytes], profondeur: int = 1) -> bytes:
    """Un PNG gris qui annonce cette taille. Ses points ne sont pas tous là : la taille suffit à le refuser."""

    def bloc(genre: bytes, contenu: bytes) -> bytes:
        return struct.pack(">I", len(contenu)) + genre + contenu + struct.pack(">I", zlib.crc32(genre + contenu))

    entete = struct.pack(">IIBBBBB", largeur, hauteur, profondeur, 0, 0, 0, 0)
    blocs = [(b"IHDR", entete), *morceaux, (b"IDAT", gonflable(40_000_000)), (b"IEND", b"")]
    return b"\x89PNG\r\n\x1a\n" + b"".join(bloc(*morceau) for morceau in blocs)


@functools.cache
def gonflable(taille: int, octet: bytes = b"\0", debut: bytes = b"") -> bytes:
    """`debut`, puis `taille` fois le même octet, compressés : un bloc indépendant d'un mégaoctet, recopié."""
    zip_ = zlib.compressobj(9)
    morceau = octet * 1_000_000
    fois = taille // len(morceau)
    entete = zip_.compress(debut) + zip_.flush(zlib.Z_FULL_FLUSH)
    bloc = zip_.compress(morceau) + zip_.flush(zlib.Z_FULL_FLUSH)
    somme = zlib.adler32(debut)
    for _ in range(fois):
        somme = zlib.adler32(morceau, somme)
    return entete + bloc * fois + b"\x03\0" + somme.to_bytes(4)


def flux(dictionnaire: bytes, contenu: bytes) -> bytes:
    return b"<< %s /Length %d >>\nstream\n%s\nendstream" % (dictionnaire, len(contenu), contenu)


def pdf_brut(objets: Sequence[bytes], racine: bytes = b"") -> bytes:
    """Un PDF écrit à la main : l'objet n° 1 est le catalogue, sauf ce que `racine` y ajoute."""
    corps = bytearray(JOCONDE)
    places = []
    for numero, contenu in enumerate([b"<< /Type /Catalog /Pages 2 0 R %s >>" % racine, *objets], 1):
        places.append(len(corps))
        corps += b"%d 0 obj\n%s\nendobj\n" % (numero, contenu)
    table = len(corps)
    corps += b"xref\n0 %d\n0000000000 65535 f \n" % (len(places) + 1)
    corps += b"".join(b"%010d 00000 n \n" % place for place in places)
    corps += b"trailer\n<< /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (len(places) + 1, table)
    return bytes(corps)


PAGES = b"<< /Type /Pages /Kids [3 0 R] /Count 1 /MediaBox [0 0 595 842] >>"


def page(plus: bytes = b"") -> bytes:
    return b"<< /Type /Page /Parent 2 0 R %s >>" % plus


def pdf(pages: int = 1, dessin: bytes = b"0 0 1 rg 50 50 100 100 re f") -> pikepdf.Pdf:
    document = pikepdf.new()
    for _ in range(pages):
        document.add_blank_page(page_size=(595, 842))
        document.pages[-1].Contents = pikepdf.Stream(document, dessin)
    return document


def octets(document: pikepdf.Pdf, **options: object) -> bytes:
    sortie = io.BytesIO()
    document.save(sortie, **options)
    return sortie.getvalue()


def archive(*noms: str) -> bytes:
    sortie = io.BytesIO()
    with zipfile.ZipFile(sortie, "w", zipfile.ZIP_DEFLATED) as contenu:
        for nom in noms:
            contenu.writestr(nom, "contenu " * 20)
    return sortie.getvalue()
