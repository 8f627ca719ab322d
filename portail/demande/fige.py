"""Une déclaration déposée ne change plus : ni elle, ni ses sujets, ni ses lignes.

La règle est tenue au moment d'écrire, quel que soit le chemin du code : une tentative lève une erreur
et la transaction est abandonnée.
"""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from sqlalchemy import inspect
from sqlalchemy.orm import Session

from portail.demande.modeles import Declaration, Personne, Ressources, RevenuFiscal, SituationProfessionnelle
from portail.demande.modeles.declaration import Sujet
from portail.demande.modeles.lignes import Ligne, SaisieRefusee

PAR_PERSONNE = (SituationProfessionnelle, RevenuFiscal, Ressources)


class DeclarationFigee(RuntimeError):
    """On a voulu modifier une déclaration déposée."""


def installer() -> None:
    if not sa.event.contains(Session, "before_flush", _refuser):
        sa.event.listen(Session, "before_flush", _refuser)


def _refuser(session: Session, _contexte: Any, _instances: Any) -> None:
    for objet in (*session.dirty, *session.deleted):
        declaration = _declaration_de(objet)
        if declaration is None or not _etait_deposee(declaration):
            continue
        if objet in session.deleted or session.is_modified(objet):
            raise DeclarationFigee(f"La déclaration {declaration.id} est déposée : elle ne peut plus changer.")


def _declaration_de(objet: Any) -> Declaration | None:
    if isinstance(objet, Declaration):
        return objet
    if isinstance(objet, Sujet | Ligne | SaisieRefusee):
        return objet.declaration  # type: ignore[union-attr]
    if isinstance(objet, PAR_PERSONNE):
        personne: Personne = objet.personne
        return personne.declaration
    return None


def _etait_deposee(declaration: Declaration) -> bool:
    """Déposée avant cette transaction : le dépôt lui-même a le droit d'écrire."""
    historique = inspect(declaration).attrs.deposee_le.history
    avant = historique.deleted[0] if historique.deleted else (historique.unchanged or [None])[0]
    return avant is not None
