"""La vie d'un agent : invité, promu, remis à zéro, désactivé. Chaque acte s'inscrit au journal.

Personne ne choisit ni ne voit le mot de passe d'un autre : un lien part à l'adresse de l'agent, lui seul l'ouvre.
Un guichet garde toujours un responsable qui peut entrer.
"""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from portail import courriel, freins
from portail.assistance.modeles import Fil
from portail.guichet import invitations, journal, sessions
from portail.guichet.modeles import ActeJournal, Agent, CleAgent, Guichet, RoleAgent
from portail.horloge import maintenant

AGENT_PAR_ADRESSE = freins.Regle("agent-adresse", 10, 60)
AGENT_PAR_RESEAU = freins.Regle("agent-reseau", 20, 30)
CODE_PAR_AGENT = freins.Regle("agent-code", 5, 300)  # trois codes justes sur un million, 288 essais par jour

INVITATION = ("Votre accès à l’espace guichet", "agent_invitation")


class AdresseDejaPrise(Exception):
    """Un agent, de ce guichet ou d'un autre, a déjà cette adresse."""


class DernierResponsable(Exception):
    """Après cet acte, plus aucun responsable ne pourrait entrer."""


def inviter(
    session: Session, guichet: Guichet, *, prenom: str, nom: str, adresse: str, role: RoleAgent, par: Agent | None
) -> str:
    """Crée l'agent et lui envoie son invitation. Rend le lien (à ne montrer qu'en ligne de commande).

    Un agent désactivé ailleurs (il change de guichet, ou le sien a fermé) est repris tel quel : une adresse n'est qu'à
    un agent. Lève `AdresseDejaPrise` s'il peut encore entrer, ou s'il est déjà de ce guichet. `par` est vide quand
    c'est l'exploitant.
    """
    ancien = session.scalar(sa.select(Agent).where(Agent.courriel == adresse).with_for_update())
    if ancien is not None:
        if ancien.desactive_le is None or ancien.guichet_id == guichet.id:
            raise AdresseDejaPrise
        return _reprendre(session, ancien, guichet, prenom=prenom, nom=nom, role=role, par=par)
    agent = Agent(guichet=guichet, courriel=adresse, prenom=prenom, nom=nom, role=role, cree_le=maintenant())
    session.add(agent)
    try:
        session.flush()  # la contrainte départage deux invitations simultanées
    except IntegrityError as erreur:
        session.rollback()
        raise AdresseDejaPrise from erreur
    _inscrire(session, agent, f"invité comme {role.code}", par)
    return _envoyer_un_lien(session, agent, *INVITATION)


def _reprendre(
    session: Session, agent: Agent, guichet: Guichet, *, prenom: str, nom: str, role: RoleAgent, par: Agent | None
) -> str:
    """L'agent passe à ce guichet. Celui qu'il quitte le lit à son journal ; ce qu'il y a fait y reste, sous son nom."""
    _inscrire(session, agent, f"passé au guichet {guichet.code}", None)
    session.execute(sa.update(Fil).where(Fil.agent_id == agent.id).values(agent_id=None, version=Fil.version + 1))
    agent.guichet, agent.prenom, agent.nom, agent.role, agent.desactive_le = guichet, prenom, nom, role, None
    _oublier_l_acces(session, agent)
    _inscrire(session, agent, f"invité comme {role.code}, venu d’un autre guichet", par)
    return _envoyer_un_lien(session, agent, *INVITATION)


def remettre_a_zero(session: Session, agent: Agent, par: Agent | None) -> str:
    """Mot de passe, seconds facteurs, codes et sessions ne valent plus rien ; un lien neuf part. Rend ce lien."""
    _oublier_l_acces(session, agent)
    _inscrire(session, agent, "remis à zéro", par)
    return _envoyer_un_lien(session, agent, "Votre accès à l’espace guichet est à renouveler", "agent_remise_a_zero")


def changer_de_role(session: Session, agent: Agent, role: RoleAgent, par: Agent) -> None:
    """Lève `DernierResponsable`."""
    if role is agent.role:
        return
    _garder_un_responsable(session, agent, restera=role is RoleAgent.RESPONSABLE)
    _inscrire(session, agent, f"{agent.role.code} devient {role.code}", par)
    agent.role = role


