"""Le registre des effacements : une ligne par demande ou compte effacé, dans la base, puis hors d'elle.

Écrit dans la transaction qui efface, recopié ensuite, ligne à ligne, dans `effacements.jsonl` du dossier de
l'instance : une base restaurée d'une ancienne sauvegarde y retrouve ce qui doit s'effacer de nouveau (`rejeu`). Rien
n'y désigne une personne : un numéro de ligne, une date, une règle, deux nombres et une empreinte à clé.
"""

from __future__ import annotations

import json
import os
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from flask import current_app
from sqlalchemy.orm import Session

from portail.chiffrement import Sorte, coffre, version_d_empreinte
from portail.conservation.modeles import Effacement, Objet, Regle
from portail.db import ecriture, lecture
from portail.horloge import maintenant

NOM = "effacements.jsonl"
CONTEXTE = "effacement"
LOT = 500  # lignes recopiées par transaction
FIN = 4096  # octets : bien plus que la dernière ligne


def chemin() -> Path:
    return current_app.extensions["portail"].dossier / NOM


def est_la_meme(ligne: Effacement, cree_le: datetime) -> bool:
    """La ligne de ce numéro, créée à cet instant, est-elle celle qui a été effacée ?"""
    return coffre().reconnait(ligne.empreinte, _identite(ligne.objet, ligne.numero, cree_le), CONTEXTE)


def a_sa_cle(ligne: Effacement) -> bool:
    """La clé qui a fait son empreinte est-elle connue ? Sans elle, `est_la_meme` dirait toujours non."""
    return version_d_empreinte(ligne.empreinte) in coffre().versions(Sorte.EMPREINTE)


def _identite(objet: Objet, numero: int, cree_le: datetime) -> str:
    return f"{objet.value}:{numero}:{cree_le.astimezone(UTC).isoformat()}"


def noter(
    session: Session,
    objet: Objet,
    ligne: tuple[int, datetime],
    regle: Regle,
    bilan: tuple[int, int],
    instant: datetime,
) -> Effacement:
    """Dans la transaction qui efface. `ligne` : son numéro et sa création ; `bilan` : lignes et fichiers partis."""
    lignes, fichiers = bilan
    fait = Effacement(
        objet=objet,
        numero=ligne[0],
        regle=regle,
        efface_le=instant,
        lignes=lignes,
        fichiers=fichiers,
        empreinte=coffre().empreinte(_identite(objet, *ligne), CONTEXTE),
    )
    session.add(fait)
    session.flush()
    return fait


def reporter() -> int:
    """Recopie hors de la base ce qui ne l'est pas encore. Rend le nombre de lignes.

    Interrompu entre le fichier et la base, une ligne s'y trouve deux fois : le rejeu n'en fait qu'une. Un disque plein
    se dit, et se réessaie au passage suivant. Après une restauration, rien avant le rejeu : la dernière ligne du
    fichier est ce qui la trahit.
    """
    attend = sa.select(Effacement).where(Effacement.reporte_le.is_(None)).order_by(Effacement.id).limit(LOT)
    total = 0
    while True:
        with lecture() as session:
            if session.scalar(attend) is None:
                return total
        if est_en_avance():
            return total
        try:
            with ecriture() as session:
                lignes = session.scalars(attend.with_for_update(skip_locked=True)).all()
                if not lignes:
                    return total
                _ecrire("".join(en_texte(ligne) for ligne in lignes))
                for ligne in lignes:
                    ligne.reporte_le = maintenant()
                total += len(lignes)
        except OSError as erreur:
            current_app.logger.error("registre des effacements non recopié : %s", type(erreur).__name__)
            return total


def en_texte(ligne: Effacement) -> str:
    contenu = {
        "objet": ligne.objet.value,
        "numero": ligne.numero,
        "regle": ligne.regle.value,
        "efface_le": ligne.efface_le.isoformat(),
        "lignes": ligne.lignes,
        "fichiers": ligne.fichiers,
        "empreinte": ligne.empreinte,
    }
    return json.dumps(contenu) + "\n"


def de_texte(texte: str) -> Effacement:
    """La ligne écrite par `en_texte`. Lève `ValueError` ou `KeyError` si ce n'en est pas une."""
    contenu = json.loads(texte)
    return Effacement(
        objet=Objet(contenu["objet"]),
        numero=int(contenu["numero"]),
        regle=Regle(contenu["regle"]),
        efface_le=datetime.fromisoformat(contenu["efface_le"]),
        lignes=int(contenu["lignes"]),
        fichiers=int(contenu["fichiers"]),
        empreinte=str(contenu["empreinte"]),
    )


def cle(ligne: Any) -> tuple[Objet, int, str]:
    """Ce qui fait qu'une ligne du fichier et une de la base sont la même."""
    return ligne.objet, ligne.numero, ligne.empreinte


def absentes(lot: list[Effacement]) -> list[Effacement]:
    """Celles du lot que la base ne connaît pas."""
    requete = sa.select(Effacement.objet, Effacement.numero, Effacement.empreinte)
    with lecture() as session:
        connues = session.execute(requete.where(Effacement.numero.in_({ligne.numero for ligne in lot}))).all()
    deja = {cle(ligne) for ligne in connues}
    return [ligne for ligne in lot if cle(ligne) not in deja]


def est_en_avance() -> bool:
    """La base ne connaît pas la dernière ligne du fichier : elle vient d'une sauvegarde d'avant."""
    derniere = _derniere()
    return derniere is not None and bool(absentes([derniere]))


def _derniere() -> Effacement | None:
    """La dernière ligne entière du fichier."""
    fichier = chemin()
    if not fichier.exists():
        return None
    with fichier.open("rb") as octets:
        octets.seek(max(0, fichier.stat().st_size - FIN))
        for texte in reversed(octets.read().decode(errors="replace").splitlines()):
            try:
                return de_texte(texte)
            except (ValueError, KeyError):
                continue
    return None


def _ecrire(texte: str) -> None:
    descripteur = os.open(chemin(), os.O_RDWR | os.O_CREAT | os.O_APPEND, 0o600)
    with os.fdopen(descripteur, "ab+") as fichier:
        if fichier.tell():
            fichier.seek(-1, os.SEEK_END)
            if fichier.read(1) != b"\n":  # une écriture coupée : la ligne d'après ne s'y colle pas
                fichier.write(b"\n")
        fichier.write(texte.encode())
        fichier.flush()
        os.fsync(fichier.fileno())
