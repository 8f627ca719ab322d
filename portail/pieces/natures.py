"""Reconnaître un fichier à ses premiers octets, sans croire son nom ni ce qu'en dit le navigateur.

Reconnaître ne suffit pas à accepter : ce qui est accepté est ensuite entièrement refait par l'atelier.
"""

from __future__ import annotations

import filetype

ACCEPTEES = frozenset({"pdf", "jpeg", "png", "heic"})
EXTENSIONS_ACCEPTEES = frozenset({"pdf", "jpg", "jpeg", "jpe", "jfif", "png", "heic", "heif"})

_BLANCS = b"\x00\t\n\x0c\r "
_HEIC = {b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"hevm", b"hevs"}
_AVIF = {b"avif", b"avis"}
_BALISES = (b"<!doctype html", b"<html", b"<head", b"<body", b"<script", b"<iframe", b"<title", b"<!--", b"<meta")

BUREAUTIQUE = frozenset({"word", "tableur", "diaporama", "opendocument", "rtf", "texte"})
CONTENANTS = frozenset({"zip", "courriel"})
NOMS = {
    "word": "un document Word",
    "tableur": "un tableau Excel",
    "diaporama": "un diaporama",
    "opendocument": "un document LibreOffice",
    "rtf": "un document de traitement de texte",
    "texte": "un fichier de texte",
    "html": "une page web",
    "svg": "un dessin",
    "xml": "un fichier de données",
    "zip": "un dossier compressé",
    "programme": "un programme",
    "courriel": "un courriel enregistré",
    "image": "une image d’un autre format",
    "video": "une vidéo",
    "audio": "un enregistrement sonore",
    "autre": "d’un type que nous ne lisons pas",
}
_OFFICE_ANCIEN = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_PAR_EXTENSION = {
    "doc": "word",
    "docx": "word",
    "xls": "tableur",
    "xlsx": "tableur",
    "ppt": "diaporama",
    "pptx": "diaporama",
    "odt": "opendocument",
    "ods": "opendocument",
    "odp": "opendocument",
    "rtf": "rtf",
    "exe": "programme",
    "elf": "programme",
}


def reconnaitre(octets: bytes) -> str | None:
    """La nature du fichier : un des mots de `ACCEPTEES` ou de `NOMS`, ou None si rien n'est reconnu."""
    if octets.startswith(b"\xff\xd8\xff"):
        return "jpeg"
    if octets.startswith(b"\x89PNG\r\n\x1a\n"):
        return "png"
    debut = octets[:4096].removeprefix(b"\xef\xbb\xbf").lstrip(_BLANCS)
    if debut.startswith(b"%PDF-"):
        return "pdf"
    return _conteneur_d_images(octets) or _balisage(debut) or _archive(octets) or _autre(octets, debut)


def _conteneur_d_images(octets: bytes) -> str | None:
    """HEIC et ses cousins : une boîte « ftyp » dont la liste des marques dit qui saura lire le fichier."""
    if octets[4:8] != b"ftyp":
        return None
    fin = min(int.from_bytes(octets[:4]), 256)
    marques = {octets[8:12]} | {octets[place : place + 4] for place in range(16, fin, 4)}
    if marques & _HEIC and octets[8:12] not in _AVIF:
        return "heic"
    if marques & (_AVIF | {b"mif1", b"msf1"}):
        return "image"
    return None


def _balisage(debut: bytes) -> str | None:
    texte = debut.replace(b"\x00", b"").lstrip(b"\xff\xfe").lower()  # aussi en UTF-16
    if b"<svg" in texte and texte.startswith((b"<svg", b"<?xml", b"<!doctype svg", b"<!--")):
        return "svg"
    if texte.startswith(_BALISES) or (texte.startswith(b"<?xml") and b"<html" in texte):
        return "html"
    return "xml" if texte.startswith(b"<?xml") else None


def _archive(octets: bytes) -> str | None:
    """Les documents bureautiques récents sont des archives : leurs noms internes les trahissent."""
    if octets.startswith(_OFFICE_ANCIEN):
        return "word" if b"W\0o\0r\0d\0" in octets else "tableur" if b"W\0o\0r\0k\0b\0o\0o\0k" in octets else "autre"
    if not octets.startswith(b"PK\x03\x04"):
        return None
    for marque, nature in (
        (b"word/", "word"),
        (b"xl/", "tableur"),
        (b"ppt/", "diaporama"),
        (b"application/vnd.oasis.opendocument", "opendocument"),
    ):
        if marque in octets:
            return nature
    return "zip"


def _autre(octets: bytes, debut: bytes) -> str | None:
    if octets.startswith((b"MZ", b"\x7fELF", b"#!", b"\xca\xfe\xba\xbe", b"\xcf\xfa\xed\xfe")):
        return "programme"
    if debut.startswith((b"From: ", b"Received: ", b"Return-Path: ", b"Delivered-To: ", b"MIME-Version: ")):
        return "courriel"
    devine = filetype.guess(octets)
    if devine is not None:
        if devine.extension in _PAR_EXTENSION:
            return _PAR_EXTENSION[devine.extension]
        genre = devine.mime.partition("/")[0]
        if genre in {"image", "video", "audio"}:
            return genre
        return "zip" if devine.extension in {"zip", "rar", "7z", "gz", "tar", "bz2", "xz"} else "autre"
    # Un en-tête de PDF précédé de quelques octets sans nom (passerelles de messagerie) reste un PDF.
    if b"%PDF-" in octets[:1024]:
        return "pdf"
    return "texte" if _est_du_texte(octets[:4096]) else None


def _est_du_texte(debut: bytes) -> bool:
    if any(octet < 9 or 13 < octet < 32 for octet in debut):
        return False
    # La coupe à 4 096 octets peut tomber au milieu d'une lettre : trois octets de marge.
    return any(_decode(debut[: len(debut) - marge]) for marge in range(4))


def _decode(octets: bytes) -> bool:
    try:
        return bool(octets.decode("utf-8"))
    except UnicodeDecodeError:
        return False
