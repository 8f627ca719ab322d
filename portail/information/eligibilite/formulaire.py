"""Les questions du test. Leurs réponses ne quittent pas la page : ni base, ni session, ni adresse."""

from __future__ import annotations

from portail.champs import ChampChoix, ChampEntier, ChampLieu
from portail.choix import Choix, OuiNon
from portail.formulaire import Attendu, Facultatif, Formulaire, Obligatoire
from portail.regles.plafonds import Menage

REVENU_MAXIMAL = 9_999_999  # euros par an


class Situation(Choix):
    """Les cas où seuls les revenus du demandeur comptent (F10007)."""

    AUCUNE = "aucune", "Non"
    SEPARATION = "separation", "Je me sépare (divorce ou fin de Pacs en cours ou prononcés)"
    VEUVAGE = "veuvage", "La personne avec qui je vivais est décédée"
    VIOLENCES = "violences", "J’ai porté plainte pour des violences dans mon couple"
    PROTECTION = "protection", "J’ai une protection internationale, et mon conjoint n’est pas en France"


class Sejour(Choix):
    FRANCE = "france", "Français ou Française"
    EUROPE = "europe", "Union européenne, Espace économique européen ou Suisse"
    TITRE = "titre", "Autre nationalité, avec un titre de séjour de la liste ci-dessous"
    SANS = "sans", "Autre nationalité, avec un autre document ou sans document"


class EligibiliteForm(Formulaire):
    """`annee` : celle du dépôt ; les revenus demandés sont ceux d'il y a deux ans."""

    commune = ChampLieu("Commune où vous voulez habiter", [Obligatoire("Indiquez une commune.")])
    commune_2 = ChampLieu("Deuxième commune", [Facultatif()], aide="")
    commune_3 = ChampLieu("Troisième commune", [Facultatif()], aide="")
    adultes = ChampEntier(
        "Combien d’adultes, vous compris\u202f?",
        [Obligatoire("Indiquez le nombre d’adultes\u00a0: 1 si vous êtes seul.")],
        aide="Vous, votre conjoint, et les personnes qui demandent avec vous.",
        minimum=1,
        maximum=12,
    )
    a_charge = ChampEntier(
        "Combien de personnes à charge\u202f?",
        [Obligatoire("Indiquez le nombre de personnes à charge\u00a0: 0 s’il n’y en a pas.")],
        aide="Les enfants et les autres personnes inscrits sur vos impôts. Écrivez 0 s’il n’y en a pas.",
        maximum=20,
    )
    age = ChampEntier(
        "Votre âge",
        [Facultatif()],
        aide="Seulement en couple, sans personne à charge\u00a0: un jeune couple a un plafond plus haut.",
        minimum=16,
        maximum=120,
    )
    age_conjoint = ChampEntier("L’âge de votre conjoint", [Facultatif()], minimum=16, maximum=120)
    handicap = ChampChoix(
        "L’un de vous a-t-il la carte mobilité inclusion «\u00a0invalidité\u00a0»\u202f?", [Facultatif()], choix=OuiNon
    )
    situation = ChampChoix("Êtes-vous dans l’un de ces cas\u202f?", [Facultatif()], choix=Situation)
    revenu = ChampEntier("", [Attendu()], aide="", maximum=REVENU_MAXIMAL, unite="€ par an", largeur="moyen")
    revenu_recent = ChampEntier(
        "Revenu plus récent, s’il a baissé",
        [Facultatif()],
        aide="",
        maximum=REVENU_MAXIMAL,
        unite="€ par an",
        largeur="moyen",
    )
    sejour = ChampChoix(
        "Quelle est votre nationalité\u202f?",
        [Obligatoire("Choisissez une réponse\u00a0: elle dit quel document présenter.")],
        choix=Sejour,
    )

    def __init__(self, saisie=None, *, annee: int, **options) -> None:
        super().__init__(saisie, **options)
        self.revenu.label.text = f"Votre revenu fiscal de référence de {annee - 2}"
        self.revenu.description = (
            f"Il est sur la première page de l’avis d’impôt reçu en {annee - 1}. "
            "Additionnez ceux de toutes les personnes qui vivront avec vous."
        )
        self.revenu_recent.description = (
            f"Le revenu fiscal de référence de {annee - 1}, ou le total de vos revenus des douze derniers mois."
        )

    def validate(self, extra_validators=None) -> bool:
        valable = super().validate(extra_validators)
        # L'un des deux revenus suffit : sans avis d'impôt, ou arrivé récemment en France.
        if self.revenu.data is None and self.revenu_recent.data is None and not self.revenu.errors:
            self.revenu.errors = ["Indiquez ce revenu, ou le plus récent si vous n’avez pas cet avis d’impôt."]
            return False
        return valable

    @property
    def menage(self) -> Menage:
        """Le foyer décrit par un formulaire valable."""
        adultes, a_charge = self.adultes.data, self.a_charge.data
        age, age_conjoint = self.age.data, self.age_conjoint.data
        assert adultes is not None
        assert a_charge is not None
        couple = (age, age_conjoint) if adultes == 2 and age is not None and age_conjoint is not None else None
        return Menage(adultes, a_charge, couple, self.handicap.data is OuiNon.OUI)

    @property
    def communes(self) -> list[str]:
        """Les codes Insee donnés, sans doublon."""
        champs = (self.commune, self.commune_2, self.commune_3)
        return list(dict.fromkeys(champ.data for champ in champs if champ.data))
