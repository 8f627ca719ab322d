"""Répondre à une question, ou la confier."""

from __future__ import annotations

from werkzeug.datastructures import MultiDict

from portail.assistance.reponses_types import reponses_types
from portail.champs import ChampLong, ChampSelection
from portail.formulaire import Facultatif, Formulaire, Obligatoire


class ReponseForm(Formulaire):
    """`modele` : une réponse toute faite, que « Insérer » met dans la case sans rien envoyer."""

    cible = None
    modele = ChampSelection(
        "Réponse toute faite",
        [Facultatif()],
        lambda _cible: [(reponse.code, reponse.titre) for reponse in reponses_types().values()],
    )
    texte = ChampLong(
        "Votre réponse à la personne",
        [Obligatoire("Écrivez votre réponse.")],
        maximum=2000,
        lignes=12,
        aide="La personne la lit dans son compte. Le courriel dit seulement qu’un message l’attend.",
    )


class ConfierForm(Formulaire):
    """`cible` : les collègues et les guichets possibles, {code: nom}."""

    a_qui = ChampSelection(
        "À qui", [Obligatoire("Choisissez un collègue ou un guichet.")], lambda choix: list(choix.items())
    )

    def __init__(self, saisie: MultiDict[str, str] | None, choix: dict[str, str]) -> None:
        self.cible = choix
        super().__init__(saisie)
