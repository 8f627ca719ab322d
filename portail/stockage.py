"""Où vivent les fichiers envoyés : une clé tirée au hasard, des octets chiffrés, rien d'autre.

Ni le nom d'origine, ni le type, ni la personne ne paraissent dans le stockage. Une autre façon de
ranger (un magasin d'objets) n'a qu'à tenir les verbes de `Stockage`.
"""

from __future__ import annotations

import contextlib
import fcntl
import hashlib
import os
import re
import secrets
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Protocol

from flask import current_app

from portail.chiffrement import TAILLE_NONCE, Coffre, DechiffrementImpossible, Sorte

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
    """Sept verbes. Tous lèvent `CleMalFormee`, et `StockageIndisponible` si le support ne répond pas."""

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

    def version(self, cle: str) -> int:
        """La version de la clé de chiffrement qui l'a écrit. Lève `FichierAbsent`, ou `FichierAltere`."""

    def rechiffrer(self, cle: str) -> bool:
        """Vrai s'il a fallu le récrire avec la clé d'aujourd'hui. Ni son contenu ni sa date ne changent."""


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
        try:
            if not chemin.parent.is_dir():
                chemin.parent.mkdir(mode=0o700, exist_ok=True)
                _fixer_le_dossier(self._dossier)
            with self._tour(fcntl.LOCK_SH):
                _poser(chemin, chiffre)
        except OSError as erreur:
            raise StockageIndisponible("Écriture impossible.") from erreur

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

    def rechiffrer(self, cle: str) -> bool:
        actuelle = self._coffre.versions(Sorte.CHIFFREMENT)[-1]
        if self.version(cle) == actuelle:
            return False
        chemin = self._chemin(cle)
        try:
            with self._tour(fcntl.LOCK_EX):  # sans quoi un fichier effacé au même instant reparaîtrait
                date = chemin.stat().st_mtime
                _poser(chemin, self._coffre.chiffrer(self.lire(cle), contexte=_contexte(cle)), date)
        except FileNotFoundError as erreur:
            raise FichierAbsent(cle) from erreur
        except OSError as erreur:
            raise StockageIndisponible("Écriture impossible.") from erreur
        return True

    def supprimer(self, cle: str) -> None:
        chemin = self._chemin(cle)
        try:
            self._exiger_le_dossier()
            with self._tour(fcntl.LOCK_SH):
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

    def _octets(self, cle: str, combien: int = -1) -> bytes:
        """Les premiers octets rangés, ou tous. Lève `FichierAbsent`."""
        try:
            descripteur = os.open(self._chemin(cle), os.O_RDONLY | os.O_NOFOLLOW)
            with os.fdopen(descripteur, "rb") as fichier:
                return fichier.read(combien)
        except FileNotFoundError as erreur:
            self._exiger_le_dossier()
            raise FichierAbsent(cle) from erreur
        except OSError as erreur:
            raise StockageIndisponible("Lecture impossible.") from erreur

    @contextlib.contextmanager
    def _tour(self, partage: int) -> Iterator[None]:
        """Les écritures du service passent ensemble ; le rechiffrement d'un fichier, seul, le temps de ce fichier."""
        verrou = os.open(self._dossier / ".verrou", os.O_RDWR | os.O_CREAT, 0o600)
        try:
            fcntl.flock(verrou, partage)
            yield
        finally:
            os.close(verrou)

    def _exiger_le_dossier(self) -> None:
        """Un dossier démonté n'est pas un fichier absent : le confondre ferait croire la pièce perdue."""
        if not self._dossier.is_dir():
            raise StockageIndisponible("Le dossier des fichiers est introuvable.")


def _contexte(cle: str) -> str:
    """Lié au chiffrement : le contenu d'un fichier recopié sous le nom d'un autre ne s'ouvre pas."""
    return f"fichier:{cle}"


def _poser(chemin: Path, octets: bytes, date: float | None = None) -> None:
    """Tout ou rien : le fichier prend son nom une fois entier sur le disque. `date` : celle de l'ancien, à garder."""
    provisoire = chemin.with_name(f".{chemin.name}.{secrets.token_hex(4)}")
    try:
        _ecrire_et_fixer(provisoire, octets)
        if date is not None:
            os.utime(provisoire, (date, date))
        provisoire.replace(chemin)
        _fixer_le_dossier(chemin.parent)
    except OSError:
        with contextlib.suppress(OSError):
            provisoire.unlink(missing_ok=True)
        raise


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
