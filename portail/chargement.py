"""Charger plusieurs tables d'une seule requête, en objets de la session, sans le détour de l'ORM.

Une page d'étape lit une vingtaine de lignes de douze tables. L'ORM recompose à chaque requête la façon de les lire ;
ici elle est composée une fois, et la page y gagne un sixième de son temps. Les objets sont les siens : même
carte d'identité, mêmes changements suivis, mêmes relations lues à la demande (tests/socle/test_chargement.py le
compare table par table). À réserver aux lectures que toutes les pages font.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

import sqlalchemy as sa
from sqlalchemy.orm import ClassManager, Session
from sqlalchemy.orm.attributes import instance_state

from portail.db import Base


class _Partie(NamedTuple):
    """Les colonnes d'une classe dans une ligne lue."""

    classe: type[Base]
    fabrique: ClassManager[Any]
    noms: tuple[str, ...]
    debut: int
    fin: int
    cles: tuple[int, ...]  # les places de sa clé primaire


class Chargement:
    """`classes` : dans l'ordre où `lire` rend leurs objets. `colonnes` : ce que la requête doit demander."""

    def __init__(self, *classes: type[Base]) -> None:
        self.colonnes: list[sa.Column[Any]] = []
        self._parties: list[_Partie] = []
        for classe in classes:
            mappage = sa.inspect(classe)
            colonnes: list[Any] = list(classe.__table__.columns)
            debut = len(self.colonnes)
            noms = tuple(mappage.get_property_by_column(colonne).key for colonne in colonnes)
            cles = tuple(debut + colonnes.index(colonne) for colonne in mappage.primary_key)
            self._parties.append(_Partie(classe, mappage.class_manager, noms, debut, debut + len(colonnes), cles))
            self.colonnes += colonnes

    def lire(self, session: Session, requete: sa.Select[Any], valeurs: Mapping[str, Any]) -> list[tuple[Any, ...]]:
        """Un tuple par ligne : un objet par classe, ou None quand la jointure n'a rien trouvé."""
        session.flush()  # comme avant toute requête de l'ORM
        lignes = session.connection().execute(requete, valeurs).all()
        return [tuple([_objet(session, partie, ligne) for partie in self._parties]) for ligne in lignes]


def _objet(session: Session, partie: _Partie, ligne: sa.Row[Any]) -> Any:
    cle = tuple([ligne[place] for place in partie.cles])
    if cle[0] is None:
        return None
    identite = (partie.classe, cle, None)
    connu = session.identity_map.get(identite)
    if connu is not None:
        # Ce que la session sait déjà, elle le garde : la personne l'a peut-être changé.
        if instance_state(connu).expired_attributes:
            session.refresh(connu)
        return connu
    objet = partie.fabrique.new_instance()
    vars(objet).update(zip(partie.noms, ligne[partie.debut : partie.fin], strict=True))
    etat = instance_state(objet)
    etat.key = identite
    etat.session_id = session.hash_key
    session.identity_map.add(etat)
    return objet


def relier(objet: Any, nom: str, autre: Any) -> None:
    """Pose l'objet lié `autre`, venu avec lui, dans sa relation `nom` (une seule valeur) : rien n'est à écrire."""
    vars(objet).setdefault(nom, autre)
