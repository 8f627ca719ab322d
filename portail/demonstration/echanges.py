"""Quelques questions posées au guichet de démonstration : deux attendent une réponse, un fil en a déjà une."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial

from portail.assistance import fils
from portail.demonstration.guichets import Equipe
from portail.demonstration.recit import Acte, Sort
from portail.demonstration.vies import Vie
from portail.guichet import questions

HEURE = timedelta(hours=1)


@dataclass(frozen=True)
class Echange:
    """`sort` : celui de la demande dont on parle. `jours` : depuis la question. `reponse` vide : elle attend."""

    sort: Sort
    jours: int
    question: str
    reponse: str = ""
    merci: str = ""


ECHANGES = (
    Echange(
        Sort.A_CORRIGER,
        1,
        "Bonjour,\n\nMa demande m’est revenue à corriger. Je ne comprends pas bien ce que je dois changer. Pouvez-vous "
        "m’aider\u202f?",
    ),
    Echange(
        Sort.ACTIVE,
        2,
        "Bonjour,\n\nJe change de travail le mois prochain. Que dois-je modifier dans ma demande\u202f?\n\nMerci.",
    ),
    Echange(
        Sort.SUIVIE,
        4,
        "Bonjour,\n\nMon propriétaire vend le logement. Je dois partir en juin. Que dois-je faire\u202f?",
        "Bonjour,\n\nDites-le dans votre demande, à l’étape «\u00a0Motifs\u00a0», et joignez la lettre de congé. Votre "
        "dossier sera revu avec cette information.",
        "C’est fait, j’ai joint la lettre. Merci beaucoup.",
    ),
)


def raconter(vie: Vie, echange: Echange, equipe: Equipe, present: datetime, rang: int) -> Iterator[Acte]:
    """La question, puis sa réponse et le merci s'il y en a. `rang` : celui de la demande."""
    pose = (present - timedelta(days=echange.jours)).replace(hour=8, minute=12, second=0, microsecond=0)
    yield Acte(pose, rang, partial(_demander, vie, echange.question, pose))
    if echange.reponse:
        reponse, merci = pose + 3 * HEURE, pose + 4 * HEURE
        yield Acte(reponse, rang, partial(_repondre, vie, echange.reponse, equipe, reponse))
        yield Acte(merci, rang, partial(_remercier, vie, echange.merci, equipe, merci))


def _demander(vie: Vie, texte: str, instant: datetime) -> None:
    assert vie.compte is not None
    demande = vie.demande
    fil = fils.ouvrir(vie.session, vie.compte.id, demande.territoire, demande, demande.guichet_id, instant)
    fils.ajouter(vie.session, fil, texte, "demonstration", instant)


def _repondre(vie: Vie, texte: str, equipe: Equipe, instant: datetime) -> None:
    fil = fils.de_la_demande(vie.session, vie.demande)
    assert fil is not None
    questions.repondre(vie.session, fil, texte, "demonstration", equipe.accueil, instant)


def _remercier(vie: Vie, texte: str, equipe: Equipe, instant: datetime) -> None:
    _demander(vie, texte, instant)
    fil = fils.de_la_demande(vie.session, vie.demande)
    assert fil is not None
    questions.sans_reponse(vie.session, fil, equipe.accueil, instant)
