"""Attendre qu'un envoi soit arrêté par le verrou d'un autre : deux gestes au même instant, rejoués à coup sûr."""

from __future__ import annotations

import threading
import time

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
