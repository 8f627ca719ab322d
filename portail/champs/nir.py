"""Numéro de sécurité sociale : vérifié par sa clé, chiffré, masqué une fois saisi.

Laissée vide, la case ne change rien au numéro déjà enregistré : il n'est jamais réaffiché en clair.
"""

from __future__ import annotations

from typing import Any, ClassVar

from wtforms.utils import unset_value

from portail import nir
from portail.champs.base import Champ


class ChampNir(Champ):
    """15 caractères (13 et la clé). La clé fausse bloque ; l'écart avec l'identité avertit seulement."""

    genre: ClassVar[str] = "nir"

    def process(self, formdata, data=unset_value, extra_filters=None) -> None:
        super().process(formdata, data, extra_filters)
        if self.soumis and not (self.raw_data and self.raw_data[0].strip()):
            self.soumis = False
            self.data = self.object_data

    def lire(self, brut: str) -> str:
        return nir.lire(brut)

    @property
    def _est_garde(self) -> bool:
        """Une étape enregistre le numéro aussitôt ; l'inscription, seulement quand tout y est juste."""
        return self.form_cible is not None

    def saisie(self) -> str:
        a_montrer = self.errors or not self._est_garde
        return self.raw_data[0] if self.soumis and self.raw_data and a_montrer else ""

    @property
    def masque(self) -> str:
        """« 2 73 11 •• ••• ••• •• » si un numéro est enregistré, sinon une chaîne vide."""
        numero = self.data if self.soumis and not self.errors and self._est_garde else self.object_data
        return nir.masquer(numero) if numero else ""

    @property
    def vers_le_guichet(self) -> bool:
        """La page dit-elle à qui n'a pas de numéro d'aller au guichet ? Pas à l'agent, qui y est."""
        contexte = getattr(self._form, "contexte", None)
        return self.form_cible is not None and not getattr(contexte, "au_guichet", False)

    def presenter(self, valeur: Any) -> str:
        return nir.masquer(valeur) if valeur else ""
