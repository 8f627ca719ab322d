"""Les formulaires de la demande hors des étapes."""

from __future__ import annotations

from portail.champs import ChampLieu, ChampTexte
from portail.formulaire import Facultatif, Formulaire, Obligatoire


class CommuneForm(Formulaire):
    commune = ChampLieu(
        "Code postal ou commune", [Obligatoire("Indiquez une commune ou un code postal.")], completion="off"
    )


class RattachementForm(Formulaire):
    """Le code dit quelle demande, l'identité du compte dit à qui. Le numéro seul ne prouve rien."""

    numero = ChampTexte(
        "Numéro unique d’enregistrement (18 caractères)",
        [Facultatif()],
        aide="Il est sur votre attestation. Laissez vide si vous ne l’avez pas encore.",
        maximum=40,
        largeur="moyen",
    )
    code = ChampTexte(
        "Code du bordereau",
        [Obligatoire("Écrivez le code du bordereau que le guichet vous a remis.")],
        aide="12 caractères : des chiffres et des lettres majuscules.",
        maximum=40,
        largeur="moyen",
    )
