"""Formulaires du compte. Ici rien ne se garde à moitié : ce qui manque est demandé."""

from __future__ import annotations

from datetime import date

from wtforms import Form
from wtforms.validators import StopValidation, ValidationError

from portail.champs import Champ, ChampCourriel, ChampDate, ChampLieu, ChampMotDePasse, ChampNir, ChampTexte
from portail.compte import mots_de_passe
from portail.formulaire import Facultatif, Formulaire, Obligatoire

ADRESSE = "Indiquez votre adresse mail."
ANNEE_MINIMALE = 1900


class Passe(Formulaire):
    """Un mot de passe neuf, écrit deux fois. `contexte()` : les mots qui n'y comptent pas."""

    mot_de_passe = ChampMotDePasse(
        "Mot de passe", [Obligatoire("Choisissez un mot de passe.")], aide=mots_de_passe.AIDE, completion="new-password"
    )
    confirmation = ChampMotDePasse(
        "Confirmer le mot de passe",
        [Obligatoire("Écrivez une seconde fois votre mot de passe.")],
        completion="new-password",
    )

    def contexte(self) -> list[str | None]:
        return []

    def validate_mot_de_passe(self, champ: Champ) -> None:
        if champ.data and (phrase := mots_de_passe.refus(champ.data, self.contexte())):
            raise ValidationError(phrase)

    def validate_confirmation(self, champ: Champ) -> None:
        if champ.data and self.mot_de_passe.data and champ.data != self.mot_de_passe.data:
            raise ValidationError("Les deux mots de passe ne sont pas les mêmes.")


def pas_dans_le_futur(form: Form, champ: Champ) -> None:
    if champ.data and champ.data > form.aujourd_hui:
        raise ValidationError("Cette date n’est pas encore arrivée.")
    if champ.data and champ.data.year < ANNEE_MINIMALE:
        raise ValidationError(f"Vérifiez l’année : elle ne peut pas être avant {ANNEE_MINIMALE}.")


class NirOuAbsence(Obligatoire):
    """Le numéro est demandé, sauf à qui dit ne pas en avoir : le compte et le brouillon restent permis."""

    def __call__(self, form: Form, champ: Champ) -> None:
        if form.sans_nir and not champ.data:
            raise StopValidation()
        super().__call__(form, champ)


class InscriptionForm(Passe):
    """« Je crée un compte » : les champs du guide (§ 2)."""

    courriel = ChampCourriel(
        "Adresse mail", [Obligatoire(ADRESSE)], aide="Nous y envoyons un lien pour confirmer votre compte."
    )
    nom_naissance = ChampTexte(
        "Nom de naissance", [Obligatoire("Indiquez votre nom de naissance.")], completion="family-name"
    )
    nom_usage = ChampTexte("Nom d’usage ou d’époux(se)", [Facultatif()])
    prenoms = ChampTexte("Prénom(s)", [Obligatoire("Indiquez votre prénom.")], completion="given-name")
    date_naissance = ChampDate(
        "Date de naissance",
        [Obligatoire("Indiquez votre date de naissance."), pas_dans_le_futur],
        naissance=True,
        completion="bday",
    )
    lieu_naissance = ChampLieu(
        "Commune de naissance (ou pays)",
        [Obligatoire("Indiquez votre commune de naissance, ou le pays si vous êtes né(e) à l’étranger.")],
        naissance=True,
        aide="Si vous êtes né(e) à l’étranger, écrivez seulement le pays. Exemples : Villeurbanne, Algérie.",
    )
    nir = ChampNir(
        "Numéro de sécurité sociale",
        [NirOuAbsence("Indiquez votre numéro, ou cochez « Je n’ai pas de numéro ».")],
        aide="15 caractères, sur votre carte Vitale. La loi le demande pour enregistrer une demande de logement.",
    )

    # L'ordre de la page : l'adresse d'abord, le mot de passe en dernier.
    ORDRE: tuple[str, ...] = (
        "courriel", "nom_naissance", "nom_usage", "prenoms", "date_naissance", "lieu_naissance", "nir",
        "mot_de_passe", "confirmation",
    )  # fmt: skip

    def __init__(self, saisie, aujourd_hui: date, *, sans_nir: bool) -> None:
        self.aujourd_hui, self.sans_nir = aujourd_hui, sans_nir
        super().__init__(saisie)

    def __iter__(self):
        return (self._fields[nom] for nom in self.ORDRE)

    def contexte(self) -> list[str | None]:
        annee = str(self.date_naissance.data.year) if self.date_naissance.data else None
        lieu = self.lieu_naissance.presenter(self.lieu_naissance.data)
        return [self.courriel.data, self.nom_naissance.data, self.nom_usage.data, self.prenoms.data, annee, lieu]


