"""Attendre qu'un envoi soit arrêté par le verrou d'un autre : deux gestes au même instant, rejoués à coup sûr."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable

import pytest
import sqlalchemy as sa
from flask import Flask

from portail.db import db

LIMITE = 5.0  # secondes : bien plus que ce qu'un envoi attend


def attendre_le_verrou(app: Flask, envoi: threading.Thread) -> None:
    """Jusqu'à ce que PostgreSQL dise l'envoi arrêté par un verrou (SQLite n'en dit rien : l'envoi y attend son tour)."""
    with app.app_context():
        moteur = db.engine
    if moteur.dialect.name != "postgresql":
        return
    limite = time.monotonic() + LIMITE
    requete = sa.text(
        "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database()"
    )
    while time.monotonic() < limite and envoi.is_alive():
        with moteur.connect() as connexion:
            if connexion.scalar(requete):
                return
    pytest.fail("l’envoi n’a pas attendu le verrou")


class EnParallele(threading.Thread):
    """Un geste fait dans une autre connexion. `fautes` : ce qui l'a empêché."""

    def __init__(self, app: Flask, faire: Callable[[], object]) -> None:
        super().__init__()
        self.app, self.faire, self.fautes = app, faire, []

    def run(self) -> None:
        try:
            self.faire()
        except Exception as faute:  # quelle qu'elle soit, `a_fini` la dit : dans un fil, elle se perdrait
            self.fautes.append(faute)

    def partir(self) -> None:
        self.start()
        attendre_le_verrou(self.app, self)

    def a_fini(self) -> bool:
        self.join(LIMITE * 3)
        return not self.is_alive() and self.fautes == []


def pendant(monkeypatch: pytest.MonkeyPatch, lieu: object, geste: str, autre: EnParallele) -> None:
    """L'autre geste part au milieu du premier, quand il arrive à `geste`, une seule fois."""
    vrai = getattr(lieu, geste)

    def passer(*arguments: object, **nommes: object) -> object:
        if autre.ident is None:
            autre.partir()
        return vrai(*arguments, **nommes)

    monkeypatch.setattr(lieu, geste, passer)
