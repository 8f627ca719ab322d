"""Ce qui se garde en mémoire tant que les données importées ne changent pas (index de recherche, paramètres)."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Generic, TypeVar

import sqlalchemy as sa
from flask import g, has_app_context, has_request_context
from sqlalchemy.orm import Session

from portail.db import db, lecture
from portail.referentiels.modeles import ImportReferentiels

T = TypeVar("T")
CLE_DANS_G = "empreinte_des_referentiels"


class ParEmpreinte(Generic[T]):
    """Une valeur tirée des référentiels, construite une fois par processus et refaite après un nouvel import.

    L'empreinte est relue une fois par requête (un SELECT d'une ligne) : un import fait par un autre
    processus est vu à la requête suivante. Sans import, la valeur n'est pas gardée.
    """

    def __init__(self, construire: Callable[[Session], T]) -> None:
        self._construire = construire
        self._verrou = threading.Lock()
        self._garde: tuple[str, T] | None = None

    def lire(self, session: Session | None = None) -> T:
        """La valeur à jour. `session` : à passer hors requête quand une écriture est ouverte ailleurs."""
        empreinte = g.get(CLE_DANS_G) if session is None and has_request_context() else None
        garde = self._garde
        if empreinte is not None and garde is not None and garde[0] == empreinte:
            return garde[1]
        with _ouverte(session) as ouverte:
            empreinte = ouverte.scalar(sa.select(ImportReferentiels.empreinte))
            if session is None and has_request_context():
                g.setdefault(CLE_DANS_G, empreinte)
            garde = self._garde
            if garde is not None and garde[0] == empreinte:
                return garde[1]
            with self._verrou:
                if self._garde is not None and self._garde[0] == empreinte:
                    return self._garde[1]
                valeur = self._construire(ouverte)
                self._garde = (empreinte, valeur) if empreinte is not None else None
                return valeur


@contextmanager
def _ouverte(session: Session | None) -> Iterator[Session]:
    """La session donnée ; sinon une session de lecture, ou hors requête celle déjà en cours de transaction."""
    if session is not None:
        yield session
    elif has_app_context() and not has_request_context() and db.session.in_transaction():
        yield db.session  # une seconde session attendrait le verrou d'écriture que celle-ci tient
    else:
        with lecture() as ouverte:
            yield ouverte
