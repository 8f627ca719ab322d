"""Recevoir des fichiers : les contrôler (hors de toute transaction), les ranger chiffrés, les rattacher à leur pièce.

Un fichier refusé ne fait pas refuser les autres, ni rien de ce qui l'accompagne.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa
from flask import current_app
from sqlalchemy.orm import Session
from werkzeug.datastructures import FileStorage, MultiDict

from portail.demande.modeles import Demande
from portail.freins import TropDEssais
from portail.pieces import absence, antivirus, deux_d_doc, quotas
from portail.pieces.controle import TAILLE_MAX, FichierRefuse, FichierSain, controler
from portail.pieces.modeles import Antivirus, Fichier, PieceFournie
from portail.stockage import StockageIndisponible, empreinte, jeter, nouvelle_cle, stockage

SANS_FICHIER = "Choisissez d’abord un fichier sur votre appareil."
GARDE_DES_RETIRES = timedelta(days=1)  # le temps qu'une page ouverte ailleurs cesse de le montrer
PANNE = "Le dossier des documents ne répond pas. Réessayez dans un moment : vos autres réponses sont enregistrées."


@dataclass(frozen=True)
class Recu:
    """Un fichier contrôlé et rangé, pas encore rattaché."""

    cle: str
    sain: FichierSain
    empreinte: str
    antivirus: Antivirus = Antivirus.NON_CONTROLE
    deux_d_doc: str | None = None


@dataclass(frozen=True)
class Reception:
    """Ce qu'a donné un envoi : les fichiers bons, et une phrase par fichier refusé."""

    recus: tuple[Recu, ...]
    refus: tuple[str, ...]


def recevoir(fichiers: Iterable[FileStorage], freiner: Callable[[], None], piece: str = "") -> Reception:
    """Contrôle et range chaque fichier. À appeler avant d'ouvrir la transaction : le contrôle peut durer.

    `piece` : le code de la pièce qu'ils prouvent, s'il est connu.

    `freiner()` compte un envoi et lève `TropDEssais` : le fichier attend, le reste du formulaire s'enregistre.
    """
    recus: list[Recu] = []
    refus: list[str] = []
    for depose in fichiers:
        if not depose.filename:
            continue
        try:
            freiner()
            recus.append(ranger(depose.stream.read(TAILLE_MAX + 1), depose.filename or "", piece))
        except TropDEssais as erreur:
            refus.append(f"Vous avez envoyé beaucoup de documents. {erreur}")
            break
        except FichierRefuse as erreur:
            refus.append(erreur.phrase)
        except StockageIndisponible:
            refus.append(PANNE)
            break  # chaque fichier de plus attendrait la même panne
    return Reception(tuple(recus), tuple(refus))


def ranger(octets: bytes, nom: str, piece: str = "") -> Recu:
    """Contrôle un fichier et le range. Lève `FichierRefuse` ou `StockageIndisponible`."""
    sain = controler(octets, nom)
    etat = antivirus.examiner(octets, nom)
    cle = nouvelle_cle()
    stockage().ecrire(cle, sain.octets)
    return Recu(cle, sain, empreinte(octets), etat, deux_d_doc.chercher(sain.octets, piece, sain.nom))


def recevoir_par_piece(
    fichiers: MultiDict[str, FileStorage], freiner: Callable[[], None]
) -> dict[tuple[str, str], Reception]:
    """Les fichiers d'un formulaire d'étape, rangés par pièce : les cases s'appellent « fichier-<code>-<personne> »."""
    recus: dict[tuple[str, str], Reception] = {}
    for nom, deposes in fichiers.lists():
        genre, _, reste = nom.partition("-")
        code, _, personne = reste.rpartition("-")
        if genre == "fichier" and code and any(depose.filename for depose in deposes):
            recus[code, personne] = recevoir(deposes, freiner, code)
    return recus


def rattacher(
    session: Session,
    demande: Demande,
    code: str,
    personne: str,
    reception: Reception,
    instant: datetime,
    *,
    maximum: int | None = None,
    remplace: int = 0,
) -> list[str]:
    """Rattache les fichiers reçus à leur pièce. Rend les phrases à montrer (refus, doublons, trop de fichiers).

    `remplace` : le numéro d'un fichier de cette pièce, dont le premier reçu prend la place.

    Le même contenu envoyé deux fois (réponse perdue, double clic) ne fait qu'un fichier.
    """
    phrases = list(reception.refus)
    if not reception.recus:
        return phrases
    piece = piece_de(session, demande, code, personne)
    rang = _liberer(piece, remplace, {recu.empreinte for recu in reception.recus}, instant)
    deja = {fichier.empreinte_recue for fichier in piece.fichiers_gardes}
    for recu in reception.recus:
        if recu.empreinte in deja:
            jeter(recu.cle)
            continue
        try:
            quotas.exiger_un_fichier(piece, recu.sain.nom, maximum=maximum or quotas.FICHIERS_PAR_PIECE)
            quotas.exiger_la_place(demande, recu.sain.nom, len(recu.sain.octets))
        except quotas.Depasse as depasse:
            jeter(recu.cle)
            phrases.append(str(depasse))
        else:
            deja.add(recu.empreinte)
            piece.fichiers.append(_fichier(recu, rang or len(piece.fichiers) + 1, instant))
            rang = 0
    absence.effacer(piece)
    return phrases


