"""Ajouter, retirer, rétablir, ranger une ligne répétée d'une étape (personne, commune, motif, annexe).

Retirer ne détruit rien : la ligne garde ses réponses et peut être rétablie jusqu'au dépôt.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from portail.demande import etape as coeur
from portail.demande.etape import Repetition, Section
from portail.demande.formulaire import Contexte


class LigneImpossible(Exception):
    """Ajout ou rangement refusé ; `str` est la phrase à montrer."""


def ajouter(declaration: Any, section: Section, contexte: Contexte) -> Any:
    """Une ligne de plus. Lève `LigneImpossible` au-delà du maximum fixé par les données."""
    repetition = _repetition(section)
    actuelles = section.cibles(declaration)
    maximum = repetition.maximum(contexte)
    if len(actuelles) >= maximum:
        raise LigneImpossible(f"Vous pouvez en indiquer {maximum} au plus.")
    if repetition.compteur:
        # Une ligne repliée par un nombre plus petit se rouvre avant d'en créer une neuve.
        setattr(declaration, repetition.compteur, len(actuelles) + 1)
        rouvertes = section.cibles(declaration)
        if len(rouvertes) > len(actuelles):
            return rouvertes[-1]
    return coeur.ajouter(declaration, repetition)


def retirer(declaration: Any, section: Section, ligne_id: int, instant: datetime) -> Any | None:
    """Retire une ligne (et ajuste le compteur). None si elle n'existe pas ou l'est déjà."""
    repetition = _repetition(section)
    ligne = _presente(declaration, section, ligne_id)
    if ligne is None:
        return None
    ligne.retiree_le = instant
    if repetition.compteur:
        setattr(declaration, repetition.compteur, max(0, (getattr(declaration, repetition.compteur) or 0) - 1))
    return ligne


def retablir(declaration: Any, section: Section, ligne_id: int) -> Any | None:
    repetition = _repetition(section)
    for ligne in repetition.lignes(declaration):
        if ligne.id == ligne_id and ligne.retiree_le is not None:
            ligne.retiree_le = None
            if repetition.compteur:
                setattr(declaration, repetition.compteur, (getattr(declaration, repetition.compteur) or 0) + 1)
            return ligne
    return None


def deplacer(declaration: Any, section: Section, ligne_id: int, pas: int) -> Any | None:
    """Échange une ligne avec sa voisine : `pas` vaut -1 (monter) ou +1 (descendre)."""
    actuelles = list(section.cibles(declaration))
    ligne = _presente(declaration, section, ligne_id)
    if ligne is None or not _repetition(section).ordonnee:
        return None
    rang = actuelles.index(ligne)
    if not 0 <= rang + pas < len(actuelles):
        return None
    voisine = actuelles[rang + pas]
    ligne.rang, voisine.rang = voisine.rang, ligne.rang
    # La collection chargée garde son ordre d'arrivée : on la range comme la base la rendra.
    _repetition(section).lignes(declaration).sort(key=lambda autre: (autre.rang, autre.id))
    return ligne


def _presente(declaration: Any, section: Section, ligne_id: int) -> Any | None:
    return next((ligne for ligne in section.cibles(declaration) if ligne.id == ligne_id), None)


def _repetition(section: Section) -> Repetition:
    if section.repetition is None:
        raise LigneImpossible("Cette partie ne se répète pas.")
    return section.repetition
