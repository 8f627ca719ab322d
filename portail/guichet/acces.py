"""La seule façon, côté agent, de charger une demande, un fichier, un numéro de sécurité sociale, un collègue.

Toute lecture s'inscrit au journal **avant** d'être rendue ; un refus s'inscrit aussi, et se répond 404 (jamais 403 :
le refus ne dit pas que la demande existe). Dans ses territoires, un agent lit. Ailleurs, il dit d'abord pourquoi
(« Rechercher ») ; sa raison vaut pour cette demande pendant `MEMOIRE_DE_LA_RAISON`. Un brouillon n'est lu par personne.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session, contains_eager, joinedload, selectinload
from werkzeug.exceptions import Forbidden, NotFound

from portail.compte.modeles import Compte
from portail.db import est_lecture
from portail.demande import acces as acces_demande
from portail.demande.modeles import Declaration, Demande, Personne
from portail.guichet.journal import inscrire, inscrire_une_lecture
from portail.guichet.modeles import (
    ActeJournal,
    Agent,
    EcritureJournal,
    Guichet,
    GuichetCommune,
    GuichetTerritoire,
    RoleAgent,
)
from portail.horloge import maintenant
from portail.pieces.modeles import Fichier, PieceFournie
from portail.referentiels.modeles import Commune
from portail.regles.territoire import territoire

MEMOIRE_DE_LA_RAISON = timedelta(hours=1)
RAISON_MINIMUM = 10  # caractères : « dossier » ne dit pas pourquoi


def dans_ses_territoires(agent: Agent) -> sa.ColumnElement[bool]:
    """La condition des listes : demandes déposées, dans un territoire du guichet de l'agent."""
    return sa.and_(Demande.deposee_le.is_not(None), Demande.territoire.in_(agent.guichet.codes_territoires))


def demande_a_lire(
    session: Session,
    agent: Agent,
    demande_id: int,
    raison: str | None = None,
    *,
    acte: ActeJournal = ActeJournal.LECTURE,
    objet: str | None = None,
) -> Demande:
    """La demande, sa lecture inscrite. 404 si elle n'existe pas, n'est pas déposée, ou est hors territoire sans raison.

    `acte` : une autre lecture que celle du dossier (EXPORT…) dans ses territoires. Hors territoire, c'est toujours
    LECTURE_HORS_TERRITOIRE, avec la raison écrite maintenant ou il y a moins d'une heure par ce même agent.
    """
    demande = _deposee(session, demande_id)
    if _est_dans_ses_territoires(agent, demande):
        _noter(session, acte, agent=agent, demande_id=demande.id, objet=objet)
        return demande
    raison = (raison or "").strip() or _raison_recente(session, agent, demande_id)
    if raison is None or len(raison) < RAISON_MINIMUM:
        raise _refus(session, agent, demande_id)
    objet = objet if acte is ActeJournal.LECTURE else f"{acte.code} {objet or ''}".strip()
    _noter(session, ActeJournal.LECTURE_HORS_TERRITOIRE, agent=agent, demande_id=demande.id, objet=objet, raison=raison)
    return demande


def demande_a_instruire(
    session: Session,
    agent: Agent,
    demande_id: int,
    *,
    role: RoleAgent = RoleAgent.INSTRUCTEUR,
    tenir_compte: bool = False,
) -> Demande:
    """La demande, verrouillée, pour un acte (POST) que son auteur inscrira lui-même au journal.

    Dans ses territoires seulement : une raison permet de lire, pas d'agir. Lève `Forbidden` si le rôle ne suffit pas.
    `tenir_compte` : l'acte écrira des lignes qui le désignent ; tenu d'abord, comme par qui le supprime.
    """
    if not agent.peut(role):
        raise Forbidden
    if tenir_compte:
        titulaire = sa.select(Compte.id).where(
            Compte.id.in_(sa.select(Demande.compte_id).where(Demande.id == demande_id))
        )
        session.execute(titulaire.with_for_update(read=True, key_share=True))
    demande = _deposee(session, demande_id, verrou=True)
    if not _est_dans_ses_territoires(agent, demande):
        raise _refus(session, agent, demande_id)
    return demande


