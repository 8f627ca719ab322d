"""Les deux échanges de WebAuthn, ajouter et se servir : ce que le site demande, et ce qu'il vérifie de la réponse.

Le site exige que l'appareil ait vérifié la personne (code, doigt, visage), que la réponse vienne de l'adresse réglée
(PORTAIL_URL) et d'aucune autre, et ne demande pas à l'appareil de dire sa marque. La bibliothèque (100 ms, 23 Mo) n'est
chargée qu'à la première réponse à vérifier.
"""

from __future__ import annotations

import hashlib
import ipaddress
import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from flask import current_app

from portail.cles_acces.modeles import CleAcces

DELAI_MS = 300_000  # autant que le défi : qui cherche sa clé de sécurité a le temps
TAILLE_MAXIMALE = 16_000  # caractères : une réponse honnête en a moins de 4 000
ALGORITHMES = (-8, -7, -257)  # EdDSA, ES256, RS256


class CleRefusee(Exception):
    """La réponse ne prouve rien. `str()` est la raison, pour le journal : elle ne se montre pas."""


@dataclass(frozen=True)
class Porteur:
    """À qui sera la clé. `numero` : ce que l'appareil retient (64 octets au plus, rien qui dise qui c'est)."""

    numero: bytes
    adresse: str


@dataclass(frozen=True)
class CleNeuve:
    identifiant: str
    cle_publique: bytes
    compteur: int
    sauvegardee: bool


@dataclass(frozen=True)
class Reponse:
    """Ce que le navigateur a renvoyé, lu mais pas encore vérifié."""

    contenu: dict[str, Any]
    identifiant: str
    numero: str | None


def domaine() -> str:
    """Le nom auquel les clés sont liées. Vide si l'adresse du site est un nombre : aucune clé n'y est possible."""
    hote = urlsplit(current_app.extensions["portail"].url).hostname or ""
    try:
        ipaddress.ip_address(hote)
    except ValueError:
        return hote
    return ""


def possible() -> bool:
    return bool(domaine())


def porteur(sorte: str, numero: int, adresse: str) -> Porteur:
    """`sorte` : « compte » ou « agent ». Aucune clé du coffre n'y entre : l'appareil le retient, une rotation non."""
    return Porteur(hashlib.sha256(f"{domaine()} {sorte} {numero}".encode()).digest(), adresse)


def options_d_ajout(defi: bytes, qui: Porteur, deja: Iterable[str], *, decouvrable: bool) -> dict[str, Any]:
    """Pour `navigator.credentials.create`. `decouvrable` : la clé dira elle-même à quel compte elle est."""
    return {
        "rp": {"id": domaine(), "name": current_app.extensions["portail"].identite.nom},
        "user": {"id": _ecrire(qui.numero), "name": qui.adresse, "displayName": qui.adresse},
        "challenge": _ecrire(defi),
        "pubKeyCredParams": [{"type": "public-key", "alg": algorithme} for algorithme in ALGORITHMES],
        "timeout": DELAI_MS,
        "excludeCredentials": _descriptions(deja),
        "authenticatorSelection": {
            "residentKey": "required" if decouvrable else "preferred",
            "requireResidentKey": decouvrable,
            "userVerification": "required",
        },
        "attestation": "none",
    }


def options_d_usage(defi: bytes, permises: Iterable[str] = ()) -> dict[str, Any]:
    """Pour `navigator.credentials.get`. Sans `permises`, toute clé de ce site : rien ne dit qui a un compte."""
    return {
        "rpId": domaine(),
        "challenge": _ecrire(defi),
        "timeout": DELAI_MS,
        "allowCredentials": _descriptions(permises),
        "userVerification": "required",
    }


def lire(texte: str) -> Reponse:
    """Lève `CleRefusee` si ce n'est pas une réponse de navigateur."""
    if not texte or len(texte) > TAILLE_MAXIMALE:
        raise CleRefusee("réponse absente ou trop longue")
    with _refus_de_lecture():
        contenu = json.loads(texte)
        identifiant, numero = contenu["id"], contenu["response"].get("userHandle")
        if not isinstance(identifiant, str) or not isinstance(numero, str | None):
            raise CleRefusee("réponse mal formée")
        recueillie = json.loads(_lire(contenu["response"]["clientDataJSON"]))
        if recueillie.get("crossOrigin"):  # demandée depuis la page d'un autre site, qui encadrerait la nôtre
            raise CleRefusee("réponse recueillie dans un cadre")
        return Reponse(contenu, identifiant, numero)


def verifier_l_ajout(texte: str, defi: bytes) -> CleNeuve:
    """La clé que l'appareil vient de fabriquer. Lève `CleRefusee`."""
    from webauthn import verify_registration_response
    from webauthn.helpers.cose import COSEAlgorithmIdentifier

    reponse = lire(texte)
    with _refus_de_lecture():
        verifiee = verify_registration_response(
            credential=reponse.contenu,
            expected_challenge=defi,
            expected_rp_id=domaine(),
            expected_origin=_origine(),
            require_user_verification=True,
            supported_pub_key_algs=[COSEAlgorithmIdentifier(algorithme) for algorithme in ALGORITHMES],
        )
    # L'identifiant signé par l'appareil, et non celui que la page dit.
    identifiant = _ecrire(verifiee.credential_id)
    if identifiant != reponse.identifiant:
        raise CleRefusee("identifiants différents")
    return CleNeuve(
        identifiant, verifiee.credential_public_key, verifiee.sign_count, bool(verifiee.credential_backed_up)
    )


def verifier_l_usage(reponse: Reponse, defi: bytes, cle: CleAcces, qui: Porteur) -> tuple[int, bool]:
    """Le compteur neuf de l'appareil, et si la clé est sauvegardée. Lève `CleRefusee`.

    Un compteur qui n'avance pas n'est pas jugé ici : l'appelant le compare en l'écrivant (deux envois simultanés).
    """
    from webauthn import verify_authentication_response

    if reponse.numero is not None and reponse.numero.rstrip("=") != _ecrire(qui.numero):
        raise CleRefusee("clé d’un autre porteur")
    with _refus_de_lecture():
        verifiee = verify_authentication_response(
            credential=reponse.contenu,
            expected_challenge=defi,
            expected_rp_id=domaine(),
            expected_origin=_origine(),
            credential_public_key=cle.cle_publique,
            credential_current_sign_count=0,
            require_user_verification=True,
        )
    return verifiee.new_sign_count, bool(verifiee.credential_backed_up)


def _origine() -> str:
    return current_app.extensions["portail"].url


def _descriptions(identifiants: Iterable[str]) -> list[dict[str, str]]:
    return [{"type": "public-key", "id": identifiant} for identifiant in identifiants]


def _ecrire(octets: bytes) -> str:
    return urlsafe_b64encode(octets).rstrip(b"=").decode()


def _lire(texte: str) -> bytes:
    return urlsafe_b64decode(texte + "=" * (-len(texte) % 4))


@contextmanager
def _refus_de_lecture() -> Iterator[None]:
    """Une réponse forgée fait échouer la lecture de bien des façons : toutes sont un refus, aucune une panne."""
    from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
    from webauthn.helpers.exceptions import WebAuthnException

    try:
        yield
    except (WebAuthnException, InvalidSignature, UnsupportedAlgorithm) as erreur:
        raise CleRefusee(type(erreur).__name__) from erreur
    except (ArithmeticError, AttributeError, LookupError, RecursionError, TypeError, ValueError) as erreur:
        raise CleRefusee(f"réponse mal formée ({type(erreur).__name__})") from erreur
