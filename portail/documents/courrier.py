"""Une lettre à imprimer, avant d'être dessinée (portail/documents/courriers.py)."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Courrier:
    """Une lettre, en textes prêts à lire. `corps` : un paragraphe, ou les puces d'une liste."""

    expediteur: tuple[str, ...]
    destinataire: tuple[str, ...]
    date: str
    reference: str
    objet: str
    corps: tuple[str | tuple[str, ...], ...]
    signature: str
    pied: str
