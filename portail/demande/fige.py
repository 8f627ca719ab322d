"""Une déclaration déposée ne change plus : ni elle, ni ses sujets, ni ses lignes.

La règle est tenue au moment d'écrire, par la session de la base : modifier, ajouter ou effacer lève une
erreur et la transaction est abandonnée. Un UPDATE ou un DELETE en masse sur ces tables est refusé aussi : il
ne passerait pas par les objets.
"""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from sqlalchemy import inspect
from sqlalchemy.orm import ORMExecuteState, Session

from portail.demande.modeles import Declaration, Personne, Ressources, RevenuFiscal, SituationProfessionnelle
from portail.demande.modeles.declaration import Sujet
from portail.demande.modeles.lignes import Ligne, SaisieRefusee

PAR_PERSONNE = (SituationProfessionnelle, RevenuFiscal, Ressources)
FIGEES = (Declaration, Sujet, Ligne, SaisieRefusee, *PAR_PERSONNE)


class DeclarationFigee(RuntimeError):
    """On a voulu modifier une déclaration déposée."""


def installer() -> None:
    if not sa.event.contains(Session, "before_flush", _refuser):
        sa.event.listen(Session, "before_flush", _refuser)
        sa.event.listen(Session, "do_orm_execute", _refuser_en_masse)


def _refuser(session: Session, _contexte: Any, _instances: Any) -> None:
    for objet in (*session.new, *session.dirty, *session.deleted):
        if not isinstance(objet, FIGEES):
            continue
        declaration = _declaration_de(session, objet)
        if declaration is None or not _etait_deposee(declaration):
            continue
        if objet in session.new or objet in session.deleted or session.is_modified(objet):
            raise DeclarationFigee(f"La déclaration {declaration.id} est déposée : elle ne peut plus changer.")


def _refuser_en_masse(execution: ORMExecuteState) -> None:
    if not (execution.is_update or execution.is_delete) or execution.bind_mapper is None:
        return
    if issubclass(execution.bind_mapper.class_, FIGEES):
        raise DeclarationFigee(f"Pas d’écriture en masse dans {execution.bind_mapper.local_table}.")


def _declaration_de(session: Session, objet: Any) -> Declaration | None:
    if isinstance(objet, Declaration):
        return objet
    if isinstance(objet, PAR_PERSONNE):
        personne = objet.personne or _lue(session, Personne, objet.personne_id)
        return None if personne is None else _declaration_de(session, personne)
    return objet.declaration or _lue(session, Declaration, objet.declaration_id)


def _lue(session: Session, classe: type[Any], cle: int | None) -> Any:
    """Un objet rattaché par son seul numéro, sans relation : on va voir à qui il est."""
    with session.no_autoflush:
        return None if cle is None else session.get(classe, cle)


def _etait_deposee(declaration: Declaration) -> bool:
    """Déposée avant cette transaction : le dépôt lui-même a le droit d'écrire."""
    if inspect(declaration).transient or inspect(declaration).pending:
        return False
    historique = inspect(declaration).attrs.deposee_le.history
    avant = historique.deleted[0] if historique.deleted else (historique.unchanged or [None])[0]
    return avant is not None
