"""Le code de réclamation : remis sur papier à qui n'a pas de compte, il lui rend sa demande une fois ce compte ouvert.

Il sert une fois, pendant six mois, et seulement à un compte dont l'identité est celle du dossier. Seule son empreinte
est gardée. Inconnu, expiré, déjà pris, discordant : la même réponse, après le même travail.
"""

from __future__ import annotations

import re
import secrets
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session
from werkzeug.exceptions import NotFound

from portail import freins
from portail.chiffrement import coffre
from portail.compte.modeles import Compte
from portail.demande.modeles import Demande, Evenement, GenreEvenement, Personne, Role
from portail.demande.reperes import normaliser
from portail.guichet import acces
from portail.guichet.journal import inscrire
from portail.guichet.modeles import ActeJournal, Agent, CodeReclamation, Guichet, RoleAgent
from portail.horloge import a_paris
from portail.regles import numero_unique
from portail.regles.validite import ajouter_mois

MOIS = 6
ALPHABET = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"  # sans 0, 1, I, L, O : recopié d'un papier
LONGUEUR, GROUPE = 12, 4  # 31^12 : environ 59 bits
PAR_COMPTE = freins.Regle("reclamation-compte", 5, 17_280)  # cinq essais par jour
PAR_RESEAU = freins.Regle("reclamation-reseau", 20, 900)


class ReclamationRefusee(Exception):
    """Le code ne vaut rien, ou pas pour cette personne : la réponse ne dit pas lequel des deux."""


class DejaUneDemande(Exception):
    """Le code est bon, la personne aussi : mais elle a déjà une demande active dans ce territoire."""


def peut_recevoir_un_code(demande: Demande, agent: Agent) -> bool:
    """Une demande papier déposée, pas encore reprise, que ce guichet a saisie ou instruit."""
    au_guichet = demande.est_au_guichet and demande.deposee_le is not None and demande.radiee_le is None
    return au_guichet and agent.guichet_id in {demande.saisie_guichet_id, demande.guichet_id}


def demande_a_remettre(session: Session, agent: Agent, demande_id: int) -> Demande:
    """La demande papier de ce numéro, verrouillée, pour lui donner un code neuf. 404 si elle n'en attend pas d'ici."""
    demande = acces.demande_a_instruire(session, agent, demande_id, role=RoleAgent.ACCUEIL)
    if not peut_recevoir_un_code(demande, agent):
        raise NotFound
    return demande


def remettre_un_code(session: Session, agent: Agent, demande: Demande, instant: datetime) -> str:
    """Un code neuf, à montrer une fois (« 7K3M-… ») ; le précédent ne vaut plus rien."""
    session.execute(
        sa.update(CodeReclamation)
        .where(
            CodeReclamation.demande_id == demande.id,
            CodeReclamation.utilise_le.is_(None),
            CodeReclamation.annule_le.is_(None),
        )
        .values(annule_le=instant)
    )
    code = "".join(secrets.choice(ALPHABET) for _ in range(LONGUEUR))
    session.add(
        CodeReclamation(
            demande_id=demande.id,
            empreinte=_empreinte(code),
            agent_id=agent.id,
            cree_le=instant,
            expire_le=expiration(instant),
        )
    )
    inscrire(session, ActeJournal.SAISIE, agent=agent, demande_id=demande.id, objet="code de réclamation remis")
    return "-".join(re.findall(f".{{{GROUPE}}}", code))


def expiration(instant: datetime) -> datetime:
    """Six mois plus tard, à la même heure de Paris."""
    local = a_paris(instant)
    return datetime.combine(ajouter_mois(local.date(), MOIS), local.timetz())


def reclamer(session: Session, compte: Compte, saisie: str, numero: str, instant: datetime) -> Demande:
    """Rattache au compte la demande de ce code. `numero` : le numéro unique, vide s'il n'a pas été écrit.

    Lève `ReclamationRefusee`, ou `DejaUneDemande` ; le code n'est alors pas consommé.
    """
    code = session.scalar(
        sa.select(CodeReclamation).where(CodeReclamation.empreinte == _empreinte(saisie)).with_for_update()
    )
    demande_id = code.demande_id if code is not None else -1
    demande = session.scalar(sa.select(Demande).where(Demande.id == demande_id).with_for_update())
    empreinte_nir = session.scalar(
        sa.select(Personne.nir_empreinte)
        .join(Demande, Demande.declaration_deposee_id == Personne.declaration_id)
        .where(Demande.id == demande_id, Personne.role == Role.DEMANDEUR)
    )
    if code is None or demande is None or not _vaut(code, demande, instant):
        raise ReclamationRefusee
    if not _est_la_personne(compte, demande, empreinte_nir) or not _est_le_numero(demande, numero):
        raise ReclamationRefusee
    _rattacher(session, compte, demande, code, instant)
    return demande


def _vaut(code: CodeReclamation, demande: Demande, instant: datetime) -> bool:
    neuf = code.utilise_le is None and code.annule_le is None and instant < code.expire_le
    return neuf and demande.compte_id is None and demande.radiee_le is None


def _est_la_personne(compte: Compte, demande: Demande, empreinte_nir: str | None) -> bool:
    """Nom de naissance et date de naissance ; et le numéro de sécurité sociale, si le dossier en a un."""
    return (
        normaliser(compte.nom_naissance) == demande.nom_cherche
        and compte.date_naissance == demande.date_naissance_cherchee
        and (empreinte_nir is None or compte.nir_empreinte == empreinte_nir)
    )


def _est_le_numero(demande: Demande, numero: str) -> bool:
    return not numero or demande.numero_unique in numero_unique.variantes(numero_unique.normaliser(numero))


def _rattacher(session: Session, compte: Compte, demande: Demande, code: CodeReclamation, instant: datetime) -> None:
    guichet = session.get(Guichet, demande.guichet_id or demande.saisie_guichet_id)
    demande.compte_id = compte.id
    code.utilise_le = instant
    session.add(Evenement(demande_id=demande.id, genre=GenreEvenement.RATTACHEMENT, survenu_le=instant))
    inscrire(
        session,
        ActeJournal.RECLAMATION,
        guichet_code=guichet.code if guichet else None,
        compte_id=compte.id,
        demande_id=demande.id,
        objet=f"code {code.id}",
    )
    try:
        session.flush()  # une seule demande active par compte et par territoire : l'index le dit
    except IntegrityError as erreur:
        session.rollback()
        raise DejaUneDemande from erreur


def _empreinte(saisie: str) -> str:
    return coffre().empreinte(re.sub(r"[^0-9A-Z]", "", saisie.upper()), "code_reclamation")
