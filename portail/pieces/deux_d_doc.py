"""Le 2D-Doc d'un avis d'impôt : ce qu'il dit, et ce que vaut sa signature.

Source : France Titres, « Spécifications techniques 2D-Doc », v3.3.8 (identifiants de données fiscales, § en-tête et
zone de signature). Lire demande l'extra « deux-d-doc » ; sans lui, rien n'est cherché et rien n'est montré.
Une signature vérifiée dit que ces chiffres sont ceux de l'administration fiscale ; pas que la feuille autour l'est.
"""

from __future__ import annotations

import base64
import functools
import importlib.util
import logging
import re
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature

from portail.choix import Choix
from portail.demande.codes_de_piece import est_un_avis
from portail.pieces import autorites
from portail.pieces.controle import FichierRefuse, travailler
from portail.pieces.paquets import deballer

BIBLIOTHEQUES = ("zxingcpp", "tddoc")
# Avis d'impôt sur les revenus (04, 28), avis de situation déclarative (18, 24, 27).
TYPES = frozenset({"04", "18", "24", "27", "28"})
RFR, PARTS, ANNEE, DECLARANTS = "41", "43", "45", ("46", "48")
LONGUEUR_MAX = 2335  # caractères : ce que contient le plus grand DataMatrix
FIN_DES_DONNEES, FIN_DE_SIGNATURE = "\x1f", "\x1d"
HACHAGES: dict[int, type[hashes.SHA256 | hashes.SHA384 | hashes.SHA512]] = {
    256: hashes.SHA256,
    384: hashes.SHA384,
    521: hashes.SHA512,
}
MAL_FORME = (ValueError, IndexError, AttributeError, NotImplementedError)  # ce que lève tddoc d'un code de travers

journal = logging.getLogger(__name__)


class Signature(Choix):
    """Ce que l'on sait de la signature d'un code."""

    VERIFIEE = "verifiee", "signature vérifiée"
    NON_VERIFIABLE = "non_verifiable", "signature non vérifiable"
    FAUSSE = "fausse", "signature fausse"


@dataclass(frozen=True)
class Avis:
    """Ce que dit le code. `annee` : celle des revenus ; `rfr` : euros par an ; `noms` : « SILVA ANA »."""

    annee: int
    rfr: int
    parts: str
    noms: tuple[str, ...]


@dataclass(frozen=True)
class Code:
    """Un 2D-Doc fiscal bien formé."""

    avis: Avis
    autorite: str
    certificat: str
    signe_le: date | None
    signe: bytes
    signature: bytes


@functools.cache
def est_installe() -> bool:
    return all(importlib.util.find_spec(nom) is not None for nom in BIBLIOTHEQUES)


def chercher(octets: bytes, piece: str, nom: str) -> str | None:
    """Le texte du 2D-Doc fiscal d'un document refait, ou None. Peut durer quelques secondes ; n'empêche jamais rien."""
    if not est_un_avis(piece) or not est_installe():
        return None
    try:
        paquet, _ = travailler(octets, "codes", nom)
        textes = [code.decode("latin-1") for code in deballer(paquet) if len(code) <= LONGUEUR_MAX]
    except (FichierRefuse, ValueError):
        return None
    return next((texte for texte in textes if lire(texte) is not None), None)


def lire(texte: str) -> Code | None:
    """None si ce n'est pas un 2D-Doc fiscal entier."""
    if not est_installe() or not texte.startswith("DC"):
        return None
    from tddoc.header import Header
    from tddoc.message import C40Message

    try:
        entete = Header.from_code(texte)
        signe, separateur, suite = texte.partition(FIN_DES_DONNEES)
        if entete.doc_type_id not in TYPES or not separateur:
            return None
        donnees = C40Message.from_code(entete.perimeter_id, signe[entete.length :]).dataset
        return Code(
            _avis({donnee.definition.id: str(donnee.value).strip() for donnee in donnees}),
            entete.ca_id,
            entete.cert_id,
            entete.sign_date,
            signe.encode("latin-1"),
            _base32(suite.partition(FIN_DE_SIGNATURE)[0]),
        )
    except MAL_FORME as erreur:
        journal.info("2D-Doc de travers : %s", type(erreur).__name__)
        return None


def _avis(donnees: dict[str, str]) -> Avis:
    """Lève `ValueError` s'il manque l'année ou le revenu fiscal de référence."""
    annee, rfr = donnees.get(ANNEE, ""), donnees.get(RFR, "")
    if not re.fullmatch(r"20[0-9]{2}", annee) or not re.fullmatch(r"[0-9]{1,9}", rfr):
        raise ValueError("ni année ni revenu")
    parts = donnees.get(PARTS, "")
    noms = tuple(nom for cle in DECLARANTS if (nom := donnees.get(cle, "")))
    return Avis(int(annee), int(rfr), parts if re.fullmatch(r"[0-9]{1,2}(,[0-9]{1,2})?", parts) else "", noms)


def _base32(texte: str) -> bytes:
    """La signature s'écrit sans son remplissage."""
    return base64.b32decode(texte + "=" * (-len(texte) % 8))


def verifier(code: Code, importes: Path) -> Signature:
    """`importes` : le dossier des certificats ajoutés par l'exploitant."""
    for certificat in autorites.certificats(code.autorite, code.certificat, importes):
        if not autorites.couvre(certificat, code.signe_le):
            continue
        if not autorites.est_au_fisc(certificat):
            return Signature.FAUSSE  # un autre organisme n'a pas à signer un avis d'impôt
        cle = certificat.public_key()
        if isinstance(cle, ec.EllipticCurvePublicKey) and cle.key_size in HACHAGES:
            return Signature.VERIFIEE if _est_signe(code, cle) else Signature.FAUSSE
    return Signature.NON_VERIFIABLE


def _est_signe(code: Code, cle: ec.EllipticCurvePublicKey) -> bool:
    moitie = len(code.signature) // 2
    r, s = (int.from_bytes(partie) for partie in (code.signature[:moitie], code.signature[moitie:]))
    try:
        cle.verify(encode_dss_signature(r, s), code.signe, ec.ECDSA(HACHAGES[cle.key_size]()))
    except InvalidSignature:
        return False
    return True
