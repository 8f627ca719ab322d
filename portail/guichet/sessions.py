"""Les sessions des agents : le cookie du site, une table à elles, un second facteur.

Un navigateur n'est connecté que d'un côté : ouvrir une session d'agent ferme celle de la personne, et inversement.
Une session née du seul mot de passe n'ouvre que les pages du second facteur ; celui-ci donné, elle change
d'identifiant. Tout est relu à chaque requête : un agent désactivé, un guichet fermé perdent l'accès au clic suivant.
"""

from __future__ import annotations

import secrets
from datetime import datetime, timedelta
from functools import cache

import sqlalchemy as sa
from flask import Flask, g, request, session
from flask_login import AnonymousUserMixin
from sqlalchemy.orm import Session, joinedload
from werkzeug.exceptions import Unauthorized

from portail.compte import sessions
from portail.compte.appareil import nom_d_appareil
from portail.db import db, est_lecture, lecture
from portail.droits import cote_agents
from portail.guichet.modeles import Agent, Guichet, SessionAgent
from portail.horloge import maintenant
from portail.sondage import est_un_sondage

INACTIVITE = timedelta(minutes=30)
DUREE_TOTALE = timedelta(hours=10)


def installer(app: Flask) -> None:
    """Après `compte.sessions.installer` : sous /guichet, le cookie désigne un agent."""
    app.extensions["sessions"].append(SessionAgent)
    gestionnaire = app.login_manager  # type: ignore[attr-defined]
    gestionnaire.request_loader(lambda _requete: _agent_connecte() if cote_agents() else sessions.compte_connecte())


def ouvrir(base: Session, agent: Agent, *, second_facteur: bool) -> None:
    """Connecte `agent` sur cet appareil, sous un identifiant neuf. L'appelant valide la transaction."""
    sessions.fermer(base)
    sessions.en_cours().changer(secrets.token_urlsafe(32))
    sessions.en_cours().a_poser = True
    instant = maintenant()
    ligne = SessionAgent(
        empreinte=sessions.empreinte_courante(),
        agent_id=agent.id,
        ouverte_le=instant,
        vue_le=instant,
        second_facteur_le=instant if second_facteur else None,
        appareil=nom_d_appareil(request.user_agent.string),
        reseau=sessions.empreintes_du_reseau()[0],
    )
    base.add(ligne)
    g.session_agent = ligne
    g._login_user = agent


def encore_ouvert(base: Session, reconnu: Agent) -> Agent | None:
    """L'agent que son mot de passe vient d'ouvrir, sous son verrou.

    None si un responsable vient de couper son accès, ou de le remettre à zéro : une session née après se fermerait
    trop tard, et enrôlerait le second facteur d'un autre.
    """
    requete = sa.select(Agent).where(Agent.id == reconnu.id).with_for_update(of=Agent)
    agent = base.scalar(requete.execution_options(populate_existing=True))
    ouvert = agent is not None and agent.est_actif and agent.mot_de_passe == reconnu.mot_de_passe
    return agent if ouvert else None


def encore_connecte(base: Session) -> Agent:
    """L'agent de la requête, sous son verrou : à prendre avant de toucher à ce qui ouvre son accès.

    Lève `Unauthorized` si sa session vient de se fermer (accès coupé, remis à zéro, autres appareils déconnectés) : le
    mot de passe, le second facteur ou la session écrits après y survivraient.
    """
    ligne: SessionAgent = g.session_agent
    requete = sa.select(Agent).where(Agent.id == ligne.agent_id).with_for_update(of=Agent)
    agent = base.scalar(requete.execution_options(populate_existing=True))
    ouverte = sa.select(SessionAgent.id).where(SessionAgent.id == ligne.id, SessionAgent.fermee_le.is_(None))
    if agent is None or base.scalar(ouverte) is None:
        base.rollback()
        g._login_user = AnonymousUserMixin()  # la page qui le dit n'est plus celle d'un agent
        raise Unauthorized
    return agent


