"""Numériser des papiers d'un coup, puis ranger chaque page dans la pièce qu'elle prouve.

Un envoi de plusieurs pages devient autant de fichiers d'une page, « à ranger ». Ranger réunit les pages d'une même
pièce en un document. Le contrôle, la reconstruction et le chiffrement sont ceux de toutes les pièces.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy.orm import Session
from werkzeug.datastructures import FileStorage

from portail.demande.codes_de_piece import est_un_avis
from portail.demande.modeles import Demande
from portail.pieces import absence, antivirus, deux_d_doc, quotas, reception
from portail.pieces.controle import FichierRefuse, FichierSain, travailler
from portail.pieces.modeles import Antivirus, Fichier
from portail.pieces.noms import nom_montrable
from portail.pieces.paquets import deballer, emballer
from portail.pieces.reception import PANNE, Reception, Recu
from portail.stockage import FichierAbsent, StockageIndisponible, empreinte, jeter, nouvelle_cle, stockage

CODE = "A-RANGER"  # d'aucune pièce du catalogue : ces pages ne comptent pour rien tant qu'elles ne sont pas rangées
PAGES_A_RANGER = 100
PDF = "application/pdf"
JETER = "jeter"
Cle = tuple[str, str]  # (code, personne) d'une pièce attendue


@dataclass(frozen=True)
class Rangement:
    """Ce qu'il faut faire de pages à ranger. `assembles` : par pièce, le document déjà fait de ses pages. `lus` : le
    2D-Doc d'une page seule."""

    par_piece: Mapping[Cle, tuple[int, ...]]
    a_jeter: tuple[int, ...]
    assembles: Mapping[Cle, Reception]
    lus: Mapping[Cle, str | None]


def a_ranger(demande: Demande) -> list[Fichier]:
    """Les pages qui attendent, dans l'ordre de leur arrivée."""
    return [fichier for piece in demande.pieces if piece.code == CODE for fichier in piece.fichiers_gardes]


def recevoir(deposes: Iterable[FileStorage], freiner: Callable[[], None]) -> Reception:
    """Contrôle les fichiers, sépare leurs pages, les range chiffrées. À appeler hors de toute transaction."""
    recus: list[Recu] = []
    recu = reception.recevoir(deposes, freiner)
    refus = list(recu.refus)
    for entier in recu.recus:
        try:
            recus += _pages(entier)
        except FichierRefuse as erreur:
            refus.append(erreur.phrase)
            jeter(entier.cle)
        except StockageIndisponible:
            refus.append(PANNE)
    return Reception(tuple(recus), tuple(refus))


def _pages(entier: Recu) -> list[Recu]:
    if entier.sain.pages == 1:
        return [entier]
    paquet, _ = travailler(entier.sain.octets, "decouper", entier.sain.nom)
    racine = entier.sain.nom.removesuffix(".pdf")
    pages = [
        _ranger(FichierSain(octets, PDF, "pdf", 1, nom_montrable(f"{racine} page {rang}", "pdf")), entier.antivirus)
        for rang, octets in enumerate(deballer(paquet), 1)
    ]
    jeter(entier.cle)
    return pages


def _ranger(sain: FichierSain, etat: Antivirus) -> Recu:
    cle = nouvelle_cle()
    stockage().ecrire(cle, sain.octets)
    return Recu(cle, sain, empreinte(sain.octets), etat)


def poser(session: Session, demande: Demande, personne: str, recue: Reception, instant: datetime) -> list[str]:
    """Ajoute des pages à ranger. Rend les phrases à montrer."""
    return reception.rattacher(session, demande, CODE, personne, recue, instant, maximum=PAGES_A_RANGER)


