"""Écrire un message, la première question, ou un mail."""

from __future__ import annotations

from wtforms.validators import ValidationError

from portail import nir
from portail.champs import Champ, ChampCourriel, ChampLieu, ChampLong, ChampTexte
from portail.formulaire import Facultatif, Formulaire, Obligatoire

MAXIMUM = 2000  # caractères


def _texte() -> ChampLong:
    return ChampLong(
        "Votre message",
        [Obligatoire("Écrivez votre message.")],
        maximum=MAXIMUM,
        aide="N’y écrivez pas votre numéro de sécurité sociale ni un mot de passe.",
    )


def _commune() -> ChampLieu:
    return ChampLieu(
        "Code postal ou commune",
        [Obligatoire("Indiquez une commune ou un code postal.")],
        completion="off",
        aide="Là où vous voulez habiter\u00a0: votre question va au guichet qui s’en occupe.",
    )


class MessageForm(Formulaire):
    texte = _texte()


class QuestionForm(Formulaire):
    commune = _commune()
    texte = _texte()


class MailForm(Formulaire):
    """Sans compte : où répondre, et rien qui ne doive voyager en clair."""

    nom = ChampTexte("Votre nom", [Facultatif()], completion="name")
    courriel = ChampCourriel(
        "Votre adresse mail", [Obligatoire("Indiquez votre adresse mail.")], aide="La réponse y arrive."
    )
    commune = _commune()
    texte = _texte()

    def validate_nom(self, champ: Champ) -> None:
        self.validate_texte(champ)

    def validate_texte(self, champ: Champ) -> None:
        if champ.data and nir.est_dans(champ.data):
            raise ValidationError(
                "Ce texte contient un numéro de sécurité sociale. Retirez-le\u00a0: un mail peut être lu en chemin."
            )
