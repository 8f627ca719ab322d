"""Après une restauration : effacer de nouveau ce qui l'avait été depuis la sauvegarde.

Une ligne ne s'efface que si son numéro et sa date de création sont ceux du registre (l'empreinte) : une autre, née
sous le même numéro, n'est pas touchée. Une demande dont le compte s'efface reste, sans compte. Sans la clé de son
empreinte, une ligne ne dit rien : elle attend le retour de cette clé.
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
from portail.db import ecriture
from portail.demande.modeles import Demande
from portail.horloge import maintenant

LOT = 500
CLASSES: dict[Objet, Any] = {Objet.COMPTE: Compte, Objet.DEMANDE: Demande}


@dataclass(frozen=True)
class Rejeu:
    """`manquants` : ceux que la base avait oubliés ; `effaces` : ce qui était revenu et ne l'est plus ; `sans_cle` :
    ceux dont la clé d'empreinte manque, laissés tels quels."""

    manquants: int = 0
    effaces: int = 0
    illisibles: int = 0
    sans_cle: int = 0


def rejouer(fichier: Path | None = None) -> Rejeu:
    """Relit le registre hors de la base. Le refaire ne fait rien de plus. Lève `StockageIndisponible`."""
    manquants = effaces = illisibles = sans_cle = 0
    for lot, fautives in _lots(fichier or registre.chemin()):
        illisibles += fautives
        for ligne in registre.absentes(lot):
            if not registre.a_sa_cle(ligne):
                sans_cle += 1
                continue
            manquants += 1
            effaces += _refaire(ligne)
    fait = Rejeu(manquants, effaces, illisibles, sans_cle)
    if fait != Rejeu():
        current_app.logger.warning("registre des effacements rejoué : %s", fait)
    return fait


def rejouer_si_restauree() -> None:
    """Pour les travaux de fond, avant d'effacer ou de recopier quoi que ce soit."""
    if registre.est_en_avance():
        rejouer()


def en_attente() -> int:
    """Combien de lignes du registre la base ne connaît pas."""
    return sum(len(registre.absentes(lot)) for lot, _ in _lots(registre.chemin()))


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
            lot[registre.cle(ligne)] = ligne
            if len(lot) == LOT:
                yield list(lot.values()), fautives
                lot, fautives = {}, 0
        yield list(lot.values()), fautives


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
    """L'empreinte reste celle du registre, quelle que soit la clé qui écrit aujourd'hui : c'est la même ligne."""
    acte = effacer.compte if ligne.objet is Objet.COMPTE else effacer.demande
    refait = acte(session, cible, ligne.regle, ligne.efface_le)
    refait.empreinte, refait.reporte_le = ligne.empreinte, maintenant()
