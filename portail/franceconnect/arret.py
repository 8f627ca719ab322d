"""Pourquoi FranceConnect n'a pas mené au compte, et quoi faire : une page par cas."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Cas:
    """Ce que la page dit. `reprendre` : proposer de recommencer par FranceConnect."""

    titre: str
    phrase: str
    conseil: str
    statut: int = 200
    reprendre: bool = True


class Arret(Exception):
    """Le parcours s'arrête là. `cas` est une clé de `CAS`."""

    def __init__(self, cas: str) -> None:
        self.cas = cas
        super().__init__(cas)


RIEN_N_A_CHANGE = "Rien n’a changé : votre compte et votre brouillon sont gardés."
CAS = {
    "annule": Cas(
        "Vous avez arrêté FranceConnect",
        "Vous n’êtes pas connecté(e).",
        f"{RIEN_N_A_CHANGE} Vous pouvez recommencer, ou entrer avec votre adresse mail.",
    ),
    "refuse": Cas(
        "FranceConnect n’a pas confirmé votre identité",
        "La réponse reçue ne permet pas de vous connecter en sûreté.",
        f"{RIEN_N_A_CHANGE} Recommencez. Si cela se répète, entrez avec votre adresse mail ou allez à un guichet.",
        400,
    ),
    "panne": Cas(
        "FranceConnect ne répond pas",
        "Le service FranceConnect est en panne, ou très occupé.",
        f"{RIEN_N_A_CHANGE} Recommencez dans quelques minutes, ou entrez avec votre adresse mail.",
        503,
    ),
    "rejoue": Cas(
        "Ce retour de FranceConnect a déjà servi",
        "Une réponse de FranceConnect ne sert qu’une fois. La page a peut-être été ouverte deux fois.",
        "Si vous êtes déjà connecté(e), continuez. Sinon, recommencez.",
        409,
    ),
    "navigateur": Cas(
        "Ce n’est pas ici que vous avez commencé",
        "La réponse de FranceConnect arrive dans un autre navigateur, ou le cookie du site a été effacé.",
        "Par sécurité, recommencez ici. N’ouvrez jamais une adresse de retour qu’une autre personne vous donne.",
        400,
    ),
    "perime": Cas(
        "Le délai est passé",
        "Vous avez commencé il y a trop longtemps.",
        f"{RIEN_N_A_CHANGE} Recommencez.",
        410,
    ),
    "deja-relie": Cas(
        "Cette identité FranceConnect a déjà un compte",
        "Elle est reliée à un autre compte du portail.",
        "Entrez par FranceConnect pour ouvrir ce compte-là. Une seule personne, un seul compte.",
        409,
    ),
    "autre-lien": Cas(
        "Votre compte est déjà relié à FranceConnect",
        "Il est relié à une autre identité FranceConnect.",
        "Si c’est une erreur, ouvrez « Mon compte », puis « FranceConnect », et retirez le lien.",
        409,
        reprendre=False,
    ),
    "discordante": Cas(
        "Ces deux identités sont différentes",
        "Le nom, le prénom ou la date de naissance donnés par FranceConnect ne sont pas ceux du compte.",
        "Rien n’a été relié. Si votre compte contient une faute, un guichet peut la corriger avec votre pièce "
        "d’identité. Si ce n’est pas votre compte, déconnectez-vous.",
        409,
        reprendre=False,
    ),
    "agent": Cas(
        "Un agent n’entre pas par FranceConnect",
        "L’espace des agents est ouvert dans ce navigateur, ou votre adresse mail est celle d’un agent.",
        "Un agent entre avec son mot de passe et son second facteur. Pour votre propre demande, quittez l’espace "
        "guichet et prenez une adresse mail personnelle.",
        409,
        reprendre=False,
    ),
    "lien-perime": Cas(
        "Ce lien ne fonctionne plus ici",
        "Il a déjà servi, il est trop ancien, ou vous n’avez pas commencé dans ce navigateur.",
        "Recommencez par FranceConnect dans ce navigateur, ou entrez avec votre mot de passe.",
        410,
    ),
}
