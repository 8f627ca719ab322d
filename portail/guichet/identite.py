"""Rectifier l'identité d'une demande, document en main : la personne et un responsable en sont prévenus.

Une déclaration de plus, pareille à celle qui compte (ses années de revenus aussi) sauf l'identité ; le brouillon
ouvert par la personne la reprend.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from portail import courriel
from portail.chiffrement import coffre
from portail.demande import avis
from portail.demande.catalogue_evenements import liste
from portail.demande.copie import copier
from portail.demande.cycle_de_vie import brouillon
from portail.demande.depot import poser
from portail.demande.foyer import demandeur
from portail.demande.modeles import Declaration, Demande, Evenement, GenreEvenement, Personne
from portail.guichet import responsables
from portail.guichet.acte import ActeImpossible, verifier
from portail.guichet.journal import inscrire
from portail.guichet.modeles import ActeJournal, Agent

RIEN_NE_CHANGE = "Rien n’a changé dans l’identité."


def documents() -> dict[str, str]:
    """Ce qui prouve une identité : {code: libellé}."""
    return liste(GenreEvenement.IDENTITE.fiche.liste)


def rectifier(
    session: Session,
    demande: Demande,
    vue: str,
    valeurs: Mapping[str, Any],
    document: str,
    agent: Agent,
    instant: datetime,
) -> None:
    """`valeurs` : les réponses de l'identité, par champ. `document` : celui que l'agent a vu.

    Lève `Conflit` ou `ActeImpossible`, `KeyError` si le document n'est pas de la liste.
    """
    verifier(demande, vue)
    libelle = documents()[document]
    nouvelle = copier(session.get_one(Declaration, demande.declaration_deposee_id), instant, meme_jour=True)
    changes = _appliquer(demandeur(nouvelle), valeurs)
    if not changes:
        raise ActeImpossible(RIEN_NE_CHANGE)
    if (ouvert := brouillon(demande)) is not None:
        _appliquer(demandeur(ouvert), valeurs)
    demande.declarations.append(nouvelle)
    poser(session, demande, nouvelle, instant, GenreEvenement.IDENTITE)
    evenement = Evenement(
        demande_id=demande.id,
        genre=GenreEvenement.IDENTITE,
        survenu_le=instant,
        valeur=document,
        guichet_id=agent.guichet_id,
        auteur=agent.nom_complet,
        organisme=agent.guichet.nom,
    )
    session.add(evenement)
    session.flush()
    objet = f"document vu : {libelle} ; champs : {', '.join(changes)}"
    inscrire(session, ActeJournal.MODIFICATION_IDENTITE, agent=agent, demande_id=demande.id, objet=objet)
    cle, sujet = f"identite-{evenement.id}", "Votre identité a été rectifiée"
    avis.prevenir(session, demande, cle, sujet, "identite", suite="/evenements")
    lien, sujet = f"{courriel.config_url()}/guichet/demandes/{demande.id}", "Une identité a été rectifiée"
    responsables.alerter(session, agent.guichet_id, cle, sujet, "agent_identite", lien=lien, auteur=agent.nom_complet)


def _appliquer(titulaire: Personne, valeurs: Mapping[str, Any]) -> list[str]:
    """Rend les champs qui ont changé."""
    changes = [nom for nom, valeur in valeurs.items() if getattr(titulaire, nom) != valeur]
    for nom in changes:
        setattr(titulaire, nom, valeurs[nom])
    titulaire.nir_empreinte = coffre().empreinte(titulaire.nir, "nir") if titulaire.nir else None
    return changes
