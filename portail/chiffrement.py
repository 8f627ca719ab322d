"""Chiffrement au repos (AES-256-GCM, clés versionnées) et empreintes à clé (HMAC-SHA-256).

Le contexte (« personne.nir ») est lié à la donnée chiffrée : déplacée dans une autre colonne,
elle ne se déchiffre plus. L'empreinte sert à retrouver une valeur sans pouvoir la deviner :
un hachage sans clé d'un NIR se renverse, l'espace des NIR étant trop petit.
"""

from __future__ import annotations

import hashlib
import hmac
import os
from collections.abc import Mapping

import sqlalchemy as sa
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from flask import current_app

TAILLE_NONCE = 12
SURCOUT = 1 + TAILLE_NONCE + 16  # octets : la version, le nonce, le sceau


class DechiffrementImpossible(Exception):
    """Clé absente, clé fausse, donnée altérée ou tronquée."""


class Coffre:
    """Chiffre avec la clé de plus haute version, déchiffre avec toutes celles qu'il connaît."""

    def __init__(self, cles: Mapping[int, bytes], cle_empreinte: bytes) -> None:
        self._cles = {version: AESGCM(cle) for version, cle in cles.items()}
        self._version = max(cles)
        self._cle_empreinte = cle_empreinte

    def chiffrer(self, clair: bytes, contexte: str) -> bytes:
        """Un octet de version, le nonce, puis le chiffré et son sceau (29 octets de plus que le clair)."""
        nonce = os.urandom(TAILLE_NONCE)
        return bytes([self._version]) + nonce + self._cles[self._version].encrypt(nonce, clair, contexte.encode())

    def dechiffrer(self, chiffre: bytes, contexte: str) -> bytes:
        """Lève `DechiffrementImpossible` plutôt que de rendre un texte faux."""
        if len(chiffre) < SURCOUT:
            raise DechiffrementImpossible("Donnée tronquée.")
        cle = self._cles.get(chiffre[0])
        if cle is None:
            raise DechiffrementImpossible(f"La clé de version {chiffre[0]} manque.")
        try:
            return cle.decrypt(chiffre[1 : 1 + TAILLE_NONCE], chiffre[1 + TAILLE_NONCE :], contexte.encode())
        except InvalidTag as erreur:
            raise DechiffrementImpossible("Donnée altérée, ou clé de chiffrement remplacée.") from erreur

    def empreinte(self, valeur: str, contexte: str) -> str:
        """64 caractères hexadécimaux, les mêmes pour la même valeur dans le même contexte."""
        return hmac.new(self._cle_empreinte, f"{contexte}\0{valeur}".encode(), hashlib.sha256).hexdigest()


def coffre() -> Coffre:
    """Le coffre de l'application en cours."""
    return current_app.extensions["coffre"]


class TexteChiffre(sa.types.TypeDecorator[str]):
    """Colonne de texte chiffrée. `contexte` est « table.colonne »."""

    impl = sa.LargeBinary
    cache_ok = True

    def __init__(self, contexte: str) -> None:
        super().__init__()
        self.contexte = contexte

    def process_bind_param(self, value, dialect):
        return None if value is None else coffre().chiffrer(value.encode(), self.contexte)

    def process_result_value(self, value, dialect):
        return None if value is None else coffre().dechiffrer(bytes(value), self.contexte).decode()
