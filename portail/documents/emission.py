"""Émettre un document, et le rendre tel qu'il a été donné.

Un document se compose hors de toute écriture, va au stockage, puis s'inscrit en base dans sa propre transaction : la
contrainte (demande, genre, acte) départage deux émissions simultanées, le perdant rend le document du gagnant. À
n'appeler que lorsque rien n'est en cours d'écriture (après le `commit` d'un acte, ou pendant une lecture).
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass, replace
from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from portail.db import ecriture, lecture
from portail.demande.cycle_de_vie import derniere_deposee
from portail.demande.modeles import Declaration, Demande, GenreEvenement
from portail.documents import attestation, code_verification, conservation, formulaire, matiere
from portail.documents.contenu import Contenu
from portail.documents.matiere_attestation import attestation_de, renouvelee_le
from portail.documents.modeles import DocumentEmis, GenreDocument
from portail.guichet.modeles import Guichet
from portail.stockage import FichierAltere, empreinte, jeter, nouvelle_cle, stockage

ADRESSE_CACHEE = "n’est pas montrée à un co-demandeur"


class NonEmissible(LookupError):
    """Ce document n'existe pas pour cette demande : pas enregistrée, radiée avant d'en avoir un, sans annexe…"""


@dataclass(frozen=True)
class Document:
    """Un document à rendre : ce qu'il dit, et ses octets (ceux de l'archive, s'il a été émis)."""

    contenu: Contenu
    octets: bytes


@dataclass(frozen=True)
class _Brouillon:
    """Ce qui va être émis."""

    contenu: Contenu
    code: str | None = None
    valable_jusqu_au: date | None = None


def attestation_emise(demande_id: int, instant: datetime) -> DocumentEmis:
    """L'attestation de l'enregistrement, ou du dernier renouvellement ; émise si elle ne l'était pas.

    À appeler après l'enregistrement et après chaque renouvellement ; le faire deux fois ne change rien. Lève
    `NonEmissible` si la demande n'est pas enregistrée, ou ne l'est plus.
    """
    with lecture() as session:
        acte = _acte(session.get_one(Demande, demande_id))

    def rediger(session: Session) -> _Brouillon:
        declaration = _deposee(session, demande_id)
        guichet = _guichet(session, declaration.demande)
        if guichet is None:
            raise NonEmissible(f"Le guichet de la demande {demande_id} est inconnu.")
        donnees = attestation_de(session, declaration, guichet, instant, code_verification.tirer())
        contenu = attestation.rediger(donnees)
        return _Brouillon(contenu, donnees.code, donnees.valable_jusqu_au)

    return _emettre(demande_id, GenreDocument.ATTESTATION, acte, rediger, instant)


def attestation_a_montrer(demande: Demande, instant: datetime) -> Document:
    """Celle qui vaut ; la dernière donnée si la demande est radiée. Lève `NonEmissible` s'il n'y en a pas."""
    if demande.radiee_le is None:
        return ouvrir(attestation_emise(demande.id, instant))
    with lecture() as session:
        derniere = session.scalar(
            sa.select(DocumentEmis)
            .where(DocumentEmis.demande_id == demande.id, DocumentEmis.genre == GenreDocument.ATTESTATION)
            .order_by(DocumentEmis.emis_le.desc(), DocumentEmis.id.desc())
            .limit(1)
        )
    if derniere is None:
        raise NonEmissible(f"La demande {demande.id} n’a jamais eu d’attestation.")
    return ouvrir(derniere)


def attestees(session: Session, demandes: Collection[Demande]) -> set[int]:
    """Celles dont `attestation_a_montrer` rend quelque chose : une demande radiée sans en avoir eu n'en est pas."""
    radiees = [demande.id for demande in demandes if demande.enregistree_le and demande.radiee_le]
    requete = sa.select(DocumentEmis.demande_id).where(
        DocumentEmis.demande_id.in_(radiees), DocumentEmis.genre == GenreDocument.ATTESTATION
    )
    gardees = set(session.scalars(requete)) if radiees else set()
    return gardees | {demande.id for demande in demandes if demande.enregistree_le and not demande.radiee_le}


def formulaire_emis(declaration: Declaration, instant: datetime, *, annexe: bool = False) -> Document:
    """Le formulaire d'une déclaration, ou son annexe handicap : gardé si elle est déposée, refait pour un brouillon.

    Lève `NonEmissible` si la déclaration n'a pas d'annexe.
    """
    genre = GenreDocument.ANNEXE if annexe else GenreDocument.FORMULAIRE
    if declaration.est_brouillon:
        contenu = _formulaire(declaration, instant, annexe)
        return Document(contenu, _imprimer(contenu))
    declaration_id, demande_id = declaration.id, declaration.demande_id
    # Le numéro est écrit dessus : le formulaire d'une demande qui vient d'en recevoir un n'est plus le même.
    acte = f"declaration-{declaration_id}-{declaration.demande.numero_unique or 'sans-numero'}"

    def rediger(session: Session) -> _Brouillon:
        relue = session.get_one(Declaration, declaration_id)
        return _Brouillon(_formulaire(relue, instant, annexe))

    return ouvrir(_emettre(demande_id, genre, acte, rediger, instant))