def desactiver(session: Session, agent: Agent, par: Agent) -> None:
    """Coupe l'accès tout de suite : sessions fermées, liens annulés. Lève `DernierResponsable`."""
    if agent.desactive_le is not None:
        return
    _garder_un_responsable(session, agent, restera=False)
    couper(session, agent, par)


def couper(session: Session, agent: Agent, par: Agent | None) -> None:
    """`desactiver`, sans garder de responsable : le guichet ferme."""
    agent.desactive_le = maintenant()
    sessions.fermer_toutes(session, agent.id)
    invitations.annuler(session, agent.id)
    _inscrire(session, agent, "désactivé", par)


def reactiver(session: Session, agent: Agent, par: Agent | None) -> str:
    """Rouvre l'accès, à neuf : l'agent choisit un nouveau mot de passe. Rend le lien envoyé."""
    agent.desactive_le = None
    _inscrire(session, agent, "réactivé", par)
    return remettre_a_zero(session, agent, par)


def accepter(session: Session, secret: str, mot_de_passe_hache: str) -> Agent | None:
    """L'agent a choisi son mot de passe. Sa première connexion lui fera enrôler son second facteur."""
    agent = invitations.accepter(session, secret, mot_de_passe_hache)
    if agent is not None:
        _sans_facteur(session, agent)
        sessions.fermer_toutes(session, agent.id)
        freins.relacher(session, AGENT_PAR_ADRESSE, agent.courriel)
        journal.inscrire(session, ActeJournal.AGENT, agent=agent, objet=f"agent {agent.id} : invitation acceptée")
    return agent


def changer_le_mot_de_passe(session: Session, agent: Agent, nouveau_hache: str) -> None:
    """Par l'agent lui-même : ses autres appareils sont déconnectés, un courriel l'en avertit."""
    agent.mot_de_passe = nouveau_hache
    sessions.fermer_toutes(session, agent.id, sauf_courante=True)
    journal.inscrire(session, ActeJournal.AGENT, agent=agent, objet=f"agent {agent.id} : mot de passe changé")
    avertir(session, agent, "Votre mot de passe d’agent a changé", "agent_mot_de_passe")


def avertir(session: Session, agent: Agent, sujet: str, gabarit: str, restants: int = 0) -> None:
    """Un courriel à l'agent sur son propre compte. Deux dans la même seconde n'en font qu'un."""
    cle = f"{gabarit}-{agent.id}-{maintenant().timestamp():.0f}"
    courriel.mettre_en_boite(session, cle, agent.courriel, sujet, gabarit, prenom=agent.prenom, restants=restants)


def _oublier_l_acces(session: Session, agent: Agent) -> None:
    agent.mot_de_passe = None
    _sans_facteur(session, agent)
    agent.codes_secours.clear()
    sessions.fermer_toutes(session, agent.id)


def _sans_facteur(session: Session, agent: Agent) -> None:
    agent.secret_totp = agent.totp_confirme_le = agent.dernier_pas_totp = None
    session.execute(sa.delete(CleAgent).where(CleAgent.agent_id == agent.id))


def _garder_un_responsable(session: Session, agent: Agent, *, restera: bool) -> None:
    # Le guichet est verrouillé : deux responsables qui se désactivent l'un l'autre passent l'un après l'autre.
    session.execute(sa.select(Guichet.id).where(Guichet.id == agent.guichet_id).with_for_update())
    if restera or agent.role is not RoleAgent.RESPONSABLE or not agent.est_actif:
        return
    autres = sa.exists().where(
        Agent.guichet_id == agent.guichet_id,
        Agent.id != agent.id,
        Agent.role == RoleAgent.RESPONSABLE,
        Agent.desactive_le.is_(None),
        Agent.mot_de_passe.is_not(None),
    )
    if not session.scalar(sa.select(autres)):
        raise DernierResponsable


def _envoyer_un_lien(session: Session, agent: Agent, sujet: str, gabarit: str) -> str:
    invitation, lien = invitations.creer(session, agent)
    courriel.mettre_en_boite(
        session,
        f"invitation-agent-{invitation.empreinte}",
        agent.courriel,
        sujet,
        gabarit,
        prenom=agent.prenom,
        guichet=agent.guichet.nom,
        lien=lien,
    )
    return lien


def _inscrire(session: Session, agent: Agent, quoi: str, par: Agent | None) -> None:
    journal.inscrire(
        session,
        ActeJournal.AGENT,
        agent=par,
        guichet_code=agent.guichet.code,
        objet=f"agent {agent.id} : {quoi}",
    )
