"""Contrôler un fichier envoyé : taille, nature réelle, puis copie refaite dans l'atelier (un processus limité).

Ce qui ressort n'est jamais le fichier reçu : c'est un JPEG ou un PDF neuf, écrit par nous. Le document
ne touche le disque qu'une fois chiffré : l'atelier le reçoit et le rend en mémoire.
"""

from __future__ import annotations

import contextlib
import json
import logging
import os
import selectors
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

from portail.pieces.natures import ACCEPTEES, BUREAUTIQUE, CONTENANTS, EXTENSIONS_ACCEPTEES, NOMS, reconnaitre
from portail.pieces.noms import extension_annoncee, nom_montrable
from portail.pieces.refus import (
    EN_PDF,
    ORIGINAL_EN_PDF,
    PAGES_MAX,
    PHOTO,
    TAILLE_MAX,
    TAILLE_SORTIE_MAX,
    UN_PAR_UN,
    FichierRefuse,
    Refus,
    poids,
    refuser,
)

__all__ = ["TAILLE_MAX", "FichierRefuse", "FichierSain", "Refus", "controler"]

ATELIER = Path(__file__).with_name("atelier.py")
DELAI = 20.0  # secondes
ATTENTE = 30.0  # secondes avant de renoncer à obtenir une place
PLACES = threading.BoundedSemaphore(2)  # chaque atelier peut prendre 700 Mo : une petite machine en porte deux
REPONSE_MAX = 4096  # octets
SORTIES = {"pdf": ("application/pdf", "pdf", b"%PDF-"), "image": ("image/jpeg", "jpg", b"\xff\xd8\xff")}
# Ce par quoi commence ce que rend l'atelier ; un paquet de pages commence par la taille de la première.
MARQUES = {"pdf": b"%PDF-", "assembler": b"%PDF-", "copier": b"%PDF-", "decouper": b"", "codes": b""}
# Un PDF que rien n'arrive à ouvrir, et qui contient l'une de ces marques, n'est pas abîmé : il est déguisé.
DEGUISEMENTS = (b"<script", b"<html", b"<svg", b"<?php", b"PK\x03\x04", b"\x7fELF")
TUE_PAR_LE_TEMPS = {-signal.SIGXCPU, -signal.SIGKILL, -signal.SIGALRM}

journal = logging.getLogger(__name__)


@dataclass(frozen=True)
class FichierSain:
    """La copie refaite. `nom` est montrable et porte la vraie `extension` (« pdf » ou « jpg », sans point)."""

    octets: bytes
    type_mime: str
    extension: str
    pages: int
    nom: str


def controler(octets: bytes, nom: str, taille: int | None = None) -> FichierSain:
    """La copie saine d'un fichier reçu sous ce nom. Lève `FichierRefuse` : code, et phrase à montrer.

    `taille` (octets) : celle du fichier entier, si `octets` n'en est que le début. Peut durer
    quelques secondes, vingt au plus : à appeler hors de toute transaction.
    """
    montre = nom_montrable(nom)
    _controler_la_taille(octets, taille, montre)
    nature = reconnaitre(octets)
    if nature not in ACCEPTEES:
        raise _mauvaise_nature(nature, nom, montre)
    with _une_place(montre):
        sain, pages = _refaire(octets, nature, montre)
    type_mime, extension, _ = SORTIES["pdf" if nature == "pdf" else "image"]
    return FichierSain(sain, type_mime, extension, pages, nom_montrable(nom, extension))


def travailler(octets: bytes, travail: str, montre: str) -> tuple[bytes, int]:
    """Fait faire à l'atelier un travail de `pages.py` sur des fichiers déjà sains. Lève `FichierRefuse`."""
    with _une_place(montre):
        return _refaire(octets, travail, montre)


def _controler_la_taille(octets: bytes, taille: int | None, montre: str) -> None:
    if not octets:
        raise refuser(Refus.VIDE, montre)
    reelle = max(taille or 0, len(octets))
    if reelle <= TAILLE_MAX:
        return
    # Qui lit « la limite plus un octet » ne sait pas combien il en restait.
    inconnue = taille is None and len(octets) == TAILLE_MAX + 1
    raise refuser(Refus.TROP_GROS, montre, poids="plus de 15 Mo" if inconnue else poids(reelle))


def _mauvaise_nature(nature: str | None, nom: str, montre: str) -> FichierRefuse:
    annoncee = extension_annoncee(nom)
    conseil = UN_PAR_UN if nature in CONTENANTS else EN_PDF if nature in BUREAUTIQUE else PHOTO
    if annoncee not in EXTENSIONS_ACCEPTEES:
        return refuser(Refus.TYPE, montre, nature=NOMS[nature or "autre"], conseil=conseil)
    if nature is None:
        return refuser(Refus.ILLISIBLE, montre)  # rien de reconnaissable : plutôt abîmé que déguisé
    # Sous son faux nom, le fichier ne s'ouvre plus : le conseil parle de l'original.
    conseil = ORIGINAL_EN_PDF if nature in BUREAUTIQUE else PHOTO
    return refuser(Refus.RENOMME, montre, nature=NOMS[nature], conseil=conseil)


