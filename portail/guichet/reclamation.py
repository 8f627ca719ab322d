"""Le code de réclamation : remis sur papier à qui n'a pas de compte, il lui rend sa demande une fois ce compte ouvert.

Il sert une fois, quelques mois, et seulement à un compte dont l'identité est celle du dossier. Seule son empreinte
est gardée. Inconnu, expiré, déjà pris, discordant : la même réponse, après le même travail.
"""

from __future__ import annotations

from datetime import datetime, time

import sqlalchemy as sa
from sqlalchemy.orm import Session
from werkzeug.exceptions import NotFound

from portail import code_a_recopier, freins
from portail.chiffrement import coffre
from portail.compte.modeles import Compte
from portail.demande.concordance import concorde
from portail.demande.modeles import Demande, Personne, Role
from portail.demande.rattachement import rendre_au_titulaire
from portail.guichet import acces
from portail.guichet.journal import inscrire
from portail.guichet.modeles import ActeJournal, Agent, CodeReclamation, RoleAgent
from portail.horloge import PARIS, a_paris
from portail.referentiels.parametres import parametre
from portail.regles import numero_unique
from portail.regles.validite import ajouter_mois

LONGUEUR = 12  # 31^12 : environ 59 bits
PAR_RESEAU = freins.Regle("reclamation-reseau", 20, 900)


class ReclamationRefusee(Exception):
    """Le code ne vaut rien, ou pas pour cette personne : la réponse ne dit pas lequel des deux."""


def par_compte(instant: datetime) -> freins.Regle:
    """Le frein d'un compte, numéros et codes ensemble : tant d'essais par jour."""
    essais = parametre("RATTACHEMENT_ESSAIS_PAR_JOUR", a_paris(instant).date())
    return freins.Regle("reclamation-compte", essais, 86_400 // essais)


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
    code = code_a_recopier.tirer(LONGUEUR)
    session.add(
        CodeReclamation(
            demande_id=demande.id,
            empreinte=_empreintes(code)[0],
            agent_id=agent.id,
            cree_le=instant,
            expire_le=expiration(instant),
        )
    )
    inscrire(session, ActeJournal.SAISIE, agent=agent, demande_id=demande.id, objet="code de réclamation remis")
    return code_a_recopier.lisible(code)


def expiration(instant: datetime) -> datetime:
    """Des mois plus tard, à la fin du jour à Paris : « jusqu’au 24 », écrit le bordereau, le 24 au soir compris."""
    jour = a_paris(instant).date()
    mois = parametre("CODE_RECLAMATION_MOIS", jour)
    return datetime.combine(ajouter_mois(jour, mois), time.max, PARIS)


def reclamer(session: Session, compte: Compte, saisie: str, numero: str, instant: datetime) -> Demande:
    """Rattache au compte la demande de ce code. `numero` : le numéro unique, vide s'il n'a pas été écrit.

    Lève `ReclamationRefusee`, ou `DejaUneDemande` ; le code n'est alors pas consommé. La demande se verrouille d'abord,
    son code ensuite, comme qui en remet un autre : dans l'autre ordre, les deux s'attendraient.
    """
    le_code = CodeReclamation.empreinte.in_(_empreintes(saisie))
    visee = sa.select(Demande).where(Demande.id.in_(sa.select(CodeReclamation.demande_id).where(le_code)))
    demande = session.scalar(visee.with_for_update())
    code = session.scalar(sa.select(CodeReclamation).where(le_code).with_for_update())
    demande_id = code.demande_id if code is not None else -1
    empreinte_nir = session.scalar(
        sa.select(Personne.nir_empreinte)
        .join(Demande, Demande.declaration_deposee_id == Personne.declaration_id)
        .where(Demande.id == demande_id, Personne.role == Role.DEMANDEUR)
    )
    if code is None or demande is None or not _vaut(code, demande, instant):
        raise ReclamationRefusee
    identite = (demande.nom_cherche, demande.date_naissance_cherchee, empreinte_nir)
    if not concorde(compte, *identite) or not _est_le_numero(demande, numero):
        raise ReclamationRefusee
    code.utilise_le = instant
    rendre_au_titulaire(session, compte, demande, ActeJournal.RECLAMATION, f"code {code.id}", instant)
    return demande


def _vaut(code: CodeReclamation, demande: Demande, instant: datetime) -> bool:
    neuf = code.utilise_le is None and code.annule_le is None and instant < code.expire_le
    return neuf and demande.compte_id is None and demande.radiee_le is None


def _est_le_numero(demande: Demande, numero: str) -> bool:
    return not numero or demande.numero_unique in numero_unique.variantes(numero_unique.normaliser(numero))


def _empreintes(saisie: str) -> list[str]:
    """Celle d'aujourd'hui d'abord."""
    return coffre().empreintes(code_a_recopier.normaliser(saisie), "code_reclamation")
