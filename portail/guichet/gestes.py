"""Ce qu'un agent peut faire d'une demande, selon son rôle et l'état de la demande : les liens du dossier."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sqlalchemy.orm import Session

from portail.assistance import fils
from portail.assistance.fils import MessageLu
from portail.demande.cycle_de_vie import Etat, etat
from portail.demande.modeles import Demande
from portail.demande.suivi import Suivi, suivi_de
from portail.guichet.acte import version
from portail.guichet.modeles import Agent, RoleAgent

ENREGISTREES = frozenset({Etat.ACTIVE, Etat.A_RENOUVELER})
VIVANTES = ENREGISTREES | {Etat.SOUMISE, Etat.A_CORRIGER}

# (texte, suite de l'adresse, rôle, états)
GESTES = (
    ("Renouveler pour la personne", "renouveler", RoleAgent.ACCUEIL, frozenset({Etat.A_RENOUVELER})),
    ("Écrire à la personne", "ecrire", RoleAgent.ACCUEIL, VIVANTES),
    ("Rectifier l’identité", "identite", RoleAgent.INSTRUCTEUR, ENREGISTREES),
    ("Rendre l’accès au compte", "acces-au-compte", RoleAgent.INSTRUCTEUR, VIVANTES),
    ("Transférer à un autre guichet", "transferer", RoleAgent.INSTRUCTEUR, VIVANTES),
    ("Radier la demande", "radier", RoleAgent.INSTRUCTEUR, VIVANTES),
    ("Rendre la demande active", "reactiver", RoleAgent.INSTRUCTEUR, frozenset({Etat.RADIEE})),
)


# Ceux qui ont leur bouton ailleurs dans le dossier.
AILLEURS = (
    ("Renvoyer pour correction", "renvoyer", RoleAgent.INSTRUCTEUR, frozenset({Etat.SOUMISE})),
    ("Ajouter un évènement", "evenements/nouveau", RoleAgent.INSTRUCTEUR, ENREGISTREES),
)
AVEC_UN_COMPTE = frozenset({"ecrire", "acces-au-compte"})


@dataclass(frozen=True)
class VieDuDossier:
    """`gestes` : (texte, suite de l'adresse), les permis seulement. `messages` : tout le fil avec la personne."""

    gestes: list[tuple[str, str]]
    suivi: Suivi
    messages: list[MessageLu]
    version: str


def vie_du_dossier(session: Session, demande: Demande, agent: Agent, jour: date) -> VieDuDossier:
    """Hors de ses territoires, un agent lit sans agir."""
    suivi = suivi_de(demande, jour)
    sans_effet = set() if suivi.reprise else {"reactiver"}
    return VieDuDossier(
        gestes=[
            (texte, suite)
            for texte, suite, *_ in GESTES
            if suite not in sans_effet and se_peut(demande, agent, suite, jour)
        ],
        suivi=suivi,
        messages=fils.transcription(session, demande),
        version=version(demande),
    )


def se_peut(demande: Demande, agent: Agent, suite: str, jour: date) -> bool:
    """Le geste de cette adresse a un sens aujourd'hui : ses territoires, son rôle, l'état de la demande, un compte."""
    role, etats = next((role, etats) for _, cle, role, etats in GESTES + AILLEURS if cle == suite)
    agit = demande.territoire in agent.guichet.codes_territoires and agent.peut(role)
    return agit and etat(demande, jour) in etats and (demande.compte_id is not None or suite not in AVEC_UN_COMPTE)
