"""Effacer ce dont le temps est passé, une fois le préavis entier. Chacun dans sa transaction, relu sous verrou."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from flask import current_app
from sqlalchemy.orm import Session

from portail.compte.modeles import Compte
from portail.conservation import effacer
from portail.conservation.modeles import AnnonceEffacement, Regle
from portail.conservation.regles import PARAMETRES, annoncee, classe, inactifs, limites
from portail.db import ecriture, lecture
from portail.demande.modeles import Declaration, Demande
from portail.stockage import StockageIndisponible

PAR_PASSAGE = (
    200  # par règle : le reste attend le passage suivant, et les courriels n'attendent pas plus de quelques secondes
)


def passer(instant: datetime) -> int:
    """Efface ce qui doit l'être. Rend le nombre. Le refaire ne fait rien de plus.

    Le stockage ne répond pas : on s'arrête là, et on recommence au passage suivant.
    """
    total = 0
    try:
        for regle in PARAMETRES:
            requete = _mures(regle, instant)
            with lecture() as session:
                numeros = session.scalars(requete.order_by(classe(regle).id).limit(PAR_PASSAGE)).all()
            for numero in numeros:
                total += _effacer(regle, numero, requete, instant)
    except StockageIndisponible as panne:
        current_app.logger.error("effacements remis : %s", panne)
    return total


def _mures(regle: Regle, instant: datetime) -> sa.Select[Any]:
    """Rien ne s'y est passé, et l'annonce est partie depuis un préavis entier."""
    bornes = limites(regle, instant)
    prevenue = sa.exists().where(
        AnnonceEffacement.regle == regle,
        annoncee(regle) == classe(regle).id,
        AnnonceEffacement.preavis_depuis <= bornes.preavis,
    )
    return inactifs(regle, bornes.effacement).where(prevenue)


def _effacer(regle: Regle, numero: int, requete: sa.Select[Any], instant: datetime) -> int:
    """0 si une activité est venue entre-temps : la condition se relit une fois tout verrouillé."""
    with ecriture() as session:
        cible = _verrouiller(session, regle, numero)
        if cible is None or session.scalar(requete.where(classe(regle).id == numero)) is None:
            return 0
        acte = effacer.compte if regle is Regle.DORMANT else effacer.demande
        acte(session, cible, regle, instant)
    return 1


def _verrouiller(session: Session, regle: Regle, numero: int) -> Any:
    """Le compte d'abord, comme « Supprimer mon compte » : deux travaux ne s'attendent pas l'un l'autre."""
    if regle is Regle.DORMANT:
        return session.scalar(sa.select(Compte).where(Compte.id == numero).with_for_update())
    du_titulaire = sa.select(Demande.compte_id).where(Demande.id == numero).scalar_subquery()
    session.execute(sa.select(Compte.id).where(Compte.id == du_titulaire).with_for_update())
    demande = session.scalar(sa.select(Demande).where(Demande.id == numero).with_for_update())
    session.execute(sa.select(Declaration.id).where(Declaration.demande_id == numero).with_for_update())
    return demande
