"""Renouveler pour la personne, confier sa demande à un autre guichet, lui écrire (règles communes : `acte.py`)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from portail.assistance import fils
from portail.demande import avis, renouvellement
from portail.demande.modeles import Demande, GenreEvenement
from portail.demande.renouvellement import RevenuDeclare
from portail.guichet import questions
from portail.guichet.acte import ActeImpossible, noter_l_evenement, verifier
from portail.guichet.affectation import confier
from portail.guichet.journal import inscrire
from portail.guichet.modeles import ActeJournal, Agent, Guichet, GuichetTerritoire

MEME_GUICHET = "Ce guichet suit déjà cette demande, ou ne couvre pas son territoire."
SANS_COMPTE = "La personne n’a pas de compte sur ce site\u00a0: appelez-la, ou écrivez-lui par la poste."


def renouveler(
    session: Session, demande: Demande, vue: str, revenus: Mapping[str, RevenuDeclare], agent: Agent, instant: datetime
) -> None:
    """Renouvelle pour la personne, présente ou au téléphone. Lève `Conflit` ou `ActeImpossible`."""
    verifier(demande, vue)
    try:
        renouvellement.renouveler(
            session,
            demande,
            demande.declaration_deposee_id or 0,
            revenus,
            instant,
            guichet_id=agent.guichet_id,
            auteur=agent.nom_complet,
        )
    except renouvellement.RenouvellementImpossible as refus:
        raise ActeImpossible(str(refus)) from refus
    inscrire(session, ActeJournal.RENOUVELLEMENT, agent=agent, demande_id=demande.id)


def autres_guichets(session: Session, demande: Demande) -> dict[int, str]:
    """Les guichets ouverts de ce territoire, sauf celui qui suit la demande : {numéro: nom}."""
    requete = (
        sa.select(Guichet.id, Guichet.nom)
        .join(Guichet.territoires)
        .where(GuichetTerritoire.territoire == demande.territoire, Guichet.ferme_le.is_(None))
        .order_by(Guichet.nom, Guichet.id)
    )
    return {ligne.id: ligne.nom for ligne in session.execute(requete) if ligne.id != demande.guichet_id}


def transferer(
    session: Session, demande: Demande, vue: str, vers: int, raison: str, agent: Agent, instant: datetime
) -> None:
    """Confie la demande à un autre guichet du territoire. Lève `Conflit` ou `ActeImpossible`."""
    verifier(demande, vue)
    if vers not in autres_guichets(session, demande):
        raise ActeImpossible(MEME_GUICHET)
    ancien = session.get(Guichet, demande.guichet_id) if demande.guichet_id else None
    nouveau = session.get_one(Guichet, vers)
    confier(demande, vers)
    fil = fils.de_la_demande(session, demande)
    if fil is not None:
        questions.passer(fil, vers, None)
    evenement = noter_l_evenement(session, demande, GenreEvenement.TRANSFERT, agent, instant, organisme=nouveau.nom)
    objet = f"de {ancien.code if ancien else 'aucun'} à {nouveau.code}"
    inscrire(session, ActeJournal.TRANSFERT, agent=agent, demande_id=demande.id, objet=objet, raison=raison)
    avis.dire_l_evenement(session, demande, evenement)


def ecrire(session: Session, demande: Demande, texte: str, agent: Agent, instant: datetime, cle: str = "") -> None:
    """Un message, dans le fil de la demande ; la personne le lit dans son compte et peut y répondre.

    Lève `ActeImpossible` si elle n'a pas de compte. `cle` : celle de l'envoi (deux fois reçu, une fois écrit).
    """
    if demande.compte_id is None:
        raise ActeImpossible(SANS_COMPTE)
    charge = demande.guichet_id or agent.guichet_id
    fil = fils.ouvrir(session, demande.compte_id, demande.territoire, demande, charge, instant)
    questions.repondre(session, fil, texte, cle, agent, instant)
