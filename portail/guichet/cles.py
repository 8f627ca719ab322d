"""Les clés d'accès d'un agent : en enrôler, s'en servir après le mot de passe, en retirer, sauf le dernier facteur.

Pour en ajouter ou en retirer une, l'agent arrive verrouillé (`sessions.encore_connecte`).
"""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session
from werkzeug.exceptions import NotFound

from portail import freins
from portail.cles_acces import ceremonie, defis, service
from portail.cles_acces.ceremonie import CleNeuve, CleRefusee, Porteur
from portail.cles_acces.modeles import UsageDefi
from portail.db import ecriture, lecture
from portail.guichet import agents, journal, sessions
from portail.guichet.modeles import ActeJournal, Agent, CleAgent
from portail.horloge import maintenant

MAXIMUM = 10


class DernierFacteur(Exception):
    """Sans ce facteur, l'agent n'en aurait plus."""


class TropDeCles(Exception):
    """L'agent a déjà toutes les clés qu'il peut avoir."""


def porteur(agent: Agent) -> Porteur:
    return ceremonie.porteur("agent", agent.id, agent.courriel)


def de_l_agent(session: Session, agent_id: int) -> list[CleAgent]:
    """De la plus ancienne à la plus récente."""
    requete = sa.select(CleAgent).where(CleAgent.agent_id == agent_id)
    return list(session.scalars(requete.order_by(CleAgent.ajoutee_le, CleAgent.id)))


def options_d_ajout(agent: Agent) -> dict[str, Any]:
    """Pour le navigateur, avec un défi neuf. Une clé de sécurité sans mémoire convient aussi."""
    siennes, defi = _poser(agent, UsageDefi.AGENT_AJOUTER)
    return ceremonie.options_d_ajout(defi, porteur(agent), siennes, decouvrable=False)


def options_d_usage(agent: Agent) -> dict[str, Any]:
    siennes, defi = _poser(agent, UsageDefi.AGENT_PROUVER)
    return ceremonie.options_d_usage(defi, siennes)


def _poser(agent: Agent, usage: UsageDefi) -> tuple[list[str], bytes]:
    freins.essayer(freins.CLE_PAR_RESEAU, freins.reseau())
    with ecriture() as session:
        return [cle.identifiant for cle in de_l_agent(session, agent.id)], defis.poser(session, usage)


def verifier(texte: str) -> CleNeuve:
    """La clé que ce navigateur vient de fabriquer. À faire avant d'écrire. Lève `CleRefusee`."""
    return ceremonie.verifier_l_ajout(texte, defis.prendre(UsageDefi.AGENT_AJOUTER))


def ajouter(session: Session, agent: Agent, neuve: CleNeuve, nom: str) -> None:
    """Garde une clé vérifiée ; cela s'inscrit, un courriel part. Lève `TropDeCles`, `CleRefusee` si elle est prise."""
    gardees = de_l_agent(session, agent.id)
    if len(gardees) >= MAXIMUM:
        raise TropDeCles
    nom = service.nom_libre(nom, gardees)
    session.add(CleAgent(agent_id=agent.id, nom=nom, ajoutee_le=maintenant(), **service.colonnes(neuve)))
    try:
        session.flush()
    except IntegrityError as erreur:  # cet identifiant est déjà à quelqu'un
        session.rollback()
        raise CleRefusee("clé déjà gardée") from erreur
    _inscrire(session, agent, "clé d’accès ajoutée")
    agents.avertir(session, agent, "Une clé d’accès d’agent a été ajoutée", "agent_cle_ajoutee")


def enroler(session: Session, agent: Agent, neuve: CleNeuve, nom: str) -> None:
    """Le premier second facteur. Lève `CleRefusee` si l'agent vient d'en enrôler un ailleurs."""
    if agent.est_enrole:
        raise CleRefusee("second facteur déjà enrôlé")
    ajouter(session, agent, neuve, nom)
    agent.secret_totp = None  # la clé d'application montrée à côté n'a pas été choisie


def reconnaitre(texte: str, agent: Agent) -> None:
    """La clé qui vient de signer est bien à cet agent. Lève `CleRefusee`."""
    defi, reponse = defis.prendre(UsageDefi.AGENT_PROUVER), ceremonie.lire(texte)
    with lecture() as base:
        cle = base.scalar(
            sa.select(CleAgent).where(CleAgent.identifiant == reponse.identifiant, CleAgent.agent_id == agent.id)
        )
    if cle is None:
        raise CleRefusee("clé inconnue")
    service.noter_l_usage(cle, *ceremonie.verifier_l_usage(reponse, defi, cle, porteur(agent)))


def retirer(session: Session, agent: Agent, cle_id: int) -> None:
    """Ses autres appareils sont déconnectés, un courriel part. Lève `DernierFacteur` ; 404 si elle n'est pas à lui."""
    siennes = de_l_agent(session, agent.id)
    cle = next((cle for cle in siennes if cle.id == cle_id), None)
    if cle is None:
        raise NotFound
    if agent.totp_confirme_le is None and len(siennes) == 1:
        raise DernierFacteur
    session.delete(cle)
    sessions.fermer_toutes(session, agent.id, sauf_courante=True)
    _inscrire(session, agent, "clé d’accès retirée")
    agents.avertir(session, agent, "Une clé d’accès d’agent a été retirée", "agent_cle_retiree")


def retirer_l_application(session: Session, agent: Agent) -> None:
    """L'application du téléphone ne vaut plus rien ; une clé d'accès reste. Lève `DernierFacteur`."""
    if not de_l_agent(session, agent.id):
        raise DernierFacteur
    agent.secret_totp = agent.totp_confirme_le = agent.dernier_pas_totp = None
    sessions.fermer_toutes(session, agent.id, sauf_courante=True)
    _inscrire(session, agent, "application d’authentification retirée")
    agents.avertir(session, agent, "Votre application d’authentification a été retirée", "agent_application_retiree")


def _inscrire(session: Session, agent: Agent, quoi: str) -> None:
    journal.inscrire(session, ActeJournal.AGENT, agent=agent, objet=f"agent {agent.id} : {quoi}")
