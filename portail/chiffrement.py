"""Chiffrement au repos (AES-256-GCM, clés versionnées) et empreintes à clé (HMAC-SHA-256).

Le contexte (« personne.nir ») est lié à la donnée chiffrée : déplacée dans une autre colonne,
elle ne se déchiffre plus. L'empreinte sert à retrouver une valeur sans pouvoir la deviner :
un hachage sans clé d'un NIR se renverse, l'espace des NIR étant trop petit.

Le type d'une colonne dit ce qu'elle garde : `portail cles` trouve par là tout ce qu'une clé a écrit.
"""

from __future__ import annotations

import enum
import hashlib
import hmac
import os
import re
from collections.abc import Mapping

import sqlalchemy as sa
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from flask import current_app

TAILLE_NONCE = 12
SURCOUT = 1 + TAILLE_NONCE + 16  # octets : la version, le nonce, le sceau
MARQUE = re.compile(r"v([0-9a-f]{2})")


class Sorte(enum.Enum):
    """Les deux sortes de clés qui ont des versions. La valeur est le mot des commandes et de la base."""

    CHIFFREMENT = "chiffrement"
    EMPREINTE = "empreinte"


class DechiffrementImpossible(Exception):
    """Clé absente, clé fausse, donnée altérée ou tronquée."""


class Coffre:
    """Chiffre avec la clé de plus haute version, déchiffre avec toutes ; de même les empreintes."""

    def __init__(self, cles: Mapping[int, bytes], cles_empreinte: Mapping[int, bytes]) -> None:
        self._cles = {version: AESGCM(cle) for version, cle in cles.items()}
        self._brutes = {Sorte.CHIFFREMENT: dict(cles), Sorte.EMPREINTE: dict(cles_empreinte)}
        self._version = max(cles)
        self._version_d_empreinte = max(cles_empreinte)

    def versions(self, sorte: Sorte) -> list[int]:
        """Les versions connues ; la dernière est celle qui écrit."""
        return sorted(self._brutes[sorte])

    def temoin(self, sorte: Sorte, version: int) -> str:
        """Ce qui reconnaît une clé sans la dire : deux clés de même version ne se confondent pas."""
        return hmac.new(self._brutes[sorte][version], f"témoin {sorte.value}".encode(), hashlib.sha256).hexdigest()

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
        """64 caractères, les mêmes pour la même valeur, dans le même contexte, avec la même clé."""
        return self._empreinte(valeur, contexte, self._version_d_empreinte)

    def empreintes(self, valeur: str, contexte: str) -> list[str]:
        """Celles que chaque clé connue donnerait : pour chercher ce qui a pu être écrit avant une rotation."""
        return [self._empreinte(valeur, contexte, version) for version in reversed(self.versions(Sorte.EMPREINTE))]

    def reconnait(self, empreinte: str, valeur: str, contexte: str) -> bool:
        """Vrai si `empreinte` est celle de cette valeur, par l'une des clés connues."""
        version = version_d_empreinte(empreinte)
        if version not in self._brutes[Sorte.EMPREINTE]:
            return False
        return hmac.compare_digest(empreinte.encode(), self._empreinte(valeur, contexte, version).encode())

    def _empreinte(self, valeur: str, contexte: str, version: int) -> str:
        """La version se lit dans l'empreinte : rien pour la première, puis « v02… » (« v » n'est pas un chiffre)."""
        cle = self._brutes[Sorte.EMPREINTE][version]
        hexadecimal = hmac.new(cle, f"{contexte}\0{valeur}".encode(), hashlib.sha256).hexdigest()
        return hexadecimal if version == 1 else f"v{version:02x}{hexadecimal[:61]}"


def version_d_empreinte(empreinte: str) -> int:
    marque = MARQUE.match(empreinte)
    return int(marque[1], 16) if marque else 1


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


class BlocChiffre(sa.types.TypeDecorator[bytes]):
    """Des octets que chiffre et déchiffre qui les range. `contexte` nomme la clé primaire, qui les lie à leur ligne."""

    impl = sa.LargeBinary
    cache_ok = True

    def __init__(self, contexte: str) -> None:
        super().__init__()
        self.contexte = contexte


class EmpreinteACle(sa.types.TypeDecorator[str]):
    """Une empreinte de `Coffre.empreinte`.

    `depuis` : les colonnes d'où elle se refait (leurs valeurs, séparées par un zéro), dans ce `contexte`. Sans elles,
    `perte` dit ce que coûterait sa clé retirée ; sans l'un ni l'autre, cette clé ne se retire pas.
    """

    impl = sa.String
    cache_ok = True

    def __init__(self, contexte: str = "", depuis: tuple[str, ...] = (), perte: str = "") -> None:
        super().__init__(64)
        self.contexte = contexte
        self.depuis = depuis
        self.perte = perte
