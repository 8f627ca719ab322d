"""Ce qui se garde en mémoire tant que les données importées ne changent pas (index de recherche, paramètres)."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, ClassVar, Generic, TypeVar

import sqlalchemy as sa
from flask import has_app_context, has_request_context
from sqlalchemy.orm import Session

from portail.db import db, lecture
from portail.referentiels.modeles import ImportReferentiels

T = TypeVar("T")
FRAICHEUR = 10.0  # secondes


class ParEmpreinte(Generic[T]):
    """Une valeur tirée des référentiels, construite une fois par processus et refaite après un nouvel import.

    L'empreinte est relue au plus toutes les `FRAICHEUR` secondes : un import fait par un autre processus
    est vu peu après, sans une requête de plus à chaque page. Un import de ce processus (`oublier`) est vu
    aussitôt. Sans import, la valeur n'est pas gardée.
    """

    _toutes: ClassVar[list[ParEmpreinte[Any]]] = []

    def __init__(self, construire: Callable[[Session], T]) -> None:
        self._construire = construire
        self._verrou = threading.Lock()
        self._garde: tuple[str, T] | None = None
        self._verifiee_a = -FRAICHEUR
        self._toutes.append(self)

    def lire(self, session: Session | None = None) -> T:
        """La valeur à jour. `session` : à passer hors requête quand une écriture est ouverte ailleurs."""
        garde = self._garde
        if garde is not None and time.monotonic() - self._verifiee_a < FRAICHEUR:
            return garde[1]
        with _ouverte(session) as ouverte:
            empreinte = ouverte.scalar(sa.select(ImportReferentiels.empreinte))
            with self._verrou:
                self._verifiee_a = time.monotonic()
                if self._garde is not None and self._garde[0] == empreinte:
                    return self._garde[1]
                valeur = self._construire(ouverte)
                self._garde = (empreinte, valeur) if empreinte is not None else None
                return valeur


def oublier() -> None:
    """Les données viennent de changer dans ce processus : la prochaine lecture les revérifie."""
    for valeur in ParEmpreinte._toutes:
        valeur._verifiee_a = -FRAICHEUR


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