def attestation_du_lecteur(demande: Demande, instant: datetime) -> Document:
    """L'attestation qui vaut, sans l'adresse ni les pièces du demandeur : pour un co-demandeur. Elle n'est pas gardée.

    Même code de vérification, même jour. Lève `NonEmissible` si la demande n'est pas enregistrée, ou ne l'est plus.
    """
    emise = attestation_emise(demande.id, instant)
    with lecture() as session:
        declaration = _deposee(session, demande.id)
        guichet = _guichet(session, declaration.demande)
        if guichet is None or emise.code_verification is None:
            raise NonEmissible(f"Le guichet de la demande {demande.id} est inconnu.")
        entiere = attestation_de(session, declaration, guichet, emise.emis_le, emise.code_verification)
    contenu = attestation.rediger(
        replace(entiere, adresse=(ADRESSE_CACHEE,), pieces_a_produire=(), pieces_complementaires=())
    )
    return Document(contenu, _imprimer(contenu))


def formulaire_du_lecteur(declaration: Declaration, instant: datetime, lecteur: str) -> Document:
    """Le formulaire, réduit à ce qu'un co-demandeur a à voir. Il n'est pas gardé."""
    contenu = formulaire.rediger(matiere.formulaire_de(declaration, instant, lecteur))
    return Document(contenu, _imprimer(contenu))


def ouvrir(emis: DocumentEmis) -> Document:
    """Le document tel qu'il a été donné. Lève `FichierAltere` si l'archive n'est plus ce qu'elle était."""
    octets = stockage().lire(emis.cle_pdf)
    if empreinte(octets) != emis.empreinte:
        raise FichierAltere("Le document gardé n’est plus celui qui a été émis.")
    return Document(conservation.de_octets(stockage().lire(emis.cle_contenu)), octets)


def _emettre(
    demande_id: int, genre: GenreDocument, acte: str, rediger: Callable[[Session], _Brouillon], instant: datetime
) -> DocumentEmis:
    with lecture() as session:
        deja = _trouver(session, demande_id, genre, acte)
        if deja is not None:
            return deja
        brouillon = rediger(session)
    octets = _imprimer(brouillon.contenu)
    emis = DocumentEmis(
        demande_id=demande_id,
        genre=genre,
        acte=acte,
        emis_le=instant,
        empreinte=empreinte(octets),
        cle_pdf=nouvelle_cle(),
        cle_contenu=nouvelle_cle(),
        code_verification=brouillon.code,
        valable_jusqu_au=brouillon.valable_jusqu_au,
    )
    stockage().ecrire(emis.cle_pdf, octets)
    stockage().ecrire(emis.cle_contenu, conservation.en_octets(brouillon.contenu))
    try:
        with ecriture() as session:
            session.add(emis)
    except IntegrityError:  # un autre vient d'émettre le même : c'est le sien qui compte
        for cle in (emis.cle_pdf, emis.cle_contenu):
            jeter(cle)
        with lecture() as session:
            gagnant = _trouver(session, demande_id, genre, acte)
        if gagnant is None:
            raise
        return gagnant
    return emis


def _trouver(session: Session, demande_id: int, genre: GenreDocument, acte: str) -> DocumentEmis | None:
    return session.scalar(
        sa.select(DocumentEmis).where(
            DocumentEmis.demande_id == demande_id, DocumentEmis.genre == genre, DocumentEmis.acte == acte
        )
    )


def _acte(demande: Demande) -> str:
    """Ce dont l'attestation rend compte : une identité rectifiée en demande une autre.

    Lève `NonEmissible` hors de la vie d'une demande enregistrée.
    """
    if demande.enregistree_le is None or demande.radiee_le is not None:
        raise NonEmissible(f"La demande {demande.id} n’est pas enregistrée.")
    renouvellement = renouvelee_le(demande)
    acte = f"renouvellement-{renouvellement}" if renouvellement else "enregistrement"
    rectifiee = max((e.id for e in demande.evenements if e.genre is GenreEvenement.IDENTITE), default=None)
    return f"{acte}-identite-{rectifiee}" if rectifiee else acte


def _deposee(session: Session, demande_id: int) -> Declaration:
    declaration = derniere_deposee(session.get_one(Demande, demande_id))
    if declaration is None:
        raise NonEmissible(f"La demande {demande_id} n’est pas déposée.")
    return declaration


def _guichet(session: Session, demande: Demande) -> Guichet | None:
    """Celui qui a enregistré : son code finit le numéro. À défaut, celui qui instruit."""
    code = (demande.numero_unique or "")[13:]
    guichet = session.scalar(sa.select(Guichet).where(Guichet.code == code))
    return guichet or (session.get(Guichet, demande.guichet_id) if demande.guichet_id else None)


def _formulaire(declaration: Declaration, instant: datetime, annexe: bool) -> Contenu:
    donnees = matiere.annexe_de(declaration, instant) if annexe else matiere.formulaire_de(declaration, instant)
    if donnees is None:
        raise NonEmissible(f"La déclaration {declaration.id} n’a pas d’annexe.")
    return formulaire.rediger(donnees)


def _imprimer(contenu: Contenu) -> bytes:
    from portail.documents.impression import imprimer  # reportlab : chargé au premier document seulement

    return imprimer(contenu)
