"""Ce que l'on fait des personnes cochées : leur écrire (et quoi), ou noter qu'elles sont prévenues."""

from __future__ import annotations

from datetime import date

from wtforms.validators import ValidationError

from portail.champs import Champ, ChampChoix, ChampDate, ChampTexte
from portail.choix import Choix
from portail.formulaire import Attendu, Formulaire, Obligatoire
from portail.guichet.lettres import Convocation


class Lettre(Choix):
    SELON_LE_MOTIF = "selon", "Ce qui est attendu d’elle (renouveler, corriger, nous joindre)"
    CONVOCATION = "convocation", "Une convocation au guichet"


class LettresForm(Formulaire):
    """`cible` : le jour présent. Les cases du rendez-vous ne comptent que pour une convocation."""

    lettre = ChampChoix("Que dire à chaque personne\u202f?", [Obligatoire("Choisissez la lettre.")], Lettre)
    jour = ChampDate("Jour du rendez-vous", [Attendu()])
    heure = ChampTexte("Heure", [Attendu()], aide="Par exemple\u00a0: 14\u00a0h\u00a030", maximum=20, largeur="court")
    objet = ChampTexte("Objet du rendez-vous", [Attendu()], maximum=200)

    def __init__(self, saisie, aujourd_hui: date) -> None:
        self.cible = aujourd_hui
        super().__init__(saisie)

    def validate(self, extra_validators=None) -> bool:
        valable = super().validate(extra_validators)
        if self.lettre.data is not Lettre.CONVOCATION:
            return valable
        for champ, phrase in (
            (self.jour, "Indiquez le jour du rendez-vous."),
            (self.heure, "Indiquez l’heure du rendez-vous."),
            (self.objet, "Indiquez l’objet du rendez-vous."),
        ):
            if not champ.data and not champ.errors:
                champ.errors = [phrase]
                valable = False
        return valable

    def validate_jour(self, champ: Champ) -> None:
        if champ.data < self.cible:
            raise ValidationError("Ce jour est passé.")

    @property
    def convocation(self) -> Convocation | None:
        if self.lettre.data is not Lettre.CONVOCATION:
            return None
        return Convocation(self.jour.data, self.heure.data, self.objet.data)