class ConnexionForm(Formulaire):
    """« Me connecter »."""

    courriel = ChampCourriel("Identifiant (adresse mail)", [Obligatoire(ADRESSE)], completion="username")
    mot_de_passe = ChampMotDePasse(
        "Mot de passe", [Obligatoire("Indiquez votre mot de passe.")], completion="current-password"
    )

    def __init__(self, saisie, identifiant: str | None = None) -> None:
        super().__init__(saisie, data={"courriel": identifiant})


class OubliForm(Formulaire):
    """« Mot de passe oublié »."""

    courriel = ChampCourriel("Adresse mail de votre compte", [Obligatoire(ADRESSE)], completion="username")


class NouveauMotDePasseForm(Passe):
    """Après le lien reçu par courriel."""

    def __init__(self, saisie, contexte: list[str | None]) -> None:
        self._contexte = contexte
        super().__init__(saisie)

    def contexte(self) -> list[str | None]:
        return self._contexte


class ChangerMotDePasseForm(NouveauMotDePasseForm):
    """Depuis « Mon compte » : l'ancien mot de passe est demandé."""

    actuel = ChampMotDePasse(
        "Mot de passe actuel", [Obligatoire("Indiquez votre mot de passe actuel.")], completion="current-password"
    )

    def __init__(self, saisie, contexte: list[str | None]) -> None:
        super().__init__(saisie, contexte)
        self.mot_de_passe.label.text = "Nouveau mot de passe"  # sous « Mot de passe actuel », lequel serait-ce ?
        self.confirmation.label.text = "Confirmer le nouveau mot de passe"

    def __iter__(self):
        return (self._fields[nom] for nom in ("actuel", "mot_de_passe", "confirmation"))


class ActuelForm(Formulaire):
    """Prouver que l'on est bien la personne du compte."""

    actuel = ChampMotDePasse(
        "Mot de passe actuel", [Obligatoire("Indiquez votre mot de passe actuel.")], completion="current-password"
    )


class CodeForm(Formulaire):
    """Un code reçu par courriel."""

    code_recu = ChampTexte(
        "Code reçu par courriel",
        [Obligatoire("Recopiez le code du courriel.")],
        maximum=40,
        largeur="moyen",
        completion="one-time-code",
        aide="Huit signes, par exemple 7K3M-QW8R. Les tirets et les espaces ne comptent pas.",
    )


class NomDeCleForm(Formulaire):
    """Le nom d'une clé d'accès. `propose` : celui de l'appareil, que la personne garde ou change."""

    nom = ChampTexte(
        "Nom de la clé",
        [Obligatoire("Donnez un nom à cette clé.")],
        maximum=60,
        aide="Pour la reconnaître plus tard. Par exemple\u00a0: mon téléphone.",
    )

    def __init__(self, saisie, propose: str = "") -> None:
        super().__init__(saisie, data={"nom": propose} if propose else None)


class AdresseForm(Formulaire):
    """« Changer mon adresse mail »."""

    courriel = ChampCourriel("Nouvelle adresse mail", [Obligatoire("Indiquez la nouvelle adresse mail.")])

    def __init__(self, saisie, actuelle: str | None) -> None:
        """`actuelle` : None si le compte n'a pas d'adresse à lui, celle qu'il garde se redemande alors."""
        self.actuelle = actuelle
        super().__init__(saisie)

    def validate_courriel(self, champ: Champ) -> None:
        if champ.data == self.actuelle:
            raise ValidationError("C’est déjà l’adresse de votre compte.")
