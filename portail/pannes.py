"""Une panne, dite en une phrase à qui lance une commande : ce qui ne répond pas, et ce qu'il peut faire."""

from __future__ import annotations

import errno

import sqlalchemy as sa

SENS = {
    errno.ENOENT: "introuvable",
    errno.EACCES: "pas le droit d’y toucher : lancez la commande sous le compte du service",
    errno.EPERM: "pas le droit d’y toucher : lancez la commande sous le compte du service",
    errno.EEXIST: "existe déjà",
    errno.EISDIR: "c’est un dossier",
    errno.ENOTDIR: "un dossier de ce chemin n’en est pas un",
    errno.EROFS: "ce disque ne s’écrit pas",
    errno.ENOSPC: "le disque est plein",
    errno.EDQUOT: "le disque est plein (quota)",
    errno.EFBIG: "le fichier serait trop gros pour ce disque",
    errno.EADDRINUSE: "un autre programme y est déjà",
}
BASE = {
    "locked": "un autre processus la tient. Réessayez dans un instant",
    "disk is full": "le disque est plein",
    "No space left": "le disque est plein",
    "disk I/O error": "le disque est plein, ou ne répond plus",
    "readonly": "elle ne s’écrit pas : lancez la commande sous le compte du service",
    "unable to open": "son fichier ne s’ouvre pas : vérifiez PORTAIL_DOSSIER, PORTAIL_BASE et les droits",
    "not a database": "ce fichier n’est pas une base SQLite : restaurez une sauvegarde",
    "malformed": "son fichier est abîmé : restaurez une sauvegarde",
    "password": "PostgreSQL refuse le nom ou le mot de passe de PORTAIL_BASE",
    "does not exist": "PORTAIL_BASE désigne une base ou un nom que PostgreSQL ne connaît pas",
    "permission denied": "le nom de PORTAIL_BASE n’y a pas assez de droits",
}


def sens(erreur: OSError) -> str:
    """Sans numéro, elle ne vient pas du système (une bibliothèque en hérite) : son nom est tout ce qu'on en sait."""
    return SENS.get(erreur.errno or 0) or erreur.strerror or type(erreur).__name__


def du_systeme(erreur: OSError) -> str:
    """« /sauvegardes/base.sqlite : le disque est plein. »"""
    dit = sens(erreur)
    return f"{erreur.filename} : {dit}." if erreur.filename else f"{dit[:1].upper()}{dit[1:]}."


def vient_de_la_base(erreur: sa.exc.SQLAlchemyError) -> bool:
    """Elle ne répond pas, ou n'en est plus une ; le reste est une faute du programme, dont la trace sert."""
    return isinstance(erreur, sa.exc.OperationalError | sa.exc.TimeoutError) or type(erreur) is sa.exc.DatabaseError


def de_la_base(erreur: sa.exc.SQLAlchemyError) -> str:
    """La cause, puis les mots du moteur : jamais la requête, ni ce qu'elle portait."""
    if isinstance(erreur, sa.exc.TimeoutError):
        return "La base n’a pas répondu : toutes ses connexions sont prises. Réessayez dans un instant."
    return f"La base ne répond pas : {du_moteur(getattr(erreur, 'orig', None) or erreur)}."


def du_moteur(erreur: BaseException) -> str:
    """« le disque est plein (database or disk is full) »."""
    texte = str(erreur).strip().partition("\n")[0].rstrip(".")
    return f"{_cause(erreur) or 'vérifiez qu’elle tourne, et PORTAIL_BASE'} ({texte or type(erreur).__name__})"


def pour_le_journal(erreur: sa.exc.SQLAlchemyError) -> str:
    """« le disque est plein (OperationalError) » : sans les mots du moteur, où peut se lire ce qui s'écrivait."""
    origine = getattr(erreur, "orig", None) or erreur
    nom = type(origine).__name__
    return f"{cause} ({nom})" if (cause := _cause(origine)) else nom


def _cause(erreur: BaseException) -> str:
    texte = str(erreur)
    return next((phrase for mots, phrase in BASE.items() if mots in texte), "")
