"""Écrire au journal, et vérifier qu'il n'a pas été touché.

L'écriture fait partie de l'acte : même transaction. Une lecture (GET) s'écrit dans sa propre transaction, avant de
montrer quoi que ce soit : si elle ne peut pas s'écrire, rien n'est montré.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from portail.db import ecriture
from portail.guichet.modeles import ActeJournal, Agent, EcritureJournal
from portail.horloge import maintenant

ORIGINE = "0" * 64
VERROU_POSTGRESQL = 0x70676A  # une écriture à la fois : la chaîne n'a pas de fourche
PAS = 2000  # écritures relues à la fois


@dataclass(frozen=True)
class Rupture:
    """Un endroit où la chaîne ne tient plus."""

    id: int
    raison: str


def inscrire(
    session: Session,
    acte: ActeJournal,
    *,
    agent: Agent | None = None,
    demande_id: int | None = None,
    compte_id: int | None = None,
    objet: str | None = None,
    raison: str | None = None,
) -> EcritureJournal:
    """Ajoute une écriture à la transaction en cours.

    `objet` ne contient ni nom, ni NIR : un code, un numéro de ligne.
    """
    if session.get_bind().dialect.name == "postgresql":
        session.execute(sa.select(sa.func.pg_advisory_xact_lock(VERROU_POSTGRESQL)))
    derniere = session.execute(
        sa.select(EcritureJournal.empreinte).order_by(EcritureJournal.id.desc()).limit(1)
    ).scalar()
    ligne = EcritureJournal(
        faite_le=maintenant().replace(microsecond=0),
        acte=acte,
        agent_id=agent.id if agent else None,
        agent_nom=agent.nom_complet if agent else None,
        guichet_code=agent.guichet.code if agent else None,
        compte_id=compte_id,
        demande_id=demande_id,
        objet=objet,
        raison=raison,
        precedente=derniere or ORIGINE,
    )
    ligne.empreinte = _empreinte(ligne)
    session.add(ligne)
    session.flush()  # la suivante, dans la même transaction, doit la voir
    return ligne


def inscrire_une_lecture(acte: ActeJournal, **details) -> None:
    """Pendant un GET : l'écriture est validée avant que la page ne soit rendue."""
    with ecriture() as session:
        inscrire(session, acte, **details)


def verifier(session: Session) -> Iterator[Rupture]:
    """Relit toute la chaîne, du début. Aucune rupture : aucune écriture n'a été changée, ôtée ni glissée."""
    precedente, apres = ORIGINE, 0
    while True:
        lignes = session.scalars(
            sa.select(EcritureJournal).where(EcritureJournal.id > apres).order_by(EcritureJournal.id).limit(PAS)
        ).all()
        if not lignes:
            return
        for ligne in lignes:
            if ligne.precedente != precedente:
                yield Rupture(ligne.id, "une écriture manque avant celle-ci, ou l’ordre a changé")
            if ligne.empreinte != _empreinte(ligne):
                yield Rupture(ligne.id, "cette écriture a été modifiée")
            precedente, apres = ligne.empreinte, ligne.id
        session.expunge_all()


def _empreinte(ligne: EcritureJournal) -> str:
    contenu = [
        ligne.precedente,
        _instant(ligne.faite_le),
        ligne.acte.value,
        ligne.agent_id,
        ligne.agent_nom,
        ligne.guichet_code,
        ligne.compte_id,
        ligne.demande_id,
        ligne.objet,
        ligne.raison,
    ]
    return hashlib.sha256(json.dumps(contenu, ensure_ascii=False).encode()).hexdigest()


def _instant(instant: datetime) -> str:
    return instant.isoformat(timespec="seconds")