def preparer(pages: Sequence[Fichier], choix: Mapping[int, str], pieces: Mapping[str, Cle], nom: str) -> Rangement:
    """Réunit les pages de chaque pièce, avant d'ouvrir la transaction : l'atelier peut durer.

    `choix` : par numéro de page, le nom de la pièce choisie (une clé de `pieces`), ou `JETER`. Ce qui n'est ni l'un ni
    l'autre attend. Lève `FichierRefuse` ou `StockageIndisponible` ; rien ne reste alors derrière.
    """
    par_piece: dict[Cle, list[Fichier]] = {}
    for page in pages:
        if cle := pieces.get(choix.get(page.id, "")):
            par_piece.setdefault(cle, []).append(page)
    assembles: dict[Cle, Reception] = {}
    lus: dict[Cle, str | None] = {}
    try:
        for cle, siennes in par_piece.items():
            if len(siennes) > 1:
                assembles[cle] = Reception((_assembler(siennes, nom, cle[0]),), ())
            elif est_un_avis(cle[0]):
                lus[cle] = deux_d_doc.chercher(stockage().lire(siennes[0].cle), cle[0], nom)
    except (FichierRefuse, StockageIndisponible, FichierAbsent):
        _abandonner(assembles)
        raise
    return Rangement(
        {cle: tuple(page.id for page in siennes) for cle, siennes in par_piece.items()},
        tuple(page.id for page in pages if choix.get(page.id) == JETER),
        assembles,
        lus,
    )


def _assembler(pages: Sequence[Fichier], nom: str, piece: str) -> Recu:
    octets, nombre = travailler(emballer(stockage().lire(page.cle) for page in pages), "assembler", nom)
    etat = antivirus.examiner(octets, nom)
    recu = _ranger(FichierSain(octets, PDF, "pdf", nombre, nom_montrable(nom, "pdf")), etat)
    return replace(recu, deux_d_doc=deux_d_doc.chercher(octets, piece, nom))


def ranger(session: Session, demande: Demande, rangement: Rangement, instant: datetime) -> tuple[int, list[str]]:
    """Applique un rangement préparé. Rend le nombre de pages rangées ou jetées, et les phrases à montrer.

    Des pages déjà rangées ailleurs (double clic, autre agent) : leur document préparé est abandonné, rien n'est doublé.
    """
    attendent = {page.id: page for page in a_ranger(demande)}
    phrases: list[str] = []
    faites = 0
    for cle, numeros in rangement.par_piece.items():
        assemble = rangement.assembles.get(cle)
        if not all(numero in attendent for numero in numeros):
            _abandonner({cle: assemble} if assemble else {})
            continue
        pages = [attendent[numero] for numero in numeros]
        refus = (
            reception.rattacher(session, demande, *cle, assemble, instant)
            if assemble
            else _deplacer(session, demande, cle, pages[0], rangement.lus.get(cle), instant)
        )
        phrases += refus
        if refus:
            continue
        for page in pages if assemble else ():
            page.retire_le = instant
        faites += len(pages)
    for numero in rangement.a_jeter:
        if numero in attendent:
            attendent[numero].retire_le = instant
            faites += 1
    return faites, phrases


def _deplacer(
    session: Session, demande: Demande, cle: Cle, page: Fichier, lu: str | None, instant: datetime
) -> list[str]:
    """Une page seule change de pièce, ses octets ne bougent pas."""
    piece = reception.piece_de(session, demande, *cle)
    if len(piece.fichiers_gardes) >= quotas.FICHIERS_PAR_PIECE:
        return [f"« {page.nom} » n’a pas été rangée : {quotas.FICHIERS_PAR_PIECE} fichiers au plus par document."]
    page.rang, page.recu_le = len(piece.fichiers) + 1, instant  # un agent qui avait décidé n'a pas vu cette page
    page.deux_d_doc = lu
    piece.fichiers.append(page)
    absence.effacer(piece)
    return []


def _abandonner(assembles: Mapping[Cle, Reception]) -> None:
    for recue in assembles.values():
        reception.abandonner(recue)


def retirer_ce_qui_reste(demande: Demande, instant: datetime) -> None:
    """Au dépôt : une page que rien n'a demandée n'est pas transmise."""
    for page in a_ranger(demande):
        page.retire_le = instant
