"""Mesure du contrôle des fichiers : durée, calcul et mémoire, par cas.

    python -m tests.pieces.mesure_controle

Durée : ce qu'attend la personne, démarrage de l'atelier compris. Calcul : les processeurs occupés par l'atelier.
Portail : le plus haut de la mémoire de notre processus pendant le contrôle, octets du fichier compris.
"""

from __future__ import annotations

import resource
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from pikepdf import Dictionary, Name, Stream
from PIL import Image

from portail.pieces.controle import FichierRefuse, controler
from portail.pieces.refus import PIXELS_MAX
from tests.pieces.cas import heic, jpeg, pdf_simple, png
from tests.pieces.corpus import REFUSES
from tests.pieces.fabrique import coder, exif, octets, pdf

# Secondes de calcul, mégaoctets, bombes comprises. La durée dépend de ce qui tourne à côté : l'atelier cède le pas.
CALCUL_MAX, PORTAIL_MAX = 5.0, 300.0


@dataclass(frozen=True)
class Mesure:
    cas: str
    recu: int  # octets
    rendu: int  # octets, 0 si refusé
    issue: str
    duree: float  # secondes
    calcul: float  # secondes
    portail: float  # mégaoctets

    @property
    def tient(self) -> bool:
        return self.calcul <= CALCUL_MAX and self.portail <= PORTAIL_MAX


def photo(largeur: int, hauteur: int, format_: str, **options: object) -> Callable[[], bytes]:
    """Du bruit : le pire d'une photo réelle, rien ne s'y comprime."""
    return lambda: coder(Image.effect_noise((largeur, hauteur), 40).convert("RGB"), format_, **options)


def scan(pages: int) -> bytes:
    document = pdf(pages)
    for feuille in document.pages:
        image = photo(1240, 1754, "JPEG", quality=40, exif=exif())()
        feuille.obj.Resources = Dictionary(
            XObject=Dictionary(
                I=Stream(
                    document,
                    image,
                    Type=Name.XObject,
                    Subtype=Name.Image,
                    Width=1240,
                    Height=1754,
                    BitsPerComponent=8,
                    ColorSpace=Name.DeviceRGB,
                    Filter=Name.DCTDecode,
                )
            )
        )
    return octets(document)


ORDINAIRES: tuple[tuple[str, str, Callable[[], bytes]], ...] = (
    ("petite photo JPEG", "a.jpg", jpeg),
    ("petite image PNG", "a.png", png),
    ("petite photo HEIC", "a.heic", heic),
    ("PDF de 3 pages", "a.pdf", pdf_simple),
    ("photo de 12 millions de points", "a.jpg", photo(4032, 3024, "JPEG", quality=85)),
    ("photo HEIC de 12 millions de points", "a.heic", photo(4032, 3024, "HEIF", quality=50)),
    (f"image de {PIXELS_MAX // 1_000_000} millions de points", "a.png", lambda: unie(7071)),
    ("scan PDF de 20 pages", "a.pdf", lambda: scan(20)),
)


def unie(cote: int) -> bytes:
    return coder(Image.new("RGB", (cote, cote), (200, 210, 220)), "PNG", compress_level=1)


def mesurer() -> Iterator[Mesure]:
    """Les fichiers ordinaires, puis chaque bombe du corpus."""
    bombes = ((cas.cas, cas.nom, cas.octets) for cas in REFUSES if cas.bombe)
    for cas, nom, fabrique in (*ORDINAIRES, *bombes):
        yield _mesurer(cas, nom, fabrique())


def _mesurer(cas: str, nom: str, recus: bytes) -> Mesure:
    _oublier_le_pic()
    debut, avant = time.monotonic(), _calcul()
    try:
        sain = controler(recus, nom)
        rendu, issue = len(sain.octets), "accepté"
    except FichierRefuse as refus:
        rendu, issue = 0, str(refus.code)
    return Mesure(cas, len(recus), rendu, issue, time.monotonic() - debut, _calcul() - avant, _pic())


def _calcul() -> float:
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    return usage.ru_utime + usage.ru_stime


def _oublier_le_pic() -> None:
    """Fabriquer un fichier prend plus de mémoire que le contrôler : seul le contrôle se mesure."""
    if Path("/proc/self/clear_refs").exists():
        Path("/proc/self/clear_refs").write_text("5")


def _pic() -> float:
    """Mégaoctets."""
    etat = Path("/proc/self/status")
    if not etat.exists():
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return next(int(ligne.split()[1]) for ligne in etat.read_text().splitlines() if ligne.startswith("VmHWM")) / 1024


def imprimer() -> bool:
    """Un tableau, puis le plus gros atelier. Rend vrai si chaque cas tient dans ses limites."""
    print(f"{'fichier':40} {'reçu':>9} {'rendu':>9} {'durée':>7} {'calcul':>7} {'portail':>8}  issue")
    tient = True
    for mesure in mesurer():
        tient = tient and mesure.tient
        print(
            f"{mesure.cas:40} {mesure.recu / 1e3:6.0f} ko {mesure.rendu / 1e3:6.0f} ko {mesure.duree * 1e3:4.0f} ms"
            f" {mesure.calcul * 1e3:4.0f} ms {mesure.portail:5.0f} Mo  {mesure.issue}{'' if mesure.tient else '  TROP'}",
            flush=True,
        )
    print(f"Le plus gros atelier : {resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024:.0f} Mo.")
    return tient


if __name__ == "__main__":
    raise SystemExit(0 if imprimer() else 1)
