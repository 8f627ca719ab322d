"""Après une restauration : effacer de nouveau ce qui l'avait été depuis la sauvegarde.

Une ligne ne s'efface que si son numéro et sa date de création sont ceux du registre (l'empreinte) : une autre, née
sous le même numéro, n'est pas touchée. Une demande dont le compte s'efface reste, sans compte.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from flask import current_app
from sqlalchemy.orm import Session

from portail.compte.modeles import Compte
from portail.conservation import effacer, registre
from portail.conservation.modeles import Effacement, Objet
from portail.db import ecriture, lecture
from portail.demande.modeles import Demande
from portail.horloge import maintenant

LOT = 500
FIN = 4096  # octets : bien plus que la dernière ligne
CLASSES: dict[Objet, Any] = {Objet.COMPTE: Compte, Objet.DEMANDE: Demande}


@dataclass(frozen=True)
class Rejeu:
    """`manquants` : ceux que la base avait oubliés ; `effaces` : ce qui était revenu et ne l'est plus."""

    manquants: int = 0
    effaces: int = 0
    illisibles: int = 0


def rejouer(fichier: Path | None = None) -> Rejeu:
    """Relit le registre hors de la base. Le refaire ne fait rien de plus. Lève `StockageIndisponible`."""
    manquants = effaces = illisibles = 0
    for lot, fautives in _lots(fichier or registre.chemin()):
        illisibles += fautives
        for ligne in _absentes(lot):
            manquants += 1
            effaces += _refaire(ligne)
    fait = Rejeu(manquants, effaces, illisibles)
    if fait != Rejeu():
        current_app.logger.warning("registre des effacements rejoué : %s", fait)
    return fait


def rejouer_si_restauree() -> None:
    """Pour les travaux de fond : la dernière ligne du registre que la base ne connaît pas trahit une restauration."""
    derniere = _derniere()
    if derniere is not None and _absentes([derniere]):
        rejouer()


def en_attente() -> int:
    """Combien de lignes du registre la base ne connaît pas."""
    return sum(len(_absentes(lot)) for lot, _ in _lots(registre.chemin()))


def _lots(fichier: Path) -> Iterator[tuple[list[Effacement], int]]:
    """Des lignes lues, sans doublon dans un lot, et combien ne se lisent pas (une coupure pendant l'écriture)."""
    if not fichier.exists():
        return
    with fichier.open(encoding="utf-8") as lignes:
        lot: dict[tuple[Objet, int, str], Effacement] = {}
        fautives = 0
        for texte in lignes:
            try:
                ligne = registre.de_texte(texte)
            except (ValueError, KeyError):
                fautives += 1
                continue
            lot[_cle(ligne)] = ligne
            if len(lot) == LOT:
                yield list(lot.values()), fautives
                lot, fautives = {}, 0
        yield list(lot.values()), fautives


def _cle(ligne: Any) -> tuple[Objet, int, str]:
    return ligne.objet, ligne.numero, ligne.empreinte


def _absentes(lot: list[Effacement]) -> list[Effacement]:
    requete = sa.select(Effacement.objet, Effacement.numero, Effacement.empreinte)
    with lecture() as session:
        connues = session.execute(requete.where(Effacement.numero.in_({ligne.numero for ligne in lot}))).all()
    deja = {_cle(ligne) for ligne in connues}
    return [ligne for ligne in lot if _cle(ligne) not in deja]


def _refaire(ligne: Effacement) -> int:
    """Efface ce qui est revenu, et rend à la base sa ligne du registre, telle qu'elle était. 1 si la ligne était là."""
    with ecriture() as session:
        classe = CLASSES[ligne.objet]
        cible = session.scalar(sa.select(classe).where(classe.id == ligne.numero).with_for_update())
        revenue = cible is not None and registre.est_la_meme(ligne, cible.cree_le)
        if revenue:
            _effacer(session, cible, ligne)
        else:
            ligne.reporte_le = maintenant()
            session.add(ligne)
    return int(revenue)


def _effacer(session: Session, cible: Any, ligne: Effacement) -> None:
    acte = effacer.compte if ligne.objet is Objet.COMPTE else effacer.demande
    refait = acte(session, cible, ligne.regle, ligne.efface_le)
    refait.reporte_le = maintenant()


def _derniere() -> Effacement | None:
    """La dernière ligne entière du registre."""
    fichier = registre.chemin()
    if not fichier.exists():
        return None
    with fichier.open("rb") as octets:
        octets.seek(max(0, fichier.stat().st_size - FIN))
        for texte in reversed(octets.read().decode(errors="replace").splitlines()):
            try:
                return registre.de_texte(texte)
            except (ValueError, KeyError):
                continue
    return None