def fichier_a_ouvrir(session: Session, agent: Agent, demande_id: int, fichier_id: int) -> Fichier:
    """Un fichier gardé de cette demande, et sa pièce. S'inscrit LECTURE_PIECE, ou hors territoire avec sa raison."""
    fichier = session.scalar(
        sa.select(Fichier)
        .join(Fichier.piece)
        .where(Fichier.id == fichier_id, Fichier.retire_le.is_(None), PieceFournie.demande_id == demande_id)
        .options(contains_eager(Fichier.piece))
    )
    if fichier is None:
        raise NotFound
    objet = f"{fichier.piece.code} {fichier.id}"
    demande_a_lire(session, agent, demande_id, acte=ActeJournal.LECTURE_PIECE, objet=objet)
    return fichier


def piece_a_ouvrir(session: Session, agent: Agent, demande_id: int, piece_id: int) -> PieceFournie:
    """Une pièce de cette demande qui a des fichiers. S'inscrit comme l'ouverture d'un fichier. 404 sinon."""
    piece = session.scalar(
        sa.select(PieceFournie).where(PieceFournie.id == piece_id, PieceFournie.demande_id == demande_id)
    )
    if piece is None or not piece.fichiers_gardes:
        raise NotFound
    objet = f"{piece.code}, {len(piece.fichiers_gardes)} fichier(s)"
    demande_a_lire(session, agent, demande_id, acte=ActeJournal.LECTURE_PIECE, objet=objet)
    return piece


def nir_a_afficher(session: Session, agent: Agent, demande_id: int, personne: str) -> str:
    """Le numéro en entier d'une personne (sa clé) de la déclaration qui compte. S'inscrit LECTURE_NIR. 404 sinon."""
    titulaire = session.scalar(
        sa.select(Personne)
        .join(Demande, Demande.declaration_deposee_id == Personne.declaration_id)
        .where(Demande.id == demande_id, Personne.cle == personne, Personne.nir.is_not(None))
    )
    if titulaire is None or titulaire.nir is None:
        raise NotFound
    demande_a_lire(session, agent, demande_id, acte=ActeJournal.LECTURE_NIR, objet=f"personne {personne}")
    return titulaire.nir


def agent_du_guichet(session: Session, responsable: Agent, agent_id: int) -> Agent:
    """Un agent du même guichet, verrouillé si l'on écrit. 404 sinon."""
    requete = sa.select(Agent).where(Agent.id == agent_id, Agent.guichet_id == responsable.guichet_id)
    trouve = session.scalar(requete if est_lecture() else requete.with_for_update())
    if trouve is None:
        raise NotFound
    return trouve


def agents_du_guichet(session: Session, responsable: Agent) -> list[Agent]:
    """Tous, les actifs d'abord, par nom."""
    requete = sa.select(Agent).where(Agent.guichet_id == responsable.guichet_id)
    return list(session.scalars(requete.order_by(Agent.desactive_le.is_not(None), Agent.nom, Agent.prenom, Agent.id)))


def agent_par_courriel(session: Session, courriel: str) -> Agent | None:
    """Celui au nom de qui une commande agit, son guichet chargé."""
    requete = sa.select(Agent).where(Agent.courriel == courriel.strip().lower()).options(joinedload(Agent.guichet))
    return session.scalar(requete)


def guichet_de(session: Session, agent: Agent) -> Guichet:
    """Le guichet de l'agent, ses communes et ses territoires, verrouillé si l'on écrit."""
    requete = sa.select(Guichet).where(Guichet.id == agent.guichet_id).options(selectinload(Guichet.communes))
    return session.scalars(requete if est_lecture() else requete.with_for_update()).one()


