"""Les certificats des autorités du 2D-Doc : des données, livrées avec l'extra ou importées par l'exploitant.

L'en-tête d'un code nomme son autorité (« FR06 ») et son certificat (« FPE3 »). Un certificat ne compte que si
l'autorité qu'il nomme est connue et l'a bien signé. Source de la liste : pub.ants.gouv.fr (liste de confiance 2D-Doc).
"""

from __future__ import annotations

import contextlib
import re
from collections.abc import Iterator
from datetime import UTC, date, datetime, time
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.x509.oid import NameOID

SIREN_DU_FISC = "130004955"  # direction générale des finances publiques (répertoire SIRENE)
IMPORTES = "certificats-2d-doc"  # dossier de l'instance
NOM = re.compile(r"[A-Z0-9]{4}")
EXTENSION = ".der"


class CertificatInconnu(ValueError):
    """Ce fichier n'est pas un certificat du 2D-Doc. `str(erreur)` se lit par un exploitant."""


def certificats(autorite: str, nom: str, importes: Path) -> Iterator[x509.Certificate]:
    """Les certificats de ce nom que cette autorité a signés : les importés d'abord."""
    if not (NOM.fullmatch(autorite) and NOM.fullmatch(nom)):
        return
    signataires = list(_lire_tous(autorite, importes))
    for certificat in _lire_tous(f"{autorite}_{nom}", importes):
        if any(_a_signe(signataire, certificat) for signataire in signataires):
            yield certificat


def _lire_tous(nom: str, importes: Path) -> Iterator[x509.Certificate]:
    livres: Traversable = files("tddoc.chains")
    for dossier in (importes, livres):
        with contextlib.suppress(FileNotFoundError, NotADirectoryError, ValueError):
            yield x509.load_der_x509_certificate((dossier / f"{nom}{EXTENSION}").read_bytes())


def _a_signe(signataire: x509.Certificate, certificat: x509.Certificate) -> bool:
    try:
        certificat.verify_directly_issued_by(signataire)
    except (InvalidSignature, ValueError, TypeError):
        return False
    return True


def couvre(certificat: x509.Certificate, jour: date | None) -> bool:
    """Ce certificat servait-il ce jour-là ? Un avis d'il y a trois ans était signé d'un certificat expiré depuis."""
    if jour is None:
        return False
    debut, fin = (datetime.combine(jour, heure, UTC) for heure in (time.max, time.min))
    return certificat.not_valid_before_utc <= debut and fin <= certificat.not_valid_after_utc


def est_au_fisc(certificat: x509.Certificate) -> bool:
    """Émis pour l'administration fiscale : son unité porte « 0002 » (registre SIRENE) et son numéro."""
    unites = certificat.subject.get_attributes_for_oid(NameOID.ORGANIZATIONAL_UNIT_NAME)
    return any(re.fullmatch(rf"0002 {SIREN_DU_FISC}[0-9]*", str(unite.value)) for unite in unites)


def importer(octets: bytes, importes: Path) -> str:
    """Range un certificat (DER ou PEM) : celui d'une autorité, ou de qui signe pour elle. Rend son nom.

    Lève `CertificatInconnu`.
    """
    try:
        lire = x509.load_pem_x509_certificate if b"-----BEGIN" in octets else x509.load_der_x509_certificate
        certificat = lire(octets)
    except ValueError as erreur:
        raise CertificatInconnu("Ce n’est pas un certificat X.509, en DER ou en PEM.") from erreur
    sujet, emetteur = _nom_commun(certificat.subject), _nom_commun(certificat.issuer)
    if not NOM.fullmatch(sujet):
        raise CertificatInconnu(f"« {sujet} » n’est pas un nom du 2D-Doc : quatre lettres ou chiffres, comme FR06.")
    # L'autorité se reconnaît à ce que son émetteur n'est pas lui-même une autorité du 2D-Doc, ou que c'est elle.
    est_autorite = sujet == emetteur or not NOM.fullmatch(emetteur)
    nom = sujet if est_autorite else f"{emetteur}_{sujet}"
    importes.mkdir(mode=0o700, parents=True, exist_ok=True)
    from cryptography.hazmat.primitives.serialization import Encoding

    (importes / f"{nom}{EXTENSION}").write_bytes(certificat.public_bytes(Encoding.DER))
    return nom


def _nom_commun(nom: x509.Name) -> str:
    trouves = nom.get_attributes_for_oid(NameOID.COMMON_NAME)
    return str(trouves[0].value) if trouves else ""
