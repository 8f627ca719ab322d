"""Les connexions SQLite gardées ouvertes : les unes lisent, les autres écrivent, et n'échangent pas leurs rôles.

« GET n'écrit jamais » est tenu par `PRAGMA query_only` (db.py). Changer ce réglage fait oublier à SQLite toutes
les requêtes déjà préparées de la connexion : les préparer à nouveau coûtait un sixième d'une page d'étape.
"""

from __future__ import annotations

from sqlalchemy.pool import ConnectionPoolEntry, QueuePool
from sqlalchemy.util.queue import Empty, Queue

from portail.db import LECTURE, est_lecture


class _FileParRole(Queue[ConnectionPoolEntry]):
    """Les connexions rendues. Celle qui a le bon rôle passe devant les autres. `se_vide` : toutes vont être fermées."""

    se_vide = False

    def get(self, block: bool = True, timeout: float | None = None) -> ConnectionPoolEntry:
        """`Empty` tant qu'aucune n'a le bon rôle et qu'on peut en ouvrir une ; au pire, une autre changera de rôle."""
        if not block and not self.se_vide and not self._a_du_bon_role():
            raise Empty
        return super().get(block, timeout)

    def _a_du_bon_role(self) -> bool:
        with self.mutex:
            return self._full() or any(_est_du_role(entree) for entree in self.queue)

    def _get(self) -> ConnectionPoolEntry:
        for entree in self.queue:
            if _est_du_role(entree):
                self.queue.remove(entree)
                return entree
        return super()._get()


def _est_du_role(entree: ConnectionPoolEntry) -> bool:
    return entree.info.get(LECTURE) is est_lecture()


class ReservoirParRole(QueuePool):
    _queue_class = _FileParRole
    _pool: _FileParRole

    def dispose(self) -> None:
        self._pool.se_vide = True
        super().dispose()
