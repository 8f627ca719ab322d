"""Les formulaires de la demande hors des étapes."""

from __future__ import annotations

from portail.champs import ChampLieu
from portail.formulaire import Formulaire, Obligatoire


class CommuneForm(Formulaire):
    commune = ChampLieu(
        "Code postal ou commune", [Obligatoire("Indiquez une commune ou un code postal.")], completion="off"
    )
