"""Un cas du corpus, et les quelques fichiers simples dont partent les autres."""

from __future__ import annotations

import functools
from collections.abc import Callable
from dataclasses import dataclass

from portail.pieces.refus import Refus
from tests.pieces.fabrique import (
    archive,
    coder,
    image,
    octets,
    pdf,
)


@dataclass(frozen=True)
class Refuse:
    """Un fichier refusé, et la `suite` de la phrase qui le nomme. `bombe` : se mesure aussi."""

    cas: str
    nom: str
    fabrique: Callable[[], bytes]
    code: Refus
    suite: str
    bombe: bool = False

    @property
    def phrase(self) -> str:
        """Le début exact de ce que lit la personne, aux espaces insécables près."""
        return f"« {self.nom} » {self.suite}"

    def octets(self) -> bytes:
        return self.fabrique()


@dataclass(frozen=True)
class Accepte:
    """Un fichier accepté, parfois inattendu : il ressort sous ce nom, avec ce nombre de pages."""

    cas: str
    nom: str
    fabrique: Callable[[], bytes]
    sortie: str
    pages: int = 1

    def octets(self) -> bytes:
        return self.fabrique()


@functools.cache
def jpeg() -> bytes:
    return coder(image(), "JPEG")


@functools.cache
def png() -> bytes:
    return coder(image(), "PNG")


@functools.cache
def heic() -> bytes:
    return coder(image(), "HEIF", quality=60)


@functools.cache
def pdf_simple() -> bytes:
    return octets(pdf(3))


def coupe(fabrique: Callable[[], bytes], part: float) -> Callable[[], bytes]:
    """Le début seulement : un envoi interrompu."""
    return lambda: fabrique()[: int(len(fabrique()) * part)]


def heic_annonce(cote: int) -> bytes:
    """Un HEIC dont seule la taille annoncée est retouchée."""
    rendu = bytearray(heic())
    place = rendu.index(b"ispe") + 8
    rendu[place : place + 8] = cote.to_bytes(4) * 2
    return bytes(rendu)


def jpeg_annonce(cote: int) -> bytes:
    rendu = bytearray(jpeg())
    place = rendu.index(b"\xff\xc0") + 5
    rendu[place : place + 4] = cote.to_bytes(2) * 2
    return bytes(rendu)


WORD = functools.partial(archive, "[Content_Types].xml", "word/document.xml")
EXCEL = functools.partial(archive, "[Content_Types].xml", "xl/workbook.xml")
PAGE_WEB = b"<!DOCTYPE html><html><script>alert(document.cookie)</script></html>"
DESSIN = b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>'
PROGRAMME = b"MZ\x90\x00\x03" + b"\0" * 300 + b"This program cannot be run in DOS mode."
VIDEO = b"\0\0\0\x18ftypisom\0\0\0\0isommp42" + b"\0" * 300
AVIF = b"\0\0\0\x1cftypavif\0\0\0\0avifmif1miaf" + b"\0" * 300
WORD_ANCIEN = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600 + "WordDocument".encode("utf-16-le")


def tel_quel(octets_: bytes) -> Callable[[], bytes]:
    return lambda: octets_
