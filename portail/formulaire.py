"""Le formulaire commun et ses règles de présence.

Toute question déclare d'abord sa règle :
- `Facultatif` : vide, elle ne manque pas ;
- `Attendu` : vide, elle est comptée (« renforce la demande ») ;
- `Requis` : vide, elle empêche de soumettre la demande (liste courte, fiche domaine § 1.3) ;
- `Obligatoire` : vide, le formulaire est refusé (compte, connexion : il n'y a rien à garder).
`quand(cible)` dit si la question est posée, d'après ce qui est déjà enregistré.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from wtforms import Form
from wtforms.validators import StopValidation

from portail.champs.base import Champ, est_vide

Condition = Callable[[Any], bool]


class Presence:
    """Mère des règles de présence. Vide, la question saute les contrôles suivants ; elle n'est jamais une erreur."""

    attendue = False
    requise = False

    def __init__(self, quand: Condition | None = None) -> None:
        self.quand = quand

    def est_posee(self, cible: Any) -> bool:
        return self.quand is None or bool(self.quand(cible))

    def est_attendue(self, cible: Any) -> bool:
        return self.attendue

    def est_requise(self, cible: Any) -> bool:
        return self.requise

    def __call__(self, form: Form, champ: Champ) -> None:
        # Une saisie illisible a déjà son erreur : les contrôles suivants n'auraient rien à examiner.
        if est_vide(champ.data) or champ.errors:
            raise StopValidation()


class Facultatif(Presence):
    """Ne manque jamais."""


class Attendu(Presence):
    """Renforce la demande. `seulement_si(cible)` : sinon la question se pose, sans manquer."""

    attendue = True

    def __init__(self, quand: Condition | None = None, seulement_si: Condition | None = None) -> None:
        super().__init__(quand)
        self.seulement_si = seulement_si

    def est_attendue(self, cible: Any) -> bool:
        return self.seulement_si is None or bool(self.seulement_si(cible))


class Requis(Attendu):
    """Sans elle, la demande ne peut pas être soumise. Elle s'enregistre quand même.

    `si(cible)` : la même question, posée à un co-demandeur, renforce sans être requise.
    """

    requise = True

    def __init__(self, quand: Condition | None = None, si: Condition | None = None) -> None:
        super().__init__(quand)
        self.si = si

    def est_requise(self, cible: Any) -> bool:
        return self.si is None or bool(self.si(cible))


class Obligatoire(Presence):
    """Sans elle, le formulaire est refusé avec cette phrase."""

    requise = True

    def __init__(self, phrase: str) -> None:
        super().__init__()
        self.phrase = phrase

    def __call__(self, form: Form, champ: Champ) -> None:
        if est_vide(champ.data):
            raise StopValidation("" if champ.errors else self.phrase)


class Formulaire(Form):
    """Un WTForms ordinaire, sans les messages anglais ni les widgets : `composants/champ.html` dessine."""

    class Meta:
        csrf = False  # le jeton est contrôlé pour toute l'application par Flask-WTF

        def get_translations(self, form):
            return None

    def __iter__(self) -> Iterator[Champ]:
        return super().__iter__()

    @property
    def en_erreur(self) -> list[Champ]:
        """Les champs à corriger, dans l'ordre de la page."""
        return [champ for champ in self if champ.errors]
