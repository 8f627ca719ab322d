"""Rendre son compte à qui n'ouvre plus sa boîte mail : au guichet, la personne devant soi, sa pièce d'identité en main.

L'agent donne la nouvelle adresse et rien d'autre : ni mot de passe choisi, ni lien vu. Rien ne change avant que la
nouvelle boîte ait confirmé ; alors l'ancienne ne sert plus, sessions, mot de passe et clés d'accès tombent. L'ancienne
est prévenue dès la demande, et peut tout arrêter pendant 72 heures (compte/adresse.py) ; un responsable est alerté,
et la personne lira l'acte et son motif dans « Qui a consulté mon dossier ».
"""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.orm import Session

from portail import courriel, freins
from portail.choix import Choix
from portail.compte import adresse, jetons
from portail.compte.modeles import ChangementCourriel, Compte, UsageJeton
from portail.demande.modeles import Demande
from portail.guichet import responsables
from portail.guichet.acte import DOUBLE_CLIC, ActeImpossible
from portail.guichet.journal import inscrire
from portail.guichet.modeles import ActeJournal, Agent
from portail.horloge import maintenant

RECOURS_PAR_AGENT = freins.Regle("recours-agent", 10, 600)
SANS_COMPTE = "Cette demande n’a pas de compte en ligne\u00a0: remettez plutôt un code de bordereau."
DEJA = "C’est déjà l’adresse de ce compte\u00a0: «\u00a0Mot de passe oublié\u00a0», sur la page de connexion, suffit."
ATTENDRE = "Trop de demandes pour ce compte\u00a0: attendez une heure."


class PieceAvecPhoto(Choix):
    """Ce qui montre un visage : un acte de naissance ou une carte Vitale prouvent un nom, pas qui est là."""

    CARTE = "carte", "Carte nationale d’identité"
    PASSEPORT = "passeport", "Passeport"
    SEJOUR = "sejour", "Titre de séjour"
    PERMIS = "permis", "Permis de conduire"


def compte_a_rendre(session: Session, demande: Demande) -> Compte | None:
    """Le compte du titulaire, pour que l'agent compare son identité à la pièce. None si la demande n'en a pas."""
    return session.get(Compte, demande.compte_id) if demande.compte_id is not None else None


def vient_de_partir(session: Session, demande: Demande, nouvelle: str) -> bool:
    """Un double clic : le lien pour cette adresse vient de partir, un second annulerait le premier."""
    requete = sa.select(ChangementCourriel.nouvelle).where(
        ChangementCourriel.compte_id == demande.compte_id, ChangementCourriel.demande_le > maintenant() - DOUBLE_CLIC
    )
    return nouvelle in session.scalars(requete).all()


def demander(
    session: Session, demande: Demande, agent: Agent, piece: PieceAvecPhoto, motif: str, nouvelle: str
) -> None:
    """Écrit aux deux adresses et aux responsables. `demande` arrive verrouillée. Lève `ActeImpossible`."""
    compte = compte_a_rendre(session, demande)
    if compte is None:
        raise ActeImpossible(SANS_COMPTE)
    if compte.courriel == nouvelle and compte.courriel_confirme_le is not None:
        raise ActeImpossible(DEJA)
    if not freins.permis_ici(session, freins.ADRESSE_PAR_COMPTE, str(compte.id)):
        raise ActeImpossible(ATTENDRE)
    jetons.annuler(session, compte.id, UsageJeton.CHANGER_COURRIEL)  # une adresse mal recopiée la fois d'avant
    adresse.demander(session, compte, nouvelle, agent.guichet)
    inscrire(
        session, ActeJournal.RECOURS, agent=agent, demande_id=demande.id, compte_id=compte.id,
        objet=f"document vu : {piece}", raison=motif,
    )  # fmt: skip
    cle, lien = (
        f"recours-{demande.id}-{maintenant():%Y%m%d%H%M%S}",
        f"{courriel.config_url()}/guichet/demandes/{demande.id}",
    )
    for guichet_id in {agent.guichet_id, demande.guichet_id or agent.guichet_id}:
        responsables.alerter(
            session, guichet_id, cle, "Un accès a été rendu au guichet", "agent_recours",
            lien=lien, auteur=agent.nom_complet, guichet=agent.guichet.nom,
        )  # fmt: skip
