"""Ranger les fichiers dans un dossier du disque."""

from __future__ import annotations

import contextlib
import fcntl
import os
import secrets
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

from portail.chiffrement import Coffre
from portail.pannes import sens
from portail.stockage import FORME_D_UNE_CLE, FichierAbsent, StockageChiffre, chemin_relatif, en_panne


class StockageLocal(StockageChiffre):
    """Un dossier du disque, un sous-dossier par deux premiers chiffres de clé, lisible par le seul portail."""

    def __init__(self, dossier: Path, coffre: Coffre) -> None:
        super().__init__(coffre)
        self._dossier = dossier
        # Un disque absent au démarrage n'empêche pas le reste du portail de servir : l'erreur viendra à l'emploi.
        with contextlib.suppress(OSError):
            dossier.mkdir(mode=0o700, parents=True, exist_ok=True)

    def ecrire(self, cle: str, octets: bytes) -> None:
        chemin = self._chemin(cle)
        chiffre = self._sceller(cle, octets)
        try:
            if not chemin.parent.is_dir():
                chemin.parent.mkdir(mode=0o700, exist_ok=True)
                _fixer_le_dossier(self._dossier)
            with self._tour(fcntl.LOCK_SH):
                _poser(chemin, chiffre)
        except OSError as erreur:
            raise en_panne(f"Écriture impossible ({sens(erreur)}).") from erreur

    def rechiffrer(self, cle: str) -> bool:
        if self._est_a_jour(cle):
            return False
        chemin = self._chemin(cle)
        try:
            with self._tour(fcntl.LOCK_EX):  # sans quoi un fichier effacé au même instant reparaîtrait
                date = chemin.stat().st_mtime
                _poser(chemin, self._sceller(cle, self.lire(cle)), date)
        except FileNotFoundError as erreur:
            raise FichierAbsent(cle) from erreur
        except OSError as erreur:
            raise en_panne(f"Écriture impossible ({sens(erreur)}).") from erreur
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
            raise en_panne(f"Suppression impossible ({sens(erreur)}).") from erreur

    def existe(self, cle: str) -> bool:
        try:
            self._chemin(cle).lstat()
        except FileNotFoundError:
            self._exiger_le_dossier()
            return False
        except OSError as erreur:
            raise en_panne(f"Lecture impossible ({sens(erreur)}).") from erreur
        return True

    def inventaire(self) -> Iterator[tuple[str, datetime]]:
        self._exiger_le_dossier()
        try:
            for chemin in self._dossier.glob("??/*"):
                if FORME_D_UNE_CLE.fullmatch(chemin.name) and (etat := _etat(chemin)) is not None:
                    yield chemin.name, datetime.fromtimestamp(etat.st_mtime, UTC)
        except OSError as erreur:
            raise en_panne(f"Lecture impossible ({sens(erreur)}).") from erreur

    def balayer(self, avant: datetime) -> int:
        """Daté par le système, non par le fichier : un rechiffrement rend à sa copie la date de l'original."""
        self._exiger_le_dossier()
        balayes = 0
        try:
            for chemin in self._dossier.glob("??/.*"):
                if (etat := _etat(chemin)) is not None and etat.st_ctime < avant.timestamp():
                    chemin.unlink(missing_ok=True)
                    balayes += 1
        except OSError as erreur:
            raise en_panne(f"Suppression impossible ({sens(erreur)}).") from erreur
        return balayes

    def _chemin(self, cle: str) -> Path:
        return self._dossier / chemin_relatif(cle)

    def _octets(self, cle: str, combien: int | None = None) -> bytes:
        try:
            descripteur = os.open(self._chemin(cle), os.O_RDONLY | os.O_NOFOLLOW)
            with os.fdopen(descripteur, "rb") as fichier:
                return fichier.read(-1 if combien is None else combien)
        except FileNotFoundError as erreur:
            self._exiger_le_dossier()
            raise FichierAbsent(cle) from erreur
        except OSError as erreur:
            raise en_panne(f"Lecture impossible ({sens(erreur)}).") from erreur

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
            raise en_panne("Le dossier des fichiers est introuvable.")


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


def _etat(chemin: Path) -> os.stat_result | None:
    """None si le fichier s'est effacé depuis qu'on l'a vu : le service continue pendant un inventaire."""
    try:
        return chemin.lstat()
    except FileNotFoundError:
        return None