def soi(session: Session, agent: Agent) -> Agent:
    """L'agent connecté, attaché à la transaction en cours (celui de `current_user` ne l'est pas)."""
    return session.get_one(Agent, agent.id)


def guichets_publics(session: Session, commune: str | None = None) -> list[Guichet]:
    """Les guichets ouverts que toute personne peut voir : ceux qui couvrent la commune (ou sa ville) d'abord, puis
    ceux de son territoire qui ne se limitent pas à des communes. Sans commune, tous, par ville."""
    requete = sa.select(Guichet).where(Guichet.ferme_le.is_(None)).options(selectinload(Guichet.communes))
    if commune is None:
        return list(session.scalars(requete.order_by(Guichet.ville, Guichet.nom, Guichet.id)))
    lieu = session.get(Commune, commune)
    if lieu is None:
        return []
    couvertes = [commune, *([lieu.code_commune_parente] if lieu.code_commune_parente else [])]
    couvre = Guichet.communes.any(GuichetCommune.commune.in_(couvertes))
    partout = sa.and_(
        ~Guichet.communes.any(),
        Guichet.territoires.any(GuichetTerritoire.territoire == territoire(lieu.code_departement)),
    )
    requete = requete.where(sa.or_(couvre, partout))
    return list(session.scalars(requete.order_by(couvre.desc(), Guichet.nom, Guichet.id)))


def _deposee(session: Session, demande_id: int, *, verrou: bool = False) -> Demande:
    requete = sa.select(Demande).where(Demande.id == demande_id, Demande.deposee_le.is_not(None))
    if verrou:
        requete = requete.with_for_update().execution_options(populate_existing=True)
    demande = session.scalar(requete)
    if demande is None:
        raise NotFound
    return demande


def _est_dans_ses_territoires(agent: Agent, demande: Demande) -> bool:
    return demande.territoire in agent.guichet.codes_territoires


def _raison_recente(session: Session, agent: Agent, demande_id: int) -> str | None:
    return session.scalar(
        sa.select(EcritureJournal.raison)
        .where(
            EcritureJournal.agent_id == agent.id,
            EcritureJournal.demande_id == demande_id,
            EcritureJournal.acte == ActeJournal.LECTURE_HORS_TERRITOIRE,
            EcritureJournal.faite_le > maintenant() - MEMOIRE_DE_LA_RAISON,
        )
        .order_by(EcritureJournal.id.desc())
        .limit(1)
    )


def _noter(session: Session, acte: ActeJournal, **details: Any) -> None:
    """Pendant un GET, à part et tout de suite ; pendant un POST, avec l'acte."""
    if est_lecture():
        inscrire_une_lecture(acte, **details)
    else:
        inscrire(session, acte, **details)


def _refus(session: Session, agent: Agent, demande_id: int) -> NotFound:
    """À lever : le refus reste inscrit même si la transaction qui l'a rencontré est abandonnée."""
    if est_lecture():
        inscrire_une_lecture(ActeJournal.LECTURE_REFUSEE, agent=agent, demande_id=demande_id)
    else:
        session.rollback()
        inscrire(session, ActeJournal.LECTURE_REFUSEE, agent=agent, demande_id=demande_id)
        session.commit()
    return NotFound()


def declaration_qui_compte(session: Session, demande: Demande) -> Declaration:
    """La dernière déclaration déposée de cette demande (déjà chargée par `demande_a_lire`), et tout ce qu'elle dit."""
    return acces_demande.entiere(session, demande, demande.declaration_deposee_id)


def declaration_precedente(session: Session, declaration: Declaration) -> Declaration | None:
    """Celle qui comptait avant, entière, ou None."""
    requete = (
        sa.select(Declaration.id)
        .where(Declaration.demande_id == declaration.demande_id, Declaration.deposee_le < declaration.deposee_le)
        .order_by(Declaration.deposee_le.desc())
        .limit(1)
    )
    numero = session.scalar(requete)
    return None if numero is None else acces_demande.entiere(session, declaration.demande, numero)
