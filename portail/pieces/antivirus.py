"""L'antivirus des pièces : facultatif, jamais bloquant pour qui envoie, toujours pour qui ouvrirait.

Sans antivirus réglé, un fichier est « non contrôlé » : refait par l'atelier, il s'ouvre. Avec, il est contrôlé à son
arrivée, tel que reçu ; antivirus en panne, il est gardé, fermé, et recontrôlé tout seul.
"""

from __future__ import annotations

import sqlalchemy as sa
from flask import current_app

from portail.clamd import AntivirusMuet, Clamd
from portail.db import ecriture, lecture
from portail.pieces.modeles import Antivirus, Fichier
from portail.pieces.noms import nom_montrable
from portail.pieces.refus import Refus, refuser
from portail.stockage import FichierAbsent, StockageIndisponible, stockage

LOT = 20  # fichiers par passage


def _clamd() -> Clamd | None:
    return current_app.extensions["antivirus"]


def examiner(octets: bytes, nom: str) -> Antivirus:
    """L'état d'un fichier qui arrive. Lève `FichierRefuse` si l'antivirus y trouve quelque chose."""
    etat = _juger(octets)
    if etat is Antivirus.REFUSE:
        raise refuser(Refus.DANGEREUX, nom_montrable(nom))
    return etat


def _juger(octets: bytes) -> Antivirus:
    clamd = _clamd()
    if clamd is None:
        return Antivirus.NON_CONTROLE
    try:
        trouve = clamd.trouver(octets)
    except AntivirusMuet as panne:
        current_app.logger.error("antivirus muet : %s", panne)
        return Antivirus.EN_COURS
    if trouve:
        current_app.logger.warning("fichier refusé par l’antivirus : %s", trouve)
    return Antivirus.REFUSE if trouve else Antivirus.SAIN


def reprendre() -> int:
    """Contrôle ce qui attendait. Rend le nombre de fichiers jugés ; s'arrête si l'antivirus ne répond toujours pas."""
    with lecture() as session:
        attendent = session.execute(
            sa.select(Fichier.id, Fichier.cle)
            .where(Fichier.antivirus == Antivirus.EN_COURS)
            .order_by(Fichier.id)
            .limit(LOT)
        ).all()
    juges = 0
    for numero, cle in attendent:
        try:
            etat = _juger(stockage().lire(cle))
        except (FichierAbsent, StockageIndisponible):
            continue  # la vérification de la nuit le dira
        if etat is Antivirus.EN_COURS:
            break
        with ecriture() as session:
            session.execute(sa.update(Fichier).where(Fichier.id == numero).values(antivirus=etat))
        juges += 1
    return juges
