"""Écrire un message, ou la première question."""

from __future__ import annotations

from portail.champs import ChampLieu, ChampLong
from portail.formulaire import Formulaire, Obligatoire

MAXIMUM = 2000  # caractères


class MessageForm(Formulaire):
    texte = ChampLong(
        "Votre message",
        [Obligatoire("Écrivez votre message.")],
        maximum=MAXIMUM,
        aide="N’y écrivez pas votre numéro de sécurité sociale ni un mot de passe.",
    )


class QuestionForm(MessageForm):
    commune = ChampLieu(
        "Code postal ou commune",
        [Obligatoire("Indiquez une commune ou un code postal.")],
        completion="off",
        aide="Là où vous voulez habiter\u00a0: votre question va au guichet qui s’en occupe.",
    )
