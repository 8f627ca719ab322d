"""Où vivent les fichiers envoyés : une clé tirée au hasard, des octets chiffrés, rien d'autre.

Ni le nom d'origine, ni le type, ni la personne ne paraissent dans le stockage. Un dossier (stockage_local.py) ou un
magasin d'objets (stockage_s3.py) : les mêmes noms et les mêmes octets, passer de l'un à l'autre n'est qu'une copie.
"""

from __future__ import annotations

import hashlib
import logging
import re
import secrets
from collections.abc import Iterator
from datetime import datetime
from typing import Protocol

from flask import current_app

from portail.chiffrement import TAILLE_NONCE, Coffre, DechiffrementImpossible, Sorte

FORME_D_UNE_CLE = re.compile(r"[0-9a-f]{32}")
JOURNAL = logging.getLogger("portail.stockage")
SURPOIDS = 1 + TAILLE_NONCE + 16  # octets ajoutés par le chiffrement : version, nonce, sceau


class FichierAbsent(Exception):
    """Le stockage répond, et n'a rien sous cette clé."""


class StockageIndisponible(Exception):
    """Le stockage ne répond pas : disque plein, droits, dossier démonté. Réessayer a un sens."""


def en_panne(phrase: str) -> StockageIndisponible:
    """À lever. La personne lira de réessayer ; la cause, c'est à l'exploitant de la lire."""
    JOURNAL.error("fichiers : %s", phrase)
    return StockageIndisponible(phrase)


class FichierAltere(StockageIndisponible):
    """Le fichier est là, mais ses octets ont changé, ou la clé de chiffrement manque : rien n'en est rendu."""


class CleMalFormee(ValueError):
    """Ce n'est pas une clé de `nouvelle_cle` : aucun chemin n'en est tiré."""


class Stockage(Protocol):
    """Huit verbes. Tous lèvent `CleMalFormee`, et `StockageIndisponible` si le support ne répond pas."""

    def ecrire(self, cle: str, octets: bytes) -> None:
        """Au retour, le fichier entier est sur le support, chiffré. Sinon rien n'y est."""

    def lire(self, cle: str) -> bytes:
        """Les octets en clair. Lève `FichierAbsent`, ou `FichierAltere`."""

    def supprimer(self, cle: str) -> None:
        """Ne se plaint pas d'un fichier déjà absent : une suppression se rejoue."""

    def existe(self, cle: str) -> bool:
        """Sans lire ni vérifier le contenu."""

    def inventaire(self) -> Iterator[tuple[str, datetime]]:
        """Chaque clé gardée, et quand elle a été écrite."""

    def balayer(self, avant: datetime) -> int:
        """Efface les écritures jamais finies, commencées avant cet instant (processus tué). Rend leur nombre."""

    def version(self, cle: str) -> int:
        """La version de la clé de chiffrement qui l'a écrit. Lève `FichierAbsent`, ou `FichierAltere`."""

    def rechiffrer(self, cle: str) -> bool:
        """Vrai s'il a fallu le récrire avec la clé d'aujourd'hui. Son contenu ne change pas ; sa date, que
        dans un magasin d'objets, qui ne sait pas la garder."""


def nouvelle_cle() -> str:
    """128 bits au hasard, en 32 chiffres hexadécimaux : elle ne dit rien et ne se devine pas."""
    return secrets.token_hex(16)


def empreinte(octets: bytes) -> str:
    """SHA-256 en 64 chiffres hexadécimaux : le même contenu envoyé deux fois se reconnaît."""
    return hashlib.sha256(octets).hexdigest()


def stockage() -> Stockage:
    """Le stockage de l'application en cours."""
    return current_app.extensions["stockage"]


def jeter(cle: str) -> None:
    """Efface un contenu que plus rien ne désignera. En panne, il reste : la vérification de la nuit l'efface."""
    try:
        stockage().supprimer(cle)
    except StockageIndisponible as panne:
        current_app.logger.warning("un fichier reste à effacer : %s", panne)


class StockageChiffre:
    """Ce qui ne dépend pas du support : chaque fichier est scellé, et se vérifie en s'ouvrant."""

    def __init__(self, coffre: Coffre) -> None:
        self._coffre = coffre

    def lire(self, cle: str) -> bytes:
        chiffre = self._octets(cle)
        if len(chiffre) < SURPOIDS:
            raise FichierAltere("Fichier tronqué.")
        try:
            return self._coffre.dechiffrer(chiffre, contexte=_contexte(cle))
        except DechiffrementImpossible as erreur:
            raise FichierAltere(str(erreur)) from erreur

    def version(self, cle: str) -> int:
        debut = self._octets(cle, 1)
        if not debut:
            raise FichierAltere("Fichier vide.")
        return debut[0]

    def _est_a_jour(self, cle: str) -> bool:
        return self.version(cle) == self._coffre.versions(Sorte.CHIFFREMENT)[-1]

    def _sceller(self, cle: str, octets: bytes) -> bytes:
        return self._coffre.chiffrer(octets, contexte=_contexte(cle))

    def _octets(self, cle: str, combien: int | None = None) -> bytes:
        """Les premiers octets rangés, ou tous. Lève `FichierAbsent`."""
        raise NotImplementedError


def chemin_relatif(cle: str) -> str:
    """« ab/ab12… » : le même sur un disque et dans un magasin. Lève `CleMalFormee`."""
    if not FORME_D_UNE_CLE.fullmatch(cle):
        raise CleMalFormee("Clé de fichier mal formée.")
    return f"{cle[:2]}/{cle}"


def _contexte(cle: str) -> str:
    """Lié au chiffrement : le contenu d'un fichier recopié sous le nom d'un autre ne s'ouvre pas."""
    return f"fichier:{cle}"
