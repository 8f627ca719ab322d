"""Les formulaires de la vie d'une demande au guichet : chacun dit pourquoi l'agent agit."""

from __future__ import annotations

from werkzeug.datastructures import MultiDict

from portail.champs import ChampLong, ChampSelection
from portail.formulaire import Formulaire, Obligatoire
from portail.guichet import identite


class RaisonForm(Formulaire):
    """Pourquoi. La personne lira ces mots."""

    precision = ChampLong(
        "Explication",
        [Obligatoire("Expliquez\u00a0: la personne lira ces mots.")],
        maximum=500,
        aide="La personne lira ces mots. Pas d’abréviation, pas de nom d’un tiers.",
    )


class TransfertForm(RaisonForm):
    """`cible` : les guichets possibles, {numéro: nom}."""

    guichet = ChampSelection(
        "Nouveau guichet",
        [Obligatoire("Choisissez un guichet.")],
        lambda guichets: [(str(numero), nom) for numero, nom in guichets.items()],
    )

    def __init__(self, saisie: MultiDict[str, str] | None, guichets: dict[int, str]) -> None:
        self.cible = guichets
        super().__init__(saisie)


class MessageForm(Formulaire):
    texte = ChampLong(
        "Votre message à la personne",
        [Obligatoire("Écrivez votre message.")],
        maximum=2000,
        lignes=12,
        aide="La personne le lit dans son compte. Le courriel dit seulement qu’un message l’attend.",
    )


class DocumentForm(Formulaire):
    """Ce que l'agent a eu en main pour rectifier une identité."""

    cible = None
    document = ChampSelection(
        "Document vu",
        [Obligatoire("Choisissez le document que vous avez vu.")],
        lambda _cible: list(identite.documents().items()),
    )
