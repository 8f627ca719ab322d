"""Les formulaires de la demande hors des étapes."""

from __future__ import annotations

from wtforms import ValidationError

from portail.champs import ChampLieu, ChampTexte
from portail.formulaire import Facultatif, Formulaire, Obligatoire
from portail.regles import numero_unique


class CommuneForm(Formulaire):
    commune = ChampLieu(
        "Code postal ou commune", [Obligatoire("Indiquez une commune ou un code postal.")], completion="off"
    )


class NumeroForm(Formulaire):
    """Dix-huit caractères, tapés comme on veut : espaces, tirets, minuscules, la lettre O pour un zéro."""

    numero = ChampTexte(
        "Numéro unique d’enregistrement (18 caractères)",
        [Obligatoire("Écrivez le numéro unique de votre demande.")],
        aide="Il est sur votre attestation. Espaces, tirets et minuscules ne changent rien.",
        maximum=40,
        largeur="moyen",
    )

    def validate_numero(self, champ: ChampTexte) -> None:
        if not numero_unique.est_valide(numero_unique.normaliser(champ.data or "")):
            raise ValidationError(
                "Ce n’est pas un numéro unique\u00a0: il a 18 caractères. Recopiez celui de votre attestation."
            )


class CodeRecuForm(Formulaire):
    code = ChampTexte(
        "Code reçu par courriel",
        [Obligatoire("Écrivez le code du message.")],
        aide="8 caractères\u00a0: des chiffres et des lettres majuscules.",
        maximum=20,
        largeur="moyen",
        completion="one-time-code",
    )


class BordereauForm(Formulaire):
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
