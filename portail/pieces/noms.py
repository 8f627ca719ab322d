"""Le nom d'un fichier : montrable sans piège à l'écran, et sûr dans un en-tête de téléchargement.

Ce nom ne sert qu'à la personne. Le stockage, lui, emploie une clé tirée au hasard.
"""

from __future__ import annotations

import re
import unicodedata
from urllib.parse import quote

LONGUEUR_MAX = 80  # caractères, extension comprise
PAR_DEFAUT = "document"

# Ce qui se retire d'un nom avant d'y mettre la vraie extension. Une liste fermée : « M.Petit » garde son nom.
EXTENSIONS = frozenset(
    {
        *("pdf", "jpg", "jpeg", "jpe", "jfif", "png", "heic", "heif", "avif", "gif", "bmp", "tif", "tiff", "webp"),
        *("svg", "htm", "html", "xml", "txt", "csv", "rtf", "doc", "docx", "odt", "ods", "odp", "xls", "xlsx"),
        *("ppt", "pptx", "zip", "rar", "7z", "eml", "msg", "exe", "com", "bat", "cmd", "scr", "js", "mp4", "mov"),
    }
)
# Noms que Windows réserve à des appareils, avec ou sans extension.
_RESERVES = re.compile(r"(?i)(con|prn|aux|nul|com[0-9]|lpt[0-9])(\..*)?")
_TRANSCRITS = str.maketrans({"œ": "oe", "Œ": "OE", "æ": "ae", "Æ": "AE", "ß": "ss", "’": "'", "ø": "o", "ł": "l"})


def extension_annoncee(nom: str) -> str:
    """« JPEG » pour « photo.JPEG », en minuscules et sans point ; vide si le nom n'en a pas."""
    base = _dernier_morceau(nom)
    _, point, extension = base.rpartition(".")
    return extension.lower() if point and re.fullmatch(r"[A-Za-z0-9]{1,5}", extension) else ""


def nom_montrable(nom: str, extension: str = "") -> str:
    """Le nom à montrer : sans chemin, sans caractère invisible, 80 caractères au plus.

    `extension` (sans point) est la vraie, connue une fois le fichier contrôlé : elle remplace
    celle du nom, et n'est jamais coupée. Sans elle, l'extension annoncée est gardée.
    """
    base = _dernier_morceau(nom)
    racine, point, annoncee = base.rpartition(".")
    if point and annoncee.lower() in EXTENSIONS:
        finale = extension or annoncee.lower()
    else:
        racine, finale = base, extension
    # « facture.pdf.exe » : une fois la fin retirée, il ne doit pas rester une seconde extension trompeuse.
    while "." in racine and racine.rpartition(".")[2].lower() in EXTENSIONS:
        racine = racine.rpartition(".")[0]
    suffixe = f".{finale}" if finale else ""
    racine = racine.strip(" .-")[: LONGUEUR_MAX - len(suffixe)].rstrip(" .-")
    return (racine or PAR_DEFAUT) + suffixe


def nom_de_telechargement(nom: str, extension: str = "", genre: str = "attachment") -> str:
    """La valeur de Content-Disposition (RFC 6266) : toujours en pièce jointe, un nom ASCII et le nom entier."""
    montrable = nom_montrable(nom, extension)
    if _RESERVES.fullmatch(montrable):
        montrable = f"{PAR_DEFAUT}-{montrable}"
    sans_accent = unicodedata.normalize("NFKD", montrable.translate(_TRANSCRITS)).encode("ascii", "ignore").decode()
    ascii_sur = re.sub(r"[^A-Za-z0-9 ._()'-]", "_", sans_accent).strip(" ._")
    if not ascii_sur or ascii_sur in EXTENSIONS:
        ascii_sur = f"{PAR_DEFAUT}.{ascii_sur}".rstrip(".")
    return f"{genre}; filename=\"{ascii_sur}\"; filename*=UTF-8''{quote(montrable, safe='')}"


def _dernier_morceau(nom: str) -> str:
    """La fin du chemin, en une seule forme Unicode, sans contrôle, sens d'écriture forcé ni caractère invisible."""
    nom = re.split(r"[/\\]", nom[-1000:])[-1]
    lettres = []
    for lettre in unicodedata.normalize("NFC", nom):
        genre = unicodedata.category(lettre)
        if genre.startswith("Z") or lettre in "\t\n\r":
            lettres.append(" ")
        elif not genre.startswith("C"):  # contrôles, formats (dont les sens d'écriture), surrogats, non attribués
            lettres.append(lettre)
    return re.sub(r" +", " ", "".join(lettres)).strip()