def _liberer(piece: PieceFournie, numero: int, arrivants: set[str], instant: datetime) -> int:
    """Retire le fichier à remplacer et rend son rang ; 0 s'il n'y en a pas, ou si c'est lui qui revient."""
    ancien = next((fichier for fichier in piece.fichiers_gardes if fichier.id == numero), None)
    if numero == 0 or ancien is None or ancien.empreinte_recue in arrivants:
        return 0
    retirer(ancien, instant)
    return ancien.rang


def abandonner(reception: Reception) -> None:
    """Des fichiers que rien ne demande : ils ne restent pas dans le stockage."""
    for recu in reception.recus:
        jeter(recu.cle)


def _fichier(recu: Recu, rang: int, instant: datetime) -> Fichier:
    return Fichier(
        rang=rang,
        cle=recu.cle,
        nom=recu.sain.nom,
        type_mime=recu.sain.type_mime,
        taille=len(recu.sain.octets),
        pages=recu.sain.pages,
        empreinte_recue=recu.empreinte,
        antivirus=recu.antivirus,
        recu_le=instant,
        deux_d_doc=recu.deux_d_doc,
    )


def piece_de(session: Session, demande: Demande, code: str, personne: str) -> PieceFournie:
    for piece in demande.pieces:
        if (piece.code, piece.personne) == (code, personne):
            return piece
    piece = PieceFournie(code=code, personne=personne, fichiers=[])
    demande.pieces.append(piece)
    return piece


def dire_absente(session: Session, demande: Demande, code: str, personne: str, instant: datetime) -> None:
    """« Je n’ai pas ce document » : le volet le dit, et n'y revient plus."""
    piece_de(session, demande, code, personne).absente_le = instant


def monter(fichier: Fichier) -> None:
    """Met cette page avant la précédente. Les agents voient les pages dans cet ordre."""
    gardes = fichier.piece.fichiers_gardes
    place = gardes.index(fichier)
    if place:
        gardes[place - 1], gardes[place] = gardes[place], gardes[place - 1]
    for rang, page in enumerate(gardes, 1):
        page.rang = rang
    fichier.piece.fichiers.sort(key=lambda page: (page.rang, page.id))


def retires(piece: PieceFournie, instant: datetime) -> list[Fichier]:
    """Les fichiers retirés que l'on peut encore remettre, le dernier retiré d'abord."""
    encore = [f for f in piece.fichiers if f.retire_le is not None and f.retire_le > instant - GARDE_DES_RETIRES]
    gardes = {fichier.empreinte_recue for fichier in piece.fichiers_gardes}
    encore = [fichier for fichier in encore if fichier.empreinte_recue not in gardes]
    return sorted(encore, key=lambda fichier: (fichier.retire_le or instant, fichier.id), reverse=True)


def remettre(piece: PieceFournie, numero: int, instant: datetime) -> list[str]:
    """Annule le retrait d'un fichier. Rend les phrases à montrer. Déjà remis, ou trop tard : rien."""
    fichier = next((fichier for fichier in retires(piece, instant) if fichier.id == numero), None)
    if fichier is None:
        return []
    try:
        quotas.exiger_un_fichier(piece, fichier.nom)
        quotas.exiger_la_place(piece.demande, fichier.nom, fichier.taille)
    except quotas.Depasse as depasse:
        return [str(depasse)]
    decision = piece.decisions[-1] if piece.decisions else None
    if decision is not None and fichier.retire_le is not None and fichier.retire_le <= decision.decidee_le:
        fichier.recu_le = instant  # retiré avant : l'agent a décidé sans le voir, sa décision n'en parle pas
    fichier.retire_le = None
    absence.effacer(piece)
    return []


def remettre_dans(demande: Demande, numero: int, instant: datetime) -> list[str]:
    """Annule le retrait d'un fichier de cette demande, quelle que soit sa pièce (voir `remettre`)."""
    return [phrase for piece in demande.pieces for phrase in remettre(piece, numero, instant)]


def retirer(fichier: Fichier, instant: datetime) -> None:
    """Retire un fichier de la vue ; `purger` efface son contenu."""
    fichier.retire_le = instant


def purger(session: Session, instant: datetime) -> None:
    """Efface pour de bon les fichiers retirés : le contenu d'abord, car une ligne sans contenu se repurge, elle."""
    retires = session.scalars(
        sa.select(Fichier).where(Fichier.retire_le < instant - GARDE_DES_RETIRES).order_by(Fichier.id)
    )
    for fichier in retires.all():
        try:
            stockage().supprimer(fichier.cle)
        except StockageIndisponible as panne:
            current_app.logger.error("fichiers retirés à effacer plus tard : %s", panne)
            return
        session.delete(fichier)
