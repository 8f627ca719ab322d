"""Les guichets et les agents de la démonstration, invités et admis comme les autres."""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from portail.chiffrement import coffre
from portail.demonstration.reconnaitre import CODE
from portail.guichet import agents, guichets
from portail.guichet.guichets import DESCRIPTION, Perimetre
from portail.guichet.modeles import Agent, Guichet, RoleAgent, SessionAgent, TypeGuichet
from portail.horloge import a_paris

VOISIN, BAILLEUR = "DEMO2", "DEMO3"


@dataclass(frozen=True)
class Equipe:
    """Qui agit dans la démonstration."""

    accueil: Agent
    instructeur: Agent
    responsable: Agent
    voisin: Agent  # d'un autre territoire : rien de ce que les premiers voient ne lui est ouvert
    bailleur: Agent


def ouvrir(session: Session, hache: str, secret_totp: str, instant: datetime) -> Equipe:
    """Trois guichets, cinq agents qui peuvent entrer avec ce mot de passe et cette clé."""
    mairie = _guichet(
        session, CODE, "Guichet de démonstration", TypeGuichet.COMMUNE, "Villeurbanne", "69100",
        Perimetre(frozenset({"069"}), frozenset({"69266", "69029", "69256", "69259", "69275"})),
    )  # fmt: skip
    voisin = _guichet(
        session, VOISIN, "Guichet voisin de démonstration", TypeGuichet.CCAS, "Paris", "75004",
        Perimetre(frozenset({"111"}), frozenset({"75056"})),
    )  # fmt: skip
    bailleur = _guichet(
        session, BAILLEUR, "Bailleur de démonstration", TypeGuichet.BAILLEUR, "Lyon", "69003",
        Perimetre(frozenset({"069"}), frozenset()),
    )  # fmt: skip

    def agent(guichet: Guichet, prenom: str, role: RoleAgent, adresse: str) -> Agent:
        lien = agents.inviter(
            session, guichet, prenom=prenom, nom="Démonstration", adresse=adresse, role=role, par=None
        )
        admis = agents.accepter(session, lien.rpartition("/")[2], hache)
        assert admis is not None, "l’invitation vient d’être faite"
        admis.secret_totp, admis.totp_confirme_le = secret_totp, instant
        return admis

    return Equipe(
        accueil=agent(mairie, "Alix", RoleAgent.ACCUEIL, "accueil@exemple.fr"),
        instructeur=agent(mairie, "Sacha", RoleAgent.INSTRUCTEUR, "instructeur@exemple.fr"),
        responsable=agent(mairie, "Camille", RoleAgent.RESPONSABLE, "responsable@exemple.fr"),
        voisin=agent(voisin, "Charlie", RoleAgent.RESPONSABLE, "voisin@exemple.fr"),
        bailleur=agent(bailleur, "Dominique", RoleAgent.INSTRUCTEUR, "bailleur@exemple.fr"),
    )


def se_connecter(session: Session, equipe: Equipe, present: datetime) -> None:
    """Chacun est venu travailler ces derniers jours ouvrés : sans cela, des agents actifs passeraient pour absents."""
    matin = present.replace(hour=7, minute=52, second=0, microsecond=0)
    for rang, agent in enumerate(
        (equipe.accueil, equipe.instructeur, equipe.responsable, equipe.voisin, equipe.bailleur)
    ):
        venue = _jour_ouvre(matin - timedelta(days=1 + rang // 2)) + timedelta(minutes=7 * rang)
        partie = venue + timedelta(hours=4)
        session.add(
            SessionAgent(
                empreinte=hashlib.sha256(secrets.token_bytes(32)).hexdigest(), agent_id=agent.id, ouverte_le=venue,
                vue_le=partie, fermee_le=partie, second_facteur_le=venue, appareil="Firefox sur Windows",
                reseau=coffre().empreinte("demonstration", "reseau"),
            )
        )  # fmt: skip


def _jour_ouvre(instant: datetime) -> datetime:
    """Ce jour, ou le vendredi d'avant."""
    return instant - timedelta(days=max(0, a_paris(instant).weekday() - 4))


def _guichet(
    session: Session, code: str, nom: str, type_: TypeGuichet, ville: str, code_postal: str, perimetre: Perimetre
) -> Guichet:
    description: dict[str, str | None] = dict.fromkeys(DESCRIPTION)
    description |= {
        "nom": nom, "adresse": "1 place de l’Exemple", "code_postal": code_postal, "ville": ville,
        "horaires": "Guichet fictif : personne n’y répond.",
        "heures_tchat": "lundi-vendredi 09:00-12:00, 14:00-17:00",
    }  # fmt: skip
    return guichets.creer(session, code=code, type_=type_, perimetre=perimetre, description=description)
