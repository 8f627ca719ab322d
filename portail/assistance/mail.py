"""Écrire un mail, avec ou sans compte : à la boîte du guichet qui s'occupe de la commune, sinon à celle de ce site.

Le message part par la boîte d'envoi et n'est plus gardé ensuite ; la réponse va droit à la personne (« Reply-To »).
Rien n'est envoyé à cette adresse : elle n'est pas prouvée, et le portail ne doit bombarder personne.
"""

from __future__ import annotations

from dataclasses import dataclass

import sqlalchemy as sa
from flask import current_app
from sqlalchemy.orm import Session

from portail import courriel, idempotence
from portail.db import db
from portail.guichet import acces
from portail.guichet.modeles import Guichet
from portail.referentiels.recherche import Lieu

SUJET = "Question d’une personne, par le site"


@dataclass(frozen=True, slots=True)
class Destinataire:
    """`nom` : celui du guichet, ou du site."""

    adresse: str
    nom: str


@dataclass(frozen=True, slots=True)
class Question:
    """Ce que la personne a écrit. `prouvee` : l'adresse est celle du compte d'où elle écrit."""

    lieu: Lieu
    nom: str
    adresse: str
    texte: str
    prouvee: bool


def est_possible() -> bool:
    """Quelqu'un, sur ce site, a-t-il une boîte pour répondre ?"""
    if current_app.extensions["portail"].identite.courriel:
        return True
    boite = sa.exists().where(Guichet.courriel.is_not(None), Guichet.courriel != "", Guichet.ferme_le.is_(None))
    return bool(db.session.scalar(sa.select(boite)))


def destinataire(session: Session, commune: str) -> Destinataire | None:
    """Le premier guichet de la commune qui a une boîte, sinon le site. `None` : personne ne répond par mail."""
    for guichet in acces.guichets_publics(session, commune):
        if guichet.courriel:
            return Destinataire(guichet.courriel, guichet.nom)
    identite = current_app.extensions["portail"].identite
    return Destinataire(identite.courriel, identite.nom) if identite.courriel else None


def envoyer(session: Session, cle: str, question: Question, a_qui: Destinataire) -> None:
    """Met le message en boîte. La même `cle` deux fois (double clic) n'en fait qu'un."""
    courriel.mettre_en_boite(
        session,
        f"question:{cle or idempotence.nouvelle_cle()}",
        a_qui.adresse,
        SUJET,
        "question",
        repondre_a=question.adresse,
        question=question,
        a_qui=a_qui,
    )
