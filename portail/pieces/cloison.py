"""Fermer l'atelier : ni réseau, ni autre programme, ni autre fichier que les bibliothèques de Python.

Un décodeur trompé par un fichier piégé agit avec les droits du portail : la base, les clés et les pièces des autres
lui seraient ouvertes. Deux protections de Linux, sans droit particulier, et sans retour possible : Landlock (les
fichiers ; noyau 5.13) et seccomp (les appels au système). Là où elles manquent, l'atelier garde ses autres limites.
Sources : linux/landlock.h, linux/seccomp.h, linux/filter.h.
"""

from __future__ import annotations

import ctypes
import errno
import os
import struct
import sys
from collections.abc import Iterable
from pathlib import Path

SANS_NOUVEAU_DROIT, POSER_UN_FILTRE, MODE_FILTRE = 38, 22, 2  # prctl
CREER_LES_REGLES, AJOUTER_UNE_REGLE, SE_RESTREINDRE = 444, 445, 446  # les mêmes numéros sur toutes les machines
LIRE_LA_VERSION = 1
SOUS_UN_CHEMIN = 1
LIRE_UN_FICHIER, LIRE_UN_DOSSIER = 1 << 2, 1 << 3
# Les droits que chaque version de Landlock sait refuser : (version, nombre de droits sur les fichiers).
DROITS = ((5, 16), (3, 15), (2, 14), (1, 13))

# (signature de la machine, clone, appels refusés) : prises réseau, autres programmes, autres processus, io_uring.
MACHINES = {
    "x86_64": (0xC000003E, 56, (41, 53, 57, 58, 59, 62, 101, 272, 310, 311, 321, 322, 425)),
    "aarch64": (0xC00000B7, 220, (97, 117, 129, 198, 199, 221, 270, 271, 280, 281, 425)),
}
CHARGER, SI_EGAL, SI_AU_MOINS, SI_BIT, RENDRE = 0x20, 0x15, 0x35, 0x45, 0x06  # BPF
PERMETTRE, REFUSER = 0x7FFF0000, 0x00050000 | errno.EPERM
# clone3 cache ce qu'il crée au filtre : dit inconnu, la bibliothèque C se rabat sur clone, que le filtre sait lire.
NAITRE_3, EST_UN_FIL, REFUSER_COMME_INCONNU = 435, 0x10000, 0x00050000 | errno.ENOSYS
PREMIER_APPEL_X32 = 0x40000000


def necessaires() -> tuple[Path, ...]:
    """Python et ses paquets, les bibliothèques du système, et le hasard (pour déchiffrer un PDF)."""
    systeme = ("/usr/lib", "/usr/lib64", "/usr/local/lib", "/lib", "/lib64", "/nix/store", "/etc/ld.so.cache")
    return tuple(Path(chemin) for chemin in (sys.prefix, sys.base_prefix, *systeme, "/dev/urandom"))


def fermer(lisibles: Iterable[Path]) -> frozenset[str]:
    """Ne laisse lire que `lisibles` ; rien ne s'écrit, hors des descripteurs déjà ouverts.

    Rend ce qui a pu être fermé : « fichiers », « appels ».
    """
    if sys.platform != "linux":
        return frozenset()
    libc = ctypes.CDLL(None, use_errno=True)
    libc.syscall.restype = ctypes.c_long
    libc.prctl(SANS_NOUVEAU_DROIT, 1, 0, 0, 0)
    fermes = {"fichiers": _fermer_les_fichiers(libc, lisibles), "appels": _fermer_les_appels(libc)}
    return frozenset(quoi for quoi, ferme in fermes.items() if ferme)


def _fermer_les_fichiers(libc: ctypes.CDLL, lisibles: Iterable[Path]) -> bool:
    version = libc.syscall(CREER_LES_REGLES, None, ctypes.c_size_t(0), LIRE_LA_VERSION)
    if version < 1:
        return False
    refuses = (1 << next(nombre for depuis, nombre in DROITS if version >= depuis)) - 1
    # Puis les connexions TCP (version 4), et les signaux envoyés hors de l'atelier (version 6).
    champs = [refuses] + [0b11] * (version >= 4) + [0b11] * (version >= 6)
    attributs = struct.pack(f"={len(champs)}Q", *champs)
    regles = libc.syscall(CREER_LES_REGLES, attributs, ctypes.c_size_t(len(attributs)), 0)
    if regles < 0:
        return False
    for chemin in lisibles:
        _permettre_de_lire(libc, regles, chemin)
    echec = libc.syscall(SE_RESTREINDRE, regles, 0)
    os.close(regles)
    return not echec


def _permettre_de_lire(libc: ctypes.CDLL, regles: int, chemin: Path) -> None:
    try:
        descripteur = os.open(chemin, os.O_PATH | os.O_CLOEXEC)
    except OSError:
        return  # ce système n'a pas ce dossier
    droits = LIRE_UN_FICHIER | (LIRE_UN_DOSSIER if chemin.is_dir() else 0)
    libc.syscall(AJOUTER_UNE_REGLE, regles, SOUS_UN_CHEMIN, struct.pack("=Qi", droits, descripteur), 0)
    os.close(descripteur)


def _fermer_les_appels(libc: ctypes.CDLL) -> bool:
    machine = os.uname().machine
    if machine not in MACHINES or struct.calcsize("P") != 8:
        return False
    signature, naitre, refuses = MACHINES[machine]
    permis = 4 + len(refuses) + 4  # places des trois dernières instructions
    refus, absent = permis + 1, permis + 2
    comparaisons = [(appel, refus) for appel in refuses] + [(NAITRE_3, absent)]
    instructions = [
        (CHARGER, 0, 0, 4),
        (SI_EGAL, 0, refus - 2, signature),  # un appel fait à la façon d'une autre machine
        (CHARGER, 0, 0, 0),
        (SI_AU_MOINS, refus - 4, 0, PREMIER_APPEL_X32),
        *((SI_EGAL, vers - place - 1, 0, appel) for place, (appel, vers) in enumerate(comparaisons, 4)),
        (SI_EGAL, 0, 2, naitre),
        (CHARGER, 0, 0, 16),  # ce qui naît est-il un fil, ou un autre processus ?
        (SI_BIT, 0, 1, EST_UN_FIL),
        (RENDRE, 0, 0, PERMETTRE),
        (RENDRE, 0, 0, REFUSER),
        (RENDRE, 0, 0, REFUSER_COMME_INCONNU),
    ]
    suite = ctypes.create_string_buffer(b"".join(struct.pack("=HBBI", *une) for une in instructions))
    programme = struct.pack("@HP", len(instructions), ctypes.addressof(suite))
    return not libc.prctl(POSER_UN_FILTRE, MODE_FILTRE, programme, 0, 0)
