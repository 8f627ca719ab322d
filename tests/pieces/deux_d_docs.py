"""Des avis d'impôt d'essai : un vrai 2D-Doc, signé par une autorité à nous, sur une feuille photographiée ou un PDF."""

from __future__ import annotations

import base64
import functools
import io
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import zxingcpp
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import NameOID
from PIL import Image, ImageFilter
from reportlab.lib.utils import ImageReader
from reportlab.pdfgen.canvas import Canvas

from tests.ecrans import papiers

SIGNE_LE = date(2025, 7, 31)
FISC = "0002 13000495500014"
AUTORITE, CERTIFICAT = "FT99", "TST1"
GS, US = "\x1d", "\x1f"
MILLIMETRES = 22  # le côté du code sur l'avis


@dataclass(frozen=True)
class Autorite:
    """Une autorité d'essai et la clé qui signe en son nom."""

    racine: x509.Certificate
    signataire: x509.Certificate
    cle: ec.EllipticCurvePrivateKey

    def installer(self, dossier: Path, *, sans_racine: bool = False) -> None:
        """Range ses certificats comme l'exploitant les aurait importés."""
        dossier.mkdir(exist_ok=True)
        for nom, certificat in ((f"{AUTORITE}_{CERTIFICAT}", self.signataire), (AUTORITE, self.racine)):
            if not (sans_racine and certificat is self.racine):
                (dossier / f"{nom}.der").write_bytes(certificat.public_bytes(Encoding.DER))


def _certificat(nom: str, unite: str, cle, emetteur: str, cle_emetteur, debut: date) -> x509.Certificate:
    def noms(commun: str, unite: str) -> x509.Name:
        return x509.Name(
            [
                x509.NameAttribute(NameOID.ORGANIZATIONAL_UNIT_NAME, unite),
                x509.NameAttribute(NameOID.COMMON_NAME, commun),
            ]
        )

    depuis = datetime.combine(debut, datetime.min.time(), UTC)
    return (
        x509.CertificateBuilder()
        .subject_name(noms(nom, unite))
        .issuer_name(noms(emetteur, "essai"))
        .public_key(cle.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(depuis)
        .not_valid_after(depuis + timedelta(days=3 * 365))
        .sign(cle_emetteur, hashes.SHA256())
    )


@functools.cache
def autorite(unite: str = FISC, debut: date = date(2024, 3, 1), courbe=ec.SECP256R1) -> Autorite:
    racine, cle = ec.generate_private_key(ec.SECP256R1()), ec.generate_private_key(courbe())
    return Autorite(
        _certificat(AUTORITE, "essai", racine, AUTORITE, racine, debut),
        _certificat(CERTIFICAT, unite, cle, AUTORITE, racine, debut),
        cle,
    )


def _jours(jour: date) -> str:
    return f"{(jour - date(2000, 1, 1)).days:04X}"


def code(
    rfr: int = 18_500, annee: int = 2024, noms: tuple[str, ...] = ("SILVA ANA",), de: Autorite | None = None
) -> str:
    """Le texte d'un 2D-Doc d'avis d'impôt (type 28), signé."""
    entete = f"DC04{AUTORITE}{CERTIFICAT}{_jours(SIGNE_LE)}{_jours(SIGNE_LE)}2801FR"
    declarants = "".join(f"{cle}{nom}{GS}" for cle, nom in zip(("46", "48"), noms, strict=False))
    donnees = f"432,5{GS}442612345678901" + f"45{annee}{declarants}473012345678901" + f"4A3107202541{rfr}{GS}"
    cle = (de or autorite()).cle
    hachage = {256: hashes.SHA256, 384: hashes.SHA384}[cle.key_size]()
    moitie = cle.key_size // 8
    r, s = decode_dss_signature(cle.sign((entete + donnees).encode(), ec.ECDSA(hachage)))
    signature = base64.b32encode(r.to_bytes(moitie) + s.to_bytes(moitie)).decode().rstrip("=")
    return entete + donnees + US + signature


def symbole(texte: str) -> Image.Image:
    barre = zxingcpp.create_barcode(texte.encode("latin-1"), zxingcpp.BarcodeFormat.DataMatrix)
    points = zxingcpp.write_barcode_to_image(barre, scale=8)
    hauteur, largeur = points.shape
    return Image.frombuffer("L", (largeur, hauteur), bytes(points))


def photo(texte: str, retouche: Callable[[Image.Image], Image.Image] = lambda feuille: feuille) -> bytes:
    """L'avis photographié en 12 millions de points, puis réduit à 1 800 comme le fait le navigateur."""
    feuille = papiers._feuille().copy()
    cote = round(MILLIMETRES * feuille.width / 210)
    feuille.paste(symbole(texte).resize((cote, cote), Image.Resampling.BILINEAR), (2200, 200))
    feuille = retouche(feuille).filter(ImageFilter.GaussianBlur(1.2))
    feuille.thumbnail((1800, 1800), Image.Resampling.BILINEAR)
    sortie = io.BytesIO()
    feuille.convert("RGB").save(sortie, "JPEG", quality=74)
    assert sortie.tell() <= 250_000, "plus lourde que ce qu’envoie le navigateur"
    return sortie.getvalue()


def pdf(texte: str, blanches: int = 0) -> bytes:
    """L'avis en PDF, après `blanches` pages sans code."""
    sortie = io.BytesIO()
    toile = Canvas(sortie)
    for _ in range(blanches):
        toile.showPage()
    toile.drawString(60, 780, "Avis d'essai, sans valeur")
    points = MILLIMETRES * 72 / 25.4
    toile.drawImage(ImageReader(symbole(texte)), 420, 690, points, points)
    toile.save()
    return sortie.getvalue()
