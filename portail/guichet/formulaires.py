"""Formulaires de l'espace des agents : entrer, inviter, décrire un guichet. Rien ne s'y garde à moitié."""

from __future__ import annotations

from wtforms.validators import ValidationError

from portail.assistance import heures
from portail.champs import (
    Champ,
    ChampChoix,
    ChampCodePostal,
    ChampCourriel,
    ChampLieu,
    ChampLong,
    ChampMotDePasse,
    ChampSelection,
    ChampTelephone,
    ChampTexte,
)
from portail.compte.formulaires import ChangerMotDePasseForm, NouveauMotDePasseForm
from portail.formulaire import Facultatif, Formulaire, Obligatoire
from portail.guichet.guichets import territoires_possibles
from portail.guichet.modeles import Agent, RoleAgent
from portail.typographie import insecables

MINIMUM = 16  # caractères : recommandation de l'ANSSI pour un compte à privilèges (fiche sûreté, A.3)
AIDE = "16 caractères au moins. Une phrase convient très bien, espaces compris."


def mots_connus(agent: Agent) -> list[str | None]:
    """Les mots qui ne comptent pas dans la force du mot de passe."""
    return [agent.courriel, agent.prenom, agent.nom, agent.guichet.nom, agent.guichet.ville, agent.guichet.code]


class _PasseAgent:
    """La longueur demandée à un agent, en plus des règles communes."""

    mot_de_passe = ChampMotDePasse(
        "Mot de passe", [Obligatoire("Choisissez un mot de passe.")], aide=AIDE, completion="new-password"
    )

    def validate_mot_de_passe(self, champ: Champ) -> None:
        if champ.data and len(champ.data) < MINIMUM:
            raise ValidationError(f"Votre mot de passe a {len(champ.data)} caractères. Il en faut {MINIMUM} au moins.")
        super().validate_mot_de_passe(champ)  # type: ignore[misc]


class MotDePasseAgentForm(_PasseAgent, NouveauMotDePasseForm):
    """Choisi par l'agent lui-même, après le lien reçu."""


class ChangerMotDePasseAgentForm(_PasseAgent, ChangerMotDePasseForm):
    """Depuis « Mon compte d’agent » : l'ancien est demandé."""


class ChampCode(ChampTexte):
    """Un code à usage unique : jamais réaffiché."""

    def saisie(self) -> str:
        return ""


class CodeForm(Formulaire):
    """Le code de l'application d'authentification."""

    code_totp = ChampCode(
        "Code à six chiffres",
        [Obligatoire("Écrivez les six chiffres que montre votre application.")],
        completion="one-time-code",
        clavier="numeric",
        largeur="court",
    )


class SecoursForm(Formulaire):
    """Un code de secours, quand le téléphone n'est pas là."""

    code_secours = ChampCode(
        "Code de secours",
        [Obligatoire("Écrivez un de vos codes de secours.")],
        aide="Dix lettres et chiffres, comme ab3cd-4efgh. Chaque code sert une fois.",
        largeur="moyen",
    )


class ChampHeures(ChampTexte):
    """Des heures que le tchat sait lire. Lève `ValueError` (portail/assistance/heures.py)."""

    def lire(self, brut: str) -> str:
        heures.lire(brut)
        return brut


class InviterForm(Formulaire):
    """Un nouvel agent."""

    prenom = ChampTexte("Prénom", [Obligatoire("Indiquez son prénom.")])
    nom = ChampTexte("Nom", [Obligatoire("Indiquez son nom.")])
    courriel = ChampCourriel(
        "Adresse mail professionnelle",
        [Obligatoire("Indiquez son adresse mail.")],
        completion="off",
        aide="L’invitation y est envoyée. Une adresse par personne, pas une boîte partagée.",
    )
    role = ChampChoix("Rôle", [Obligatoire("Choisissez un rôle.")], RoleAgent)


class RoleForm(Formulaire):
    role = ChampChoix("Rôle", [Obligatoire("Choisissez un rôle.")], RoleAgent)


class GuichetForm(Formulaire):
    """La description d'un guichet, et ce qu'on ajoute à son périmètre. `cible` : le guichet."""

    nom = ChampTexte("Nom", [Obligatoire("Indiquez le nom du guichet.")], maximum=120)
    adresse = ChampTexte("Adresse", [Obligatoire("Indiquez l’adresse.")], maximum=200)
    code_postal = ChampCodePostal("Code postal", [Obligatoire("Indiquez le code postal.")], completion="off")
    ville = ChampTexte("Ville", [Obligatoire("Indiquez la ville.")])
    telephone = ChampTelephone("Téléphone", [Facultatif()], completion="off")
    courriel = ChampCourriel("Adresse mail du guichet", [Facultatif()], completion="off")
    horaires = ChampLong("Horaires", [Facultatif()], maximum=500, aide="Une ligne par jour ou par période.")
    heures_tchat = ChampHeures(
        "Heures de réponse en direct aux questions",
        [Facultatif()],
        maximum=300,
        aide=f"Exemple : {insecables(heures.EXEMPLE)}. Vide, le guichet répond comme à un courrier.",
    )
    ajout_commune = ChampLieu("Ajouter une commune", [Facultatif()])
    ajout_territoire = ChampSelection(
        "Ajouter un territoire",
        [Facultatif()],
        lambda guichet: [
            (code, f"{nom} ({code})") for code, nom in territoires_possibles() if code not in guichet.codes_territoires
        ],
    )

    def __init__(self, saisie, guichet) -> None:
        self.cible = guichet
        super().__init__(saisie, obj=guichet)

    @property
    def description(self) -> dict[str, str | None]:
        """Les valeurs des colonnes."""
        return {champ.name: champ.data for champ in self.decrivent}

    @property
    def decrivent(self) -> list[Champ]:
        return [champ for champ in self if not champ.name.startswith("ajout_")]
