"""« Je n’ai pas ce document » : le dire, puis dire la suite (un rappel, de l'aide, ou qu'on ne l'aura pas).

Le volet et le guichet voient la même chose. Un fichier envoyé ensuite efface l'absence.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session
from wtforms.validators import StopValidation

from portail.champs import Champ, ChampChoix, ChampDate, ChampTexte
from portail.db import ecriture
from portail.demande.avis import prevenir
from portail.demande.codes_de_piece import nature_et_precision
from portail.demande.modeles import Demande
from portail.formulaire import Facultatif, Formulaire, Obligatoire, Presence
from portail.horloge import a_paris
from portail.pieces.modeles import PieceFournie, SuiteAbsence
from portail.referentiels.parametres import catalogue_pieces

RAPPEL_MAX = timedelta(days=365)
LOT = 200
__all__ = ["AbsenceForm", "SuiteAbsence", "dire", "effacer", "rappeler"]


class DateDuRappel(Presence):
    """Nécessaire si un rappel est demandé, et à venir."""

    def __call__(self, form: Formulaire, champ: Champ) -> None:
        demande = form.suite.data is SuiteAbsence.RAPPEL
        if champ.errors or not demande:
            raise StopValidation()
        if champ.data is None:
            raise StopValidation("Écrivez la date du rappel.")
        if not form.jour < champ.data <= form.jour + RAPPEL_MAX:
            raise StopValidation("Choisissez une date entre demain et dans un an.")


class AbsenceForm(Formulaire):
    """Ce qui suit « Je n’ai pas ce document »."""

    suite = ChampChoix("Et maintenant\u202f?", [Obligatoire("Choisissez une réponse.")], SuiteAbsence)
    rappel_le = ChampDate(
        "Me le rappeler le", [DateDuRappel()], aide="Si vous voulez un rappel\u00a0: entre demain et dans un an."
    )
    mot = ChampTexte(
        "Pourquoi ne l’avez-vous pas\u202f?",
        [Facultatif()],
        maximum=300,
        aide="Le guichet le lira. Il n’est pas utile de donner des détails de santé.",
    )

    def __init__(self, jour: date, piece: PieceFournie | None, saisie=None) -> None:
        connus = {}
        if piece is not None:
            connus = {"suite": piece.absence_suite, "rappel_le": piece.absence_rappel_le, "mot": piece.absence_mot}
        super().__init__(saisie, data=connus, prefix="absence-")
        self.jour = jour


def dire(piece: PieceFournie, formulaire: AbsenceForm, instant: datetime) -> None:
    """Retient la suite choisie."""
    piece.absente_le = piece.absente_le or instant
    piece.absence_suite = formulaire.suite.data
    rappelle = formulaire.suite.data is SuiteAbsence.RAPPEL
    piece.absence_rappel_le = formulaire.rappel_le.data if rappelle else None
    piece.absence_mot = formulaire.mot.data


def effacer(piece: PieceFournie) -> None:
    """Le document est arrivé, ou la personne va le chercher : plus rien n'est absent."""
    piece.absente_le = piece.absence_suite = piece.absence_rappel_le = piece.absence_mot = None


def rappeler(instant: datetime) -> int:
    """Écrit les rappels demandés pour aujourd'hui ou avant ; la pièce redevient « à joindre ». Rend leur nombre."""
    jour = a_paris(instant).date()
    with ecriture() as session:
        pieces = session.scalars(
            sa.select(PieceFournie)
            .join(PieceFournie.demande)
            .where(PieceFournie.absence_rappel_le <= jour, Demande.radiee_le.is_(None))
            .order_by(PieceFournie.id)
            .limit(LOT)
            .with_for_update(of=PieceFournie, skip_locked=True)
        ).all()
        for piece in pieces:
            _rappeler(session, piece)
        return len(pieces)


def _rappeler(session: Session, piece: PieceFournie) -> None:
    nature, precision = nature_et_precision(piece.code)
    entree = catalogue_pieces(session=session).get(nature)
    prevenir(
        session,
        piece.demande,
        f"rappel-piece-{piece.id}-{piece.absence_rappel_le}",
        "Un document à joindre à votre demande",
        "rappel_piece",
        suite=f"/pieces/{piece.code}/{piece.personne}",
        document=f"{entree.libelle} {precision}".strip() if entree else "Document",
    )
    effacer(piece)
