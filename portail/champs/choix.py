"""Réponses fermées : une (radios ou liste), plusieurs (cases), ou une parmi des lignes du dossier."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any, ClassVar

from portail.champs.base import Champ
from portail.choix import Choix


class ChampChoix(Champ):
    """Une réponse parmi un `Choix`. Au-delà de `SEUIL_LISTE` réponses, une liste déroulante."""

    SEUIL_LISTE: ClassVar[int] = 10
    genre: ClassVar[str] = "choix"

    def __init__(
        self, libelle: str, regles: list[Any], choix: type[Choix], *, liste: bool | None = None, **options: Any
    ) -> None:
        super().__init__(libelle, regles, **options)
        self.choix = choix
        self.liste = len(choix) > self.SEUIL_LISTE if liste is None else liste
        self.en_groupe = not self.liste

    @property
    def est_duo(self) -> bool:
        """Deux réponses courtes tiennent côte à côte."""
        return len(self.choix) == 2 and all(len(membre.libelle) < 12 for membre in self.choix)

    def options_proposees(self) -> Iterable[tuple[str, str, bool]]:
        """(code, libellé, choisi)."""
        return [(membre.value, membre.libelle, self.data is membre) for membre in self.choix]

    def lire(self, brut: str) -> Choix:
        try:
            return self.choix(brut)
        except ValueError:
            raise ValueError("Choisissez une des réponses proposées.") from None

    def ecrire(self, valeur: Any) -> str:
        return valeur.value

    def presenter(self, valeur: Any) -> str:
        return "" if valeur is None else valeur.libelle


class ChampListe(Champ):
    """Plusieurs réponses d'un `Choix` : un tuple dans l'ordre proposé, None si aucune n'est cochée."""

    genre: ClassVar[str] = "liste"
    en_groupe = True

    def __init__(self, libelle: str, regles: list[Any], choix: type[Choix], **options: Any) -> None:
        super().__init__(libelle, regles, **options)
        self.choix = choix

    def options_proposees(self) -> Iterable[tuple[str, str, bool]]:
        choisis = self.data or ()
        return [(membre.value, membre.libelle, membre in choisis) for membre in self.choix]

    def process_formdata(self, valuelist: list[str]) -> None:
        codes = {valeur for valeur in valuelist if valeur}
        inconnus = codes - {membre.value for membre in self.choix}
        if inconnus:
            raise ValueError("Choisissez parmi les réponses proposées.")
        self.data = tuple(membre for membre in self.choix if membre.value in codes) or None

    def saisie(self) -> str:
        return ""

    def presenter(self, valeur: Any) -> str:
        return ", ".join(membre.libelle for membre in valeur or ())


class ChampSelection(Champ):
    """Une réponse parmi des options qui dépendent du dossier (une personne du foyer).

    `options_de(cible)` rend [(clé, libellé)].
    """

    genre: ClassVar[str] = "choix"
    liste = True

    def __init__(
        self, libelle: str, regles: list[Any], options_de: Callable[[Any], Iterable[tuple[str, str]]], **options: Any
    ) -> None:
        super().__init__(libelle, regles, **options)
        self._options_de = options_de

    def options_proposees(self) -> Iterable[tuple[str, str, bool]]:
        return [(cle, libelle, cle == self.data) for cle, libelle in self._options_de(self._form.cible)]

    def lire(self, brut: str) -> str:
        if brut not in dict(self._options_de(self._form.cible)):
            raise ValueError("Choisissez une des réponses proposées.")
        return brut

    def presenter(self, valeur: Any) -> str:
        return dict(self._options_de(self._form.cible)).get(valeur, "") if valeur else ""
