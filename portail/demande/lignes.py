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
    """Ajout ou rangement refusé : le nombre fixé par les données est atteint, ou la partie ne se pose pas."""


def ajouter(declaration: Any, section: Section, contexte: Contexte) -> Any:
    """Une ligne de plus. Lève `LigneImpossible` au-delà du maximum fixé par les données."""
    repetition = _repetition(declaration, section)
    actuelles = section.cibles(declaration)
    if len(actuelles) >= repetition.maximum(contexte):
        raise LigneImpossible
    if repetition.compteur:
        # Une ligne repliée par un nombre plus petit se rouvre avant d'en créer une neuve.
        setattr(declaration, repetition.compteur, len(actuelles) + 1)
        rouvertes = section.cibles(declaration)
        if len(rouvertes) > len(actuelles):
            return rouvertes[-1]
    return coeur.ajouter(declaration, repetition)


def retirer(declaration: Any, section: Section, ligne_id: int, instant: datetime) -> Any | None:
    """Retire une ligne (et ajuste le compteur). None si elle n'existe pas ou l'est déjà.

    Si la partie veut au moins une ligne, l'enregistrement en rouvre une vide (`Etape.completer`).
    """
    repetition = _repetition(declaration, section)
    ligne = _presente(declaration, section, ligne_id)
    if ligne is None:
        return None
    ligne.retiree_le = instant
    _compter(declaration, repetition, -1)
    return ligne


def retablir(declaration: Any, section: Section, ligne_id: int, contexte: Contexte) -> Any | None:
    """Annule un retrait. None si la ligne n'est pas retirée. Lève `LigneImpossible` s'il n'y a plus de place."""
    repetition = _repetition(declaration, section)
    ligne = repetition.retiree(declaration, ligne_id)
    if ligne is None:
        return None
    _refermer_la_vide(declaration, section, repetition)
    if len(section.cibles(declaration)) >= repetition.maximum(contexte):
        raise LigneImpossible
    ligne.retiree_le = None
    _compter(declaration, repetition, 1)
    return ligne


def deplacer(declaration: Any, section: Section, ligne_id: int, pas: int) -> Any | None:
    """Échange une ligne avec sa voisine : `pas` vaut -1 (monter) ou +1 (descendre)."""
    repetition = _repetition(declaration, section)
    actuelles = list(section.cibles(declaration))
    ligne = _presente(declaration, section, ligne_id)
    if ligne is None or not repetition.ordonnee:
        return None
    rang = actuelles.index(ligne)
    if not 0 <= rang + pas < len(actuelles):
        return None
    voisine = actuelles[rang + pas]
    ligne.rang, voisine.rang = voisine.rang, ligne.rang
    # La collection chargée garde son ordre d'arrivée : on la range comme la base la rendra.
    repetition.lignes(declaration).sort(key=lambda autre: (autre.rang, autre.id))
    return ligne


def _refermer_la_vide(declaration: Any, section: Section, repetition: Repetition) -> None:
    """La ligne vide ouverte à la place de la dernière retirée s'efface quand celle-ci revient."""
    actuelles = section.cibles(declaration)
    if repetition.compteur or len(actuelles) > repetition.minimum(declaration):
        return
    for ligne in actuelles:
        tapee = any(refus.champ.startswith(section.prefixe(ligne)) for refus in declaration.refus)
        if not tapee and not section.formulaire.est_commence(ligne):
            repetition.lignes(declaration).remove(ligne)
            return


def _compter(declaration: Any, repetition: Repetition, pas: int) -> None:
    if repetition.compteur:
        nombre = getattr(declaration, repetition.compteur) or 0
        setattr(declaration, repetition.compteur, max(0, nombre + pas))


def _presente(declaration: Any, section: Section, ligne_id: int) -> Any | None:
    return next((ligne for ligne in section.cibles(declaration) if ligne.id == ligne_id), None)


def _repetition(declaration: Any, section: Section) -> Repetition:
    if section.repetition is None or not section.quand(declaration):
        raise LigneImpossible
    return section.repetition
