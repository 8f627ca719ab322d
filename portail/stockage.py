"""Où vivent les fichiers envoyés : une clé tirée au hasard, des octets chiffrés, rien d'autre.

Ni le nom d'origine, ni le type, ni la personne ne paraissent dans le stockage. Une autre façon de
ranger (un magasin d'objets) n'a qu'à tenir les cinq verbes de `Stockage`.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import re
import secrets
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Protocol

from flask import current_app

from portail.chiffrement import TAILLE_NONCE, Coffre, DechiffrementImpossible

FORME_D_UNE_CLE = re.compile(r"[0-9a-f]{32}")
SURPOIDS = 1 + TAILLE_NONCE + 16  # octets ajoutés par le chiffrement : version, nonce, sceau


class FichierAbsent(Exception):
    """Le stockage répond, et n'a rien sous cette clé."""


class StockageIndisponible(Exception):
    """Le stockage ne répond pas : disque plein, droits, dossier démonté. Réessayer a un sens."""


class FichierAltere(StockageIndisponible):
    """Le fichier est là, mais ses octets ont changé, ou la clé de chiffrement manque : rien n'en est rendu."""


class CleMalFormee(ValueError):
    """Ce n'est pas une clé de `nouvelle_cle` : aucun chemin n'en est tiré."""


class Stockage(Protocol):
    """Cinq verbes. Tous lèvent `CleMalFormee`, et `StockageIndisponible` si le support ne répond pas."""

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


def nouvelle_cle() -> str:
    """128 bits au hasard, en 32 chiffres hexadécimaux : elle ne dit rien et ne se devine pas."""
    return secrets.token_hex(16)


def empreinte(octets: bytes) -> str:
    """SHA-256 en 64 chiffres hexadécimaux : le même contenu envoyé deux fois se reconnaît."""
    return hashlib.sha256(octets).hexdigest()


def stockage() -> Stockage:
    """Le stockage de l'application en cours."""
    return current_app.extensions["stockage"]


class StockageLocal:
    """Un dossier du disque, un sous-dossier par deux premiers chiffres de clé, lisible par le seul portail."""

    def __init__(self, dossier: Path, coffre: Coffre) -> None:
        self._dossier = dossier
        self._coffre = coffre
        # Un disque absent au démarrage n'empêche pas le reste du portail de servir : l'erreur viendra à l'emploi.
        with contextlib.suppress(OSError):
            dossier.mkdir(mode=0o700, parents=True, exist_ok=True)

    def ecrire(self, cle: str, octets: bytes) -> None:
        chemin = self._chemin(cle)
        chiffre = self._coffre.chiffrer(octets, contexte=_contexte(cle))
        provisoire = chemin.with_name(f".{cle}.{secrets.token_hex(4)}")
        try:
            if not chemin.parent.is_dir():
                chemin.parent.mkdir(mode=0o700, exist_ok=True)
                _fixer_le_dossier(self._dossier)
            _ecrire_et_fixer(provisoire, chiffre)
            provisoire.replace(chemin)
            _fixer_le_dossier(chemin.parent)
        except OSError as erreur:
            with contextlib.suppress(OSError):
                provisoire.unlink(missing_ok=True)
            raise StockageIndisponible("Écriture impossible.") from erreur

    def lire(self, cle: str) -> bytes:
        try:
            descripteur = os.open(self._chemin(cle), os.O_RDONLY | os.O_NOFOLLOW)
            with os.fdopen(descripteur, "rb") as fichier:
                chiffre = fichier.read()
        except FileNotFoundError as erreur:
            self._exiger_le_dossier()
            raise FichierAbsent(cle) from erreur
        except OSError as erreur:
            raise StockageIndisponible("Lecture impossible.") from erreur
        if len(chiffre) < SURPOIDS:
            raise FichierAltere("Fichier tronqué.")
        try:
            return self._coffre.dechiffrer(chiffre, contexte=_contexte(cle))
        except DechiffrementImpossible as erreur:
            raise FichierAltere(str(erreur)) from erreur

    def supprimer(self, cle: str) -> None:
        chemin = self._chemin(cle)
        try:
            chemin.unlink()
            _fixer_le_dossier(chemin.parent)
        except FileNotFoundError:
            self._exiger_le_dossier()
        except OSError as erreur:
            raise StockageIndisponible("Suppression impossible.") from erreur

    def existe(self, cle: str) -> bool:
        try:
            self._chemin(cle).lstat()
        except FileNotFoundError:
            self._exiger_le_dossier()
            return False
        except OSError as erreur:
            raise StockageIndisponible("Lecture impossible.") from erreur
        return True

    def inventaire(self) -> Iterator[tuple[str, datetime]]:
        self._exiger_le_dossier()
        try:
            for chemin in self._dossier.glob("??/*"):
                if FORME_D_UNE_CLE.fullmatch(chemin.name):
                    yield chemin.name, datetime.fromtimestamp(chemin.lstat().st_mtime, UTC)
        except OSError as erreur:
            raise StockageIndisponible("Lecture impossible.") from erreur

    def _chemin(self, cle: str) -> Path:
        if not FORME_D_UNE_CLE.fullmatch(cle):
            raise CleMalFormee("Clé de fichier mal formée.")
        return self._dossier / cle[:2] / cle

    def _exiger_le_dossier(self) -> None:
        """Un dossier démonté n'est pas un fichier absent : le confondre ferait croire la pièce perdue."""
        if not self._dossier.is_dir():
            raise StockageIndisponible("Le dossier des fichiers est introuvable.")


def _contexte(cle: str) -> str:
    """Lié au chiffrement : le contenu d'un fichier recopié sous le nom d'un autre ne s'ouvre pas."""
    return f"fichier:{cle}"


def _ecrire_et_fixer(chemin: Path, octets: bytes) -> None:
    descripteur = os.open(chemin, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descripteur, "wb") as fichier:
        fichier.write(octets)
        fichier.flush()
        os.fsync(fichier.fileno())


def _fixer_le_dossier(dossier: Path) -> None:
    """Sans cela, une coupure de courant peut garder le contenu et perdre le nom."""
    descripteur = os.open(dossier, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descripteur)
    finally:
        os.close(descripteur)
