"""Relire la base et les courriels comme un tiers : dans une session à part."""

from __future__ import annotations

import re
from typing import Any

import sqlalchemy as sa

from portail.courriel import Envoi
from portail.db import db
from portail.guichet.modeles import ActeJournal, EcritureJournal


def lire(requete: sa.Select) -> list[Any]:
    with db.sessionmaker() as session:
        return list(session.scalars(requete).unique())


def un(classe: type, numero: int) -> Any:
    with db.sessionmaker() as session:
        return session.get(classe, numero)


def ecritures(*actes: ActeJournal) -> list[EcritureJournal]:
    """Le journal, du début (toutes les écritures sans `actes`)."""
    requete = sa.select(EcritureJournal).order_by(EcritureJournal.id)
    return lire(requete.where(EcritureJournal.acte.in_(actes)) if actes else requete)


def objets(*actes: ActeJournal) -> list[str]:
    """L'objet de chaque écriture, espaces ordinaires."""
    return [(ecriture.objet or "").replace("\u00a0", " ") for ecriture in ecritures(*actes)]


def courriels(destinataire: str) -> list[Envoi]:
    return [envoi for envoi in lire(sa.select(Envoi).order_by(Envoi.id)) if envoi.destinataire == destinataire]


def lien_recu(destinataire: str) -> str:
    """L'adresse (sans le site) du dernier lien reçu."""
    return re.search(r"http://127\.0\.0\.1(/\S+)", courriels(destinataire)[-1].corps)[1]
