"""Un numéro de compte ou de demande effacé n'est jamais donné à un autre : le journal et le registre en parlent encore.

PostgreSQL ne revient pas en arrière. SQLite, lui, redonne le plus grand numéro dès que sa ligne est effacée.
"""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

from portail.compte.modeles import Compte
from portail.conservation.modeles import Effacement, Objet
from portail.demande.modeles import Demande

OBJETS: dict[Any, Objet] = {Compte: Objet.COMPTE, Demande: Objet.DEMANDE}


def installer() -> None:
    for classe in OBJETS:
        if not sa.event.contains(classe, "before_insert", _passer_les_effaces):
            sa.event.listen(classe, "before_insert", _passer_les_effaces)


def _passer_les_effaces(_mapper: object, connexion: sa.Connection, cible: Any) -> None:
    if connexion.dialect.name != "sqlite" or cible.id is not None:
        return
    classe = type(cible)
    objet = OBJETS[classe]
    efface = connexion.scalar(sa.select(sa.func.max(Effacement.numero)).where(Effacement.objet == objet))
    if efface is None:
        return
    # Deux lignes d'un même envoi passent ici avant que la première ne soit écrite.
    donne = connexion.info.get(objet, 0)
    dernier = max(connexion.scalar(sa.select(sa.func.max(classe.id))) or 0, donne)
    if dernier <= max(efface, donne):
        cible.id = connexion.info[objet] = max(efface, dernier) + 1
