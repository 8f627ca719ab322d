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

import sqlalchemy as sa
from flask import current_app
from sqlalchemy.orm import Session

from portail.chiffrement import coffre
from portail.conservation.modeles import Effacement, Objet, Regle
from portail.db import ecriture, lecture
from portail.horloge import maintenant

NOM = "effacements.jsonl"
CONTEXTE = "effacement"
LOT = 500  # lignes recopiées par transaction


def chemin() -> Path:
    return current_app.extensions["portail"].dossier / NOM


def est_la_meme(ligne: Effacement, cree_le: datetime) -> bool:
    """La ligne de ce numéro, créée à cet instant, est-elle celle qui a été effacée ?"""
    return coffre().reconnait(ligne.empreinte, _identite(ligne.objet, ligne.numero, cree_le), CONTEXTE)


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
    se dit, et se réessaie au passage suivant.
    """
    attend = sa.select(Effacement).where(Effacement.reporte_le.is_(None)).order_by(Effacement.id).limit(LOT)
    total = 0
    while True:
        with lecture() as session:
            if session.scalar(attend) is None:
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


def _ecrire(texte: str) -> None:
    descripteur = os.open(chemin(), os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    with os.fdopen(descripteur, "ab") as fichier:
        fichier.write(texte.encode())
        fichier.flush()
        os.fsync(fichier.fileno())
