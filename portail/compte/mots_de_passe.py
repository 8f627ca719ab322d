"""Mots de passe : Argon2id, et une règle de longueur et d'imprévisibilité plutôt que de composition.

Douze caractères au moins (seize s'il n'y a que des chiffres), une phrase convient ; zxcvbn estime combien d'essais il
faudrait (listes de mots de passe courants comprises, sans rien envoyer au dehors) ; le nom, l'adresse mail, l'année et
la commune de naissance ne comptent pas. CNIL 2022-100 (50 bits avec frein) et ASVS 6.2.5 (aucune classe imposée).
Le mot de passe est pris tel que le navigateur l'envoie, sans composer les accents ni ôter d'espaces (ASVS 6.2.8).
"""

from __future__ import annotations

import math
import os
import re
import threading
import unicodedata
from collections.abc import Iterable
from functools import cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from portail.compte.mots_courants import MOTS_COURANTS

MINIMUM = 12
BITS_MINIMUM = 50  # CNIL : mot de passe protégé par un frein
ALPHABETS = (("[a-z]", 26), ("[A-Z]", 26), ("[0-9]", 10), ("[^a-zA-Z0-9]", 33))
MAXIMUM = 128  # au-delà, le calcul deviendrait une arme
RESTE_MINIMUM = 8  # caractères une fois ôtés les mots que tout proche connaît
NOTE_MINIMALE = 4  # zxcvbn : de 0 à 4 ; 4 = au moins 10^10 essais, auxquels le frein ajoute des siècles
AIDE = "12 caractères au moins. Une phrase convient très bien, espaces compris."

# 19 Mio, 2 passes : recommandation OWASP pour un petit serveur (environ 65 ms).
_argon2 = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)
# La moitié des cœurs au plus : l'autre sert ceux qui remplissent leur demande.
_place = threading.BoundedSemaphore(max(1, (os.cpu_count() or 1) // 2))


def hacher(mot_de_passe: str) -> str:
    with _place:
        return _argon2.hash(mot_de_passe)


@cache
def _leurre() -> str:
    return hacher("un mot de passe que personne n’a")


def verifier(hache: str | None, mot_de_passe: str) -> bool:
    """Vrai si le mot de passe est le bon. Sans compte (`hache` vide), dure autant et répond non."""
    if len(mot_de_passe) > MAXIMUM:
        return False
    try:
        connu = hache or _leurre()
        with _place:
            return _argon2.verify(connu, mot_de_passe) and hache is not None
    except (VerificationError, InvalidHashError):
        return False


def a_rafraichir(hache: str) -> bool:
    return _argon2.check_needs_rehash(hache)


def refus(mot_de_passe: str, contexte: Iterable[str | None]) -> str:
    """La phrase qui dit pourquoi ce mot de passe est refusé ; chaîne vide s'il convient."""
    if len(mot_de_passe) < MINIMUM:
        return (
            f"Votre mot de passe a {len(mot_de_passe)} caractères. Il en faut {MINIMUM} au moins : une phrase convient."
        )
    if len(mot_de_passe) > MAXIMUM:
        return f"Votre mot de passe est trop long : {MAXIMUM} caractères au plus."
    if _bits(mot_de_passe) < BITS_MINIMUM:
        return "Votre mot de passe n’a que des chiffres : il en faut 16 au moins, ou ajoutez des lettres."
    mots = _mots(contexte)
    reste = _simplifier(mot_de_passe)
    for mot in sorted(mots, key=len, reverse=True):
        reste = reste.replace(mot, "")
    if len(reste.replace(" ", "")) < RESTE_MINIMUM:
        return "Ce mot de passe reprend votre nom, votre adresse mail ou une date connue. Choisissez-en un autre."
    from zxcvbn import zxcvbn  # ses listes pèsent 14 Mo en mémoire : chargées à la première inscription

    if zxcvbn(mot_de_passe[:72], user_inputs=[*sorted(mots), *MOTS_COURANTS])["score"] < NOTE_MINIMALE:
        return "Ce mot de passe se devine facilement. Essayez quatre ou cinq mots sans rapport entre eux."
    return ""


def _bits(mot_de_passe: str) -> float:
    """L'entropie d'un mot de passe tiré au hasard avec ces genres de caractères : le calcul de la CNIL."""
    return len(mot_de_passe) * math.log2(sum(taille for genre, taille in ALPHABETS if re.search(genre, mot_de_passe)))


def _simplifier(texte: str) -> str:
    return "".join(c for c in unicodedata.normalize("NFD", texte.lower()) if not unicodedata.combining(c))


def _mots(contexte: Iterable[str | None]) -> set[str]:
    trouves = {"logement", "social", "portail", "demande", "hlm"}
    for texte in contexte:
        trouves.update(mot for mot in re.split(r"[^a-z0-9]+", _simplifier(texte or "")) if len(mot) >= 3)
    return trouves
