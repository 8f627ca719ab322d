"""Recopier une demande papier : la commencer, la retrouver, l'abandonner, la déposer. Chaque acte va au journal."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session
from werkzeug.exceptions import NotFound

from portail.conservation import effacer
from portail.conservation.modeles import AnnonceEffacement, Regle
from portail.conservation.regles import fin_du_preavis
from portail.demande import depot
from portail.demande.contexte import contexte_de
from portail.demande.creation import commencer_un_papier
from portail.demande.modeles import Declaration, Demande, Personne, Role
from portail.guichet import acces, porte_saisie, reclamation
from portail.guichet.journal import inscrire
from portail.guichet.modeles import ActeJournal, Agent, Guichet
from portail.pieces import numerisation
from portail.referentiels.recherche import Lieu
from portail.regles.territoire import territoire

LIMITE = 200  # saisies en cours montrées


class AutreGuichet(Exception):
    """Cette commune est à d'autres. `guichets` : lesquels, s'il y en a ici."""

    def __init__(self, guichets: list[Guichet]) -> None:
        self.guichets = guichets
        super().__init__(", ".join(guichet.nom for guichet in guichets))


@dataclass(frozen=True)
class EnCours:
    """Une saisie commencée. `initiales` (« A. D. ») : assez pour la retrouver, trop peu pour qui regarde l'écran.

    `a_corriger` : déposée, puis renvoyée. `efface_le` : quand elle s'efface, si personne n'y touche, une fois annoncé.
    """

    id: int
    initiales: str
    cree_le: datetime
    modifiee_le: datetime
    a_corriger: bool
    efface_le: date | None


def commencer(session: Session, agent: Agent, commune: Lieu, cle: str, recue_le: date, instant: datetime) -> Demande:
    """Le brouillon d'un papier reçu ce jour-là, ouvert sur cet écran. Lève `AutreGuichet`, ou `TerritoireAilleurs` (pas
    dans le SNE)."""
    _verifier_la_commune(session, agent, commune)
    demande = commencer_un_papier(session, agent.guichet_id, agent.nom_complet, commune, cle, instant)
    neuve = demande.cree_le == instant
    # Rouverte par un retour en arrière avant que rien n'y soit écrit, elle prend la date corrigée.
    if demande.declarations[0].derniere_etape is None:
        demande.declarations[0].recue_le = recue_le
    porte_saisie.ouvrir(session, agent, demande.id, neuve=neuve)
    return demande


def _verifier_la_commune(session: Session, agent: Agent, commune: Lieu) -> None:
    """Une des siennes ; à défaut, une de ses territoires qu'aucun autre guichet ne couvre."""
    couvrants = acces.guichets_publics(session, commune.code)
    le_sien = next((guichet for guichet in couvrants if guichet.id == agent.guichet_id), None)
    if le_sien is not None:
        return
    dans_son_territoire = territoire(commune.code_departement) in agent.guichet.codes_territoires
    if couvrants or not dans_son_territoire:
        raise AutreGuichet(couvrants)


def en_cours(session: Session, agent: Agent) -> list[EnCours]:
    """Les brouillons papier de son guichet, le dernier touché d'abord. Une requête."""
    lignes = session.execute(
        sa.select(
            Demande.id,
            Demande.cree_le,
            Demande.deposee_le,
            Declaration.modifiee_le,
            Personne.prenoms,
            Personne.nom_usage,
            Personne.nom_naissance,
            AnnonceEffacement.preavis_depuis,
        )
        .join(Declaration, sa.and_(Declaration.demande_id == Demande.id, Declaration.deposee_le.is_(None)))
        .join(Personne, sa.and_(Personne.declaration_id == Declaration.id, Personne.role == Role.DEMANDEUR))
        .outerjoin(AnnonceEffacement, AnnonceEffacement.demande_id == Demande.id)
        .where(Demande.saisie_guichet_id == agent.guichet_id, Demande.compte_id.is_(None), Demande.radiee_le.is_(None))
        .order_by(Declaration.modifiee_le.desc(), Demande.id.desc())
        .limit(LIMITE)
    )
    return [
        EnCours(
            ligne.id,
            " ".join(f"{nom[0]}." for nom in (ligne.prenoms, ligne.nom_usage or ligne.nom_naissance) if nom),
            ligne.cree_le,
            ligne.modifiee_le,
            ligne.deposee_le is not None,
            fin_du_preavis(Regle.PAPIER, ligne.preavis_depuis) if ligne.preavis_depuis else None,
        )
        for ligne in lignes
    ]


def a_abandonner(session: Session, agent: Agent, demande_id: int, *, verrou: bool = False) -> Demande:
    """Un brouillon jamais déposé de son guichet. 404 sinon : ce qui est déposé ne s'efface pas."""
    requete = porte_saisie.du_guichet(agent, demande_id).where(Demande.deposee_le.is_(None))
    demande = session.scalar(requete.with_for_update() if verrou else requete)
    if demande is None:
        raise NotFound
    return demande


def abandonner(session: Session, agent: Agent, demande: Demande, instant: datetime) -> None:
    """Efface le brouillon, et ses documents. Lève `StockageIndisponible` : rien n'est alors effacé de la base."""
    inscrire(session, ActeJournal.SAISIE, agent=agent, demande_id=demande.id, objet="abandonnée, effacée")
    porte_saisie.fermer(session)
    effacer.demande(session, demande, Regle.GUICHET, instant)


def deposer(
    session: Session, agent: Agent, declaration: Declaration, recue_le: date | None, instant: datetime
) -> str | None:
    """Dépose la demande papier et rend le code de réclamation, à montrer une fois. Lève `depot.DepotImpossible`.

    La demande passe « à vérifier » comme une autre ; sa saisie se ferme sur cet écran. `recue_le` : vide pour une
    correction, qui ne donne pas d'autre code.
    """
    demande = declaration.demande
    depot.deposer(session, declaration, contexte_de(declaration), instant, recue_le=recue_le)
    numerisation.retirer_ce_qui_reste(demande, instant)
    objet = f"déposée, papier reçu le {recue_le.isoformat()}" if recue_le else "correction déposée"
    inscrire(session, ActeJournal.SAISIE, agent=agent, demande_id=demande.id, objet=objet)
    porte_saisie.fermer(session)
    return reclamation.remettre_un_code(session, agent, demande, instant) if recue_le else None