def second_facteur_donne() -> bool:
    """L'agent de la requête a-t-il donné son second facteur ? À demander quand quelqu'un est connecté."""
    ligne = g.get("session_agent")
    return ligne is not None and ligne.second_facteur_le is not None


def fermer_toutes(base: Session, agent_id: int, *, sauf_courante: bool = False) -> None:
    """Ferme les sessions d'un agent (désactivation, mot de passe changé)."""
    requete = sa.update(SessionAgent).where(SessionAgent.agent_id == agent_id, SessionAgent.fermee_le.is_(None))
    if sauf_courante:
        requete = requete.where(SessionAgent.empreinte != sessions.empreinte_courante())
    base.execute(requete.values(fermee_le=maintenant()))


def ouvertes(base: Session, agent_id: int) -> list[SessionAgent]:
    """Les sessions encore valables d'un agent, la plus récente d'abord."""
    lignes = base.scalars(
        sa.select(SessionAgent)
        .where(SessionAgent.agent_id == agent_id, SessionAgent.fermee_le.is_(None))
        .order_by(SessionAgent.vue_le.desc(), SessionAgent.id)
    )
    instant = maintenant()
    return [ligne for ligne in lignes if est_valable(ligne, instant)]


def reseau_connu(base: Session, agent_id: int) -> bool:
    """L'agent a-t-il déjà donné ses deux facteurs depuis ce réseau ? Le frein d'un tiers ne l'y retient pas."""
    connue = sa.exists().where(
        SessionAgent.agent_id == agent_id,
        SessionAgent.reseau.in_(sessions.empreintes_du_reseau()),
        SessionAgent.second_facteur_le.is_not(None),
        SessionAgent.ouverte_le > maintenant() - sessions.MEMOIRE_DES_RESEAUX,
    )
    return bool(base.scalar(sa.select(connue)))


def est_valable(ligne: SessionAgent, instant: datetime) -> bool:
    vivante = instant - ligne.vue_le < INACTIVITE and instant - ligne.ouverte_le < DUREE_TOTALE
    return ligne.fermee_le is None and vivante


def _agent_connecte() -> Agent | None:
    """L'agent de la requête, son guichet et ses territoires. Pendant un POST, lu à part : aucun verrou."""
    if session.new:
        return None
    cle = {"empreinte": sessions.empreinte_courante()}
    if est_lecture():
        ligne = db.session.execute(_par_empreinte(), cle).unique().scalar_one_or_none()
    else:
        with lecture() as base:
            ligne = base.execute(_par_empreinte(), cle).unique().scalar_one_or_none()
    if ligne is None:
        return None
    instant = maintenant()
    if not (est_valable(ligne, instant) and ligne.agent.est_actif):
        g.session_morte = True
        return None
    if instant - ligne.vue_le > sessions.PAS_ACTIVITE and not est_un_sondage():
        sessions.dater(SessionAgent, ligne.id, instant)
    g.session_agent = ligne
    return ligne.agent


@cache
def _par_empreinte() -> sa.Select[SessionAgent]:
    agent = joinedload(SessionAgent.agent, innerjoin=True).joinedload(Agent.guichet, innerjoin=True)
    return (
        sa.select(SessionAgent)
        .options(agent.joinedload(Guichet.territoires))
        .where(SessionAgent.empreinte == sa.bindparam("empreinte"))
    )


def agent_dans_ce_navigateur(base: Session) -> bool:
    """Une session d'agent est-elle ouverte dans ce navigateur ? À demander hors de l'espace des agents."""
    if session.new:
        return False
    ligne = base.execute(_par_empreinte(), {"empreinte": sessions.empreinte_courante()}).unique().scalar_one_or_none()
    return ligne is not None and est_valable(ligne, maintenant())


def purger(base: Session, instant: datetime) -> None:
    """Oublie les sessions finies depuis plus de 90 jours (la mémoire des réseaux)."""
    base.execute(sa.delete(SessionAgent).where(SessionAgent.vue_le < instant - sessions.MEMOIRE_DES_RESEAUX))