@contextlib.contextmanager
def _une_place(montre: str) -> Iterator[None]:
    if not PLACES.acquire(timeout=ATTENTE):
        raise refuser(Refus.OCCUPE, montre)
    try:
        yield
    finally:
        PLACES.release()


def _refaire(octets: bytes, nature: str, montre: str) -> tuple[bytes, int]:
    try:
        reponse, copie, fin = _passer_a_l_atelier(octets, nature)
    except OSError as erreur:
        journal.error("l'atelier ne démarre pas : %s", type(erreur).__name__)
        raise refuser(Refus.INDISPONIBLE, montre) from erreur
    code = _code(reponse, fin)
    if code is None:
        pages = reponse.get("pages")
        # L'atelier a lu des octets hostiles : ce qu'il rend se vérifie aussi.
        marque = MARQUES.get(nature, SORTIES["image"][2])
        if isinstance(pages, int) and 1 <= pages <= PAGES_MAX and copie.startswith(marque):
            return copie, pages
        code = Refus.ILLISIBLE
    if code is Refus.ILLISIBLE and nature == "pdf" and any(marque in octets for marque in DEGUISEMENTS):
        code = Refus.POLYGLOTTE
    niveau = logging.ERROR if code is Refus.INDISPONIBLE else logging.INFO
    journal.log(niveau, "fichier refusé : %s (%s, fin %s, %s)", code, nature, fin, reponse.get("cause", "sans réponse"))
    raise refuser(code, montre, mesure=reponse.get("mesure", 0))


def _code(reponse: dict[str, Any], fin: int | None) -> Refus | None:
    """Le refus que dit l'atelier, ou que dit sa mort ; None s'il a réussi. `fin` None : délai dépassé."""
    if fin is None or fin in TUE_PAR_LE_TEMPS:
        return Refus.DELAI
    if "refus" in reponse:
        return Refus(reponse["refus"]) if reponse["refus"] in set(Refus) else Refus.ILLISIBLE
    if fin < 0:
        return Refus.TROP_COMPLEXE if fin == -signal.SIGABRT else Refus.ILLISIBLE
    return Refus.INDISPONIBLE if fin or not reponse else None


def _passer_a_l_atelier(octets: bytes, nature: str) -> tuple[dict[str, Any], bytes, int | None]:
    """La réponse de l'atelier, la copie, et son code de sortie (None s'il a fallu l'arrêter).

    `-I` : ni variables d'environnement, ni dossier courant, ni paquets de l'utilisateur. Lancé par
    chemin de fichier, pour ne pas exécuter `portail/__init__.py`. Les limites se posent dans
    l'atelier lui-même : `preexec_fn` n'est pas sûr dans un serveur à plusieurs fils.
    """
    with (
        _fichier_anonyme() as entree,
        _fichier_anonyme() as sortie,
        tempfile.TemporaryDirectory(prefix="portail-atelier-") as dossier,
    ):
        entree.write(octets)
        entree.seek(0)
        processus = subprocess.Popen(  # noqa: S603 - aucune donnée reçue dans la ligne de commande
            [sys.executable, "-I", str(ATELIER), nature, str(sortie.fileno())],
            stdin=entree,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            cwd=dossier,
            env={},
            close_fds=True,
            pass_fds=(sortie.fileno(),),
            start_new_session=True,
        )
        try:
            brute, fin = _attendre(processus)
        finally:
            processus.kill()
            processus.wait()
        sortie.seek(0)
        # Demander la limite réserverait vingt mégaoctets pour un fichier de deux.
        rendus = min(os.fstat(sortie.fileno()).st_size, TAILLE_SORTIE_MAX)
        return _json(brute), sortie.read(rendus), fin


def _fichier_anonyme() -> IO[bytes]:
    """Un fichier sans nom, en mémoire si le système le permet : le document en clair n'est pas sur le disque."""
    if hasattr(os, "memfd_create"):
        return os.fdopen(os.memfd_create("piece", os.MFD_CLOEXEC), "w+b")
    return tempfile.TemporaryFile()


def _attendre(processus: subprocess.Popen[bytes]) -> tuple[bytes, int | None]:
    """Lit la réponse au fil de l'eau, bornée en taille et en temps : `communicate` garderait tout en mémoire."""
    limite = time.monotonic() + DELAI
    brute = b""
    assert processus.stdout is not None
    with processus.stdout as tuyau, selectors.DefaultSelector() as attente:
        attente.register(tuyau, selectors.EVENT_READ)
        while len(brute) <= REPONSE_MAX:
            if not attente.select(max(0.0, limite - time.monotonic())):
                return brute, None
            morceau = os.read(tuyau.fileno(), REPONSE_MAX)
            if not morceau:
                break
            brute += morceau
    try:
        return brute, processus.wait(max(0.1, limite - time.monotonic()))
    except subprocess.TimeoutExpired:
        return brute, None


def _json(brute: bytes) -> dict[str, Any]:
    try:
        reponse = json.loads(brute)
    except ValueError:
        return {}
    return reponse if isinstance(reponse, dict) else {}
