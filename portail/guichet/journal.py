"""Écrire au journal, et vérifier qu'il n'a pas été touché.

L'écriture fait partie de l'acte : même transaction. Une lecture (GET) s'écrit dans sa propre transaction, avant de
montrer quoi que ce soit : si elle ne peut pas s'écrire, rien n'est montré.

Les écritures d'une transaction sont chaînées au moment de la valider, en dernier : le verrou de la chaîne se prend
après tous les autres, quel que soit l'ordre du code, et se rend aussitôt (ni attente en croix, ni file d'attente).
L'empreinte est à clé (HMAC) : qui n'a que la base ne peut pas refaire une chaîne qui tienne.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from portail.chiffrement import Sorte, coffre, version_d_empreinte
from portail.db import ecriture
from portail.guichet.modeles import ActeJournal, Agent, EcritureJournal
from portail.horloge import maintenant

ORIGINE = "0" * 64
CONTEXTE = "journal"
VERROU_POSTGRESQL = 0x70676A  # une écriture à la fois : la chaîne n'a pas de fourche
PAS = 2000  # écritures relues à la fois
EN_ATTENTE = "journal"  # dans `session.info` : ce que la transaction a inscrit
LONGUEUR_OBJET, LONGUEUR_RAISON = 200, 500
CHAINEES = ("faite_le", "acte", "agent_id", "agent_nom", "guichet_code", "compte_id", "demande_id", "objet", "raison")


@dataclass(frozen=True)
class Rupture:
    """Un endroit où la chaîne ne tient plus. `id` est vide quand c'est la fin qui manque."""

    id: int | None
    raison: str


@dataclass(frozen=True)
class Tete:
    """La dernière écriture : notée ailleurs, elle prouve plus tard que la fin du journal n'a pas été ôtée."""

    id: int
    empreinte: str

    def __str__(self) -> str:
        return f"{self.id}:{self.empreinte}"


def installer() -> None:
    if not sa.event.contains(Session, "before_commit", _chainer):
        sa.event.listen(Session, "before_commit", _chainer)
        sa.event.listen(Session, "after_soft_rollback", _oublier)


def inscrire(
    session: Session,
    acte: ActeJournal,
    *,
    agent: Agent | None = None,
    guichet_code: str | None = None,
    demande_id: int | None = None,
    compte_id: int | None = None,
    objet: str | None = None,
    raison: str | None = None,
) -> None:
    """Ajoute une écriture à la transaction en cours : elle y entre à la validation, ou disparaît avec elle.

    `objet` ne contient ni nom, ni NIR : un code, un numéro de ligne. La personne lira `raison`. `guichet_code` : le
    guichet dont c'est l'affaire quand ce n'est pas un agent qui agit (l'exploitant, en ligne de commande). Pas dans un
    point de reprise (`begin_nested`) : l'annuler ne retirerait pas l'écriture.
    """
    if not session.in_transaction():
        session.begin()  # sans transaction ouverte, l'annuler ne préviendrait personne
    session.info.setdefault(EN_ATTENTE, []).append(
        EcritureJournal(
            faite_le=maintenant().astimezone(UTC).replace(microsecond=0),
            acte=acte,
            agent_id=agent.id if agent else None,
            agent_nom=agent.nom_complet if agent else None,
            guichet_code=agent.guichet.code if agent else guichet_code,
            compte_id=compte_id,
            demande_id=demande_id,
            objet=objet[:LONGUEUR_OBJET] if objet else None,
            raison=raison[:LONGUEUR_RAISON] if raison else None,
        )
    )


def inscrire_une_lecture(acte: ActeJournal, **details: Any) -> None:
    """Pendant un GET : l'écriture est validée avant que la page ne soit rendue. Mêmes arguments que `inscrire`."""
    with ecriture() as session:
        inscrire(session, acte, **details)


def verifier(session: Session, repere: Tete | None = None) -> Iterator[Rupture]:
    """Relit toute la chaîne, du début. Aucune rupture : aucune écriture n'a été changée, ôtée ni glissée.

    Une fin ôtée ne se voit pas de l'intérieur : `repere`, une tête notée plus tôt, doit s'y retrouver.
    """
    precedente, apres, repere_vu = ORIGINE, 0, repere is None
    while lignes := _suite(session, apres):
        for ligne in lignes:
            if ligne.precedente != precedente:
                yield Rupture(ligne.id, "une écriture manque avant celle-ci, ou l’ordre a changé")
            version = version_d_empreinte(ligne.empreinte)
            if version not in coffre().versions(Sorte.EMPREINTE):
                yield Rupture(ligne.id, f"la clé d’empreinte de version {version} manque : rien ne peut la vérifier")
            elif version < version_d_empreinte(precedente):
                yield Rupture(ligne.id, "elle est signée d’une clé plus ancienne que la précédente")
            elif not coffre().reconnait(ligne.empreinte, _contenu(ligne.precedente, ligne), CONTEXTE):
                yield Rupture(ligne.id, "cette écriture a été modifiée")
            repere_vu = repere_vu or repere == Tete(ligne.id, ligne.empreinte)
            precedente, apres = ligne.empreinte, ligne.id
    if not repere_vu:
        yield Rupture(None, "le repère donné ne s’y trouve pas : la fin du journal a été ôtée ou refaite")


def tete(session: Session) -> Tete | None:
    """La dernière écriture, ou None si le journal est vide."""
    ligne = session.execute(
        sa.select(EcritureJournal.id, EcritureJournal.empreinte).order_by(EcritureJournal.id.desc()).limit(1)
    ).first()
    return Tete(ligne.id, ligne.empreinte) if ligne else None


def _suite(session: Session, apres: int) -> Sequence[sa.Row[Any]]:
    colonnes = [getattr(EcritureJournal, nom) for nom in ("id", "precedente", "empreinte", *CHAINEES)]
    requete = sa.select(*colonnes).where(EcritureJournal.id > apres).order_by(EcritureJournal.id).limit(PAS)
    return session.execute(requete).all()


def _chainer(session: Session) -> None:
    if session.in_nested_transaction():
        return  # un point de reprise : la transaction entière n'est pas encore validée
    lignes = session.info.pop(EN_ATTENTE, ())
    if not lignes:
        return
    if session.get_bind().dialect.name == "postgresql":
        session.execute(sa.select(sa.func.pg_advisory_xact_lock(VERROU_POSTGRESQL)))
    derniere = tete(session)
    precedente = derniere.empreinte if derniere else ORIGINE
    for ligne in lignes:
        ligne.precedente = precedente
        ligne.empreinte = precedente = coffre().empreinte(_contenu(precedente, ligne), CONTEXTE)
        session.add(ligne)
        session.flush()  # une à une : leurs numéros suivent la chaîne


def _oublier(session: Session, _transaction: object) -> None:
    if not session.in_nested_transaction():
        session.info.pop(EN_ATTENTE, None)


def _contenu(precedente: str, ligne: Any) -> str:
    return json.dumps([precedente, *(_ecrire(getattr(ligne, nom)) for nom in CHAINEES)], ensure_ascii=False)


def _ecrire(valeur: object) -> object:
    if isinstance(valeur, datetime):
        return valeur.isoformat(timespec="seconds")
    return valeur.value if isinstance(valeur, ActeJournal) else valeur
